/** The console as people have it: a demo city in a process of its own, and a browser. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { DemoCredentials } from '../../../service/src/demo/seedDemo.ts';
import { startServiceProcess, type ServiceProcess } from '../../support/serviceProcess.ts';
import { openBrowser } from '../../../scripts/pages/openBrowser.ts';

/** How a person has the console before them. */
export interface ConsoleView extends BrowserContextOptions {
  readonly path?: string;
  readonly language?: 'zh-CN' | 'en';
}

export interface Console {
  readonly service: ServiceProcess;
  readonly browser: Browser;
  /** Who can sign in, with their passwords. */
  readonly passwords: DemoCredentials;
  /** Errors and refusals that pages told the browser of, since the last look. */
  complaints(): readonly string[];
  /** A page in a window of its own. @param as - a name of the demo city, signed in; null: nobody. */
  open(as: string | null, view?: ConsoleView): Promise<Page>;
  close(): Promise<void>;
}

export const DESKTOP = { width: 1280, height: 860 } as const;
export const PHONE = { width: 360, height: 740 } as const;

/** @param options - of the browser, and settings of the service. */
export async function openConsole(
  options: Readonly<{ flags?: readonly string[]; env?: Readonly<Record<string, string>> }> = {},
): Promise<Console> {
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-console-'));
  const dataDir = join(folder, 'run');
  const [service, browser] = await Promise.all([
    startServiceProcess(dataDir, options.env),
    openBrowser(options.flags === undefined ? {} : { flags: options.flags }),
  ]);
  const passwords = JSON.parse(
    readFileSync(join(dataDir, 'demo-credentials.json'), 'utf8'),
  ) as DemoCredentials;
  let complaints: string[] = [];
  return {
    ...{ service, browser, passwords },
    complaints() {
      const before = complaints;
      complaints = [];
      return before;
    },
    async open(as, { path = '/', language = 'zh-CN', ...rest } = {}) {
      const context = await browser.newContext({
        ...{ locale: language, viewport: DESKTOP, baseURL: service.url },
        ...{ reducedMotion: 'reduce', ...rest }, // what fades in is looked at when it is there
      });
      if (as !== null) {
        const session = { username: as, password: passwords[as] };
        await context.request.post('/api/v1/sessions', { data: session });
      }
      const page = await context.newPage();
      listen(page, (text) => complaints.push(text));
      await page.goto(path);
      return page;
    },
    async close() {
      await Promise.all([browser.close(), service.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Answers of the service that a page shows are no complaints; what a policy refuses and what throws is. */
function listen(page: Page, complain: (text: string) => void): void {
  page.on('pageerror', (error) => {
    complain(String(error));
  });
  page.on('console', (message) => {
    const isOfNetwork = /^Failed to load resource/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isOfNetwork) complain(message.text());
  });
}
