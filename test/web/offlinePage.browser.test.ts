/** The page without network, against a whole service that is stopped half-way. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';
import { actOnLicence } from '../../service/src/licences/actOnLicence.ts';
import { testApp, type TestApp } from '../support/testApp.ts';
import { eventually, findPoorContrast, isTooWide } from './browser/inspect.ts';
import { openBrowser } from '../../scripts/pages/openBrowser.ts';

const DIST = join(import.meta.dirname, '../../web/dist');
const SCREENSHOTS = join(import.meta.dirname, '../../screenshots');
const PHONE = { width: 360, height: 740 };
const DAY_MS = 86_400_000;

let webRoot: string;
let app: TestApp;
let isRunning = true;
let identifier: string;
let codes: Readonly<Record<'good' | 'revoked', string>>;
let browser: Browser;
let context: BrowserContext;
let complaints: string[];

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  webRoot = mkdtempSync(join(tmpdir(), 'yinxin-page-'));
  cpSync(DIST, webRoot, { recursive: true, filter: (name) => !name.endsWith('.woff2') });
  app = await testApp({ webRoot });
  const [good, revoked] = [await app.city.issue(), await app.city.issue()];
  const { service, people } = app.city;
  await actOnLicence(service.licences, people.maker, revoked.identifier, {
    ...{ name: 'revoke', reason: 'other', effectiveFrom: null },
  });
  ({ identifier } = good);
  codes = { good: await codeOf(good.identifier), revoked: await codeOf(revoked.identifier) };
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  if (isRunning) await app.remove();
  rmSync(webRoot, { recursive: true });
});
beforeEach(() => {
  complaints = [];
});
afterEach(async () => {
  await context.close();
});

async function codeOf(identifier: string): Promise<string> {
  const parts = await app.city.service.store.licences.parts(identifier);
  return /YX1\.\d+$/.exec(parts?.codeText ?? '')?.[0] ?? '';
}

/** A page that has all it needs to go on without network. */
async function openPrepared(options: BrowserContextOptions = {}): Promise<Page> {
  context = await browser.newContext({ locale: 'zh-CN', viewport: PHONE, ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security|Refused/i.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${app.origin}/v`);
  await page.getByText(/离线数据有效至|Offline data until/).waitFor();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  return page;
}

async function openOffline(page: Page, fragment = ''): Promise<void> {
  await context.setOffline(true);
  await page.goto('about:blank');
  await page.goto(`${app.origin}/v${fragment}`);
}

/** Paths of all that the page's caches hold. */
async function listCaches(page: Page): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(
      names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)),
    );
    return all.flat().map((url) => new URL(url).pathname);
  });
}

const verdict = (page: Page): Locator => page.locator('.verdict');

describe('without network', () => {
  it('the page opens, and a genuine code passes as of the kept status', async () => {
    const page = await openPrepared();

    await openOffline(page, `#${codes.good}`);
    await verdict(page).getByText('真实，未被改动').waitFor();

    expect(await verdict(page).locator('.word').innerText()).toContain('有效');
    expect(await verdict(page).locator('.offline').innerText()).toMatch(/离线核验[^]*状态截至/);
    expect(await isTooWide(page)).toBe(false);
    expect(await findPoorContrast(page)).toEqual([]);
    await page.screenshot({
      path: join(SCREENSHOTS, 'offline-passed-zh-CN-phone.png'),
      fullPage: true,
    });
    expect(complaints).toEqual([]);
  });

  it('a revoked one fails, in English and in the dark', async () => {
    const page = await openPrepared({ locale: 'en', colorScheme: 'dark' });

    await openOffline(page, `#${codes.revoked}`);
    await verdict(page).getByText('has been revoked').waitFor();

    expect(await verdict(page).locator('.offline').innerText()).toContain('Verified offline');
    expect(await findPoorContrast(page)).toEqual([]);
    await page.screenshot({
      path: join(SCREENSHOTS, 'offline-failed-en-dark-phone.png'),
      fullPage: true,
    });
    expect(complaints).toEqual([]);
  });

  it('past the end of its data it cannot tell', async () => {
    const page = await openPrepared();
    await page.clock.setFixedTime(Date.now() + 8 * DAY_MS);

    await openOffline(page, `#${codes.good}`);
    await verdict(page).getByText('离线信任包已过期').waitFor();

    expect(await verdict(page).locator('.word').innerText()).toContain('无法判定');
    await page.getByText('离线数据已于').waitFor();
    expect(await findPoorContrast(page)).toEqual([]);
    await page.screenshot({
      path: join(SCREENSHOTS, 'offline-ended-zh-CN-phone.png'),
      fullPage: true,
    });
  });

  it('an identifier cannot be told, and back online the service answers, of whose answers nothing is kept', async () => {
    const page = await openPrepared();
    await openOffline(page);
    await page.getByText('现在没有网络').waitFor();

    await page.getByRole('textbox').fill(identifier);
    await page.keyboard.press('Enter');
    await verdict(page).getByText('没有网络时只能查验二维码和回执文件').waitFor();
    await page.getByRole('textbox').fill(codes.good);
    await page.keyboard.press('Enter');
    await verdict(page).getByText('真实，未被改动').waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: '已有网络，重新查验' }).click();
    await verdict(page).getByText('证照有效').waitFor();

    expect(await verdict(page).locator('.offline').count()).toBe(0);
    const kept = await listCaches(page);
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.filter((path) => !path.startsWith('/v/'))).toEqual([]);
  });
});

describe('the roots', () => {
  it('that change are told of loudly, and nothing passes without network', async () => {
    const page = await openPrepared();
    const { own } = app.city.service.trustParts.trust;
    const [other] = own.intermediates;
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(other!.der).toString('base64')}\n-----END CERTIFICATE-----\n`;
    await context.route('**/api/v1/trust-roots', (route) => route.fulfill({ body: pem }));

    await page.getByRole('button', { name: '更新离线数据' }).click();
    await page.getByRole('alert').getByText('本服务的信任根变了').waitFor();
    expect(await findPoorContrast(page)).toEqual([]);
    await openOffline(page, `#${codes.good}`);
    await verdict(page).getByText('离线结果不能采信').waitFor();
    expect(await verdict(page).locator('.word').innerText()).toContain('无法判定');
    await page.screenshot({
      path: join(SCREENSHOTS, 'offline-roots-zh-CN-phone.png'),
      fullPage: true,
    });

    await context.setOffline(false);
    await context.unroute('**/api/v1/trust-roots');
    await page.getByRole('button', { name: '已核实，清除后重新保存' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.getByText('离线数据有效至').waitFor();
  });
});

describe('a new version', () => {
  it('waits for the next start, says so, and takes over when asked to', async () => {
    const page = await openPrepared();
    const script = join(webRoot, 'page', 'sw.js');
    const before = readFileSync(script, 'utf8');
    try {
      writeFileSync(script, before.replace(/"[0-9a-f]{16}"/, '"fedcba9876543210"'));
      await page.reload();
      await page.getByText('新版本已备好').waitFor();
      await page.screenshot({ path: join(SCREENSHOTS, 'update-zh-CN-phone.png'), fullPage: true });

      await page.getByRole('button', { name: '现在启用' }).click();
      await page.getByText('新版本已备好').waitFor({ state: 'detached' });

      await eventually(async () => {
        const names = await page.evaluate(() => caches.keys());
        expect(names).toEqual(['yinxin-page-fedcba9876543210']);
      });
    } finally {
      writeFileSync(script, before);
    }
  });
});

describe('the page among the device’s programs', () => {
  it('has a manifest in either language with icons that are there', async () => {
    const page = await openPrepared();
    const locale = 'en';
    await page
      .getByRole('radio', { name: 'English' })
      .or(page.getByText('English'))
      .first()
      .click();
    await page.getByText('Offline data until').waitFor();

    const session = await context.newCDPSession(page);
    const { url, errors, data } = await session.send('Page.getAppManifest');
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');

    expect(url).toBe(`${app.origin}/v/app.${locale}.webmanifest`);
    expect(errors).toEqual([]);
    expect(JSON.parse(data ?? '{}')).toMatchObject({ lang: locale, scope: '/v', start_url: '/v' });
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  });
});

describe('with the service gone for good', () => {
  it('a code is verified all the same', async () => {
    const page = await openPrepared();
    isRunning = false;
    await app.remove();

    await page.goto(`${app.origin}/v#${codes.good}`);
    await page.reload();
    await verdict(page).getByText('真实，未被改动').waitFor();

    expect(await verdict(page).locator('.offline').innerText()).toContain('离线核验');
  });
});
