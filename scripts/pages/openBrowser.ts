import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

const CHINESE = join(import.meta.dirname, '../../node_modules/@expo-google-fonts/noto-serif-sc');
const FONTS = [join(CHINESE, '400Regular'), join(CHINESE, '700Bold')];
const FLAGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--hide-scrollbars'];

/**
 * A browser from npm. Its package brings a Latin font, so that it runs on machines without any.
 *
 * @param hasFonts - whether there is a Chinese font, as on most people's machines.
 */
export async function openBrowser(
  options: Readonly<{ flags?: readonly string[]; hasFonts?: boolean }> = {},
): Promise<Browser> {
  const { flags = [], hasFonts = true } = options;
  const executablePath = await chromium.executablePath(); // unpacks the browser and its fonts
  const folder = await mkdtemp(join(tmpdir(), 'yinxin-fonts-'));
  const config = join(folder, 'fonts.conf');
  await writeFile(config, fontConfig(folder, hasFonts ? FONTS : []));
  const browser = await playwright.launch({
    executablePath,
    args: [...FLAGS, ...flags],
    env: { ...process.env, FONTCONFIG_FILE: config },
  });
  browser.on('disconnected', () => {
    void rm(folder, { recursive: true, force: true });
  });
  return browser;
}

function fontConfig(cache: string, folders: readonly string[]): string {
  const all = [join(tmpdir(), 'fonts'), ...folders].map((folder) => `<dir>${folder}</dir>`);
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
    <fontconfig>${all.join('')}<cachedir>${cache}</cachedir></fontconfig>`;
}
