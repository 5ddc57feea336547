import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { filming, filmText } from '../browser/codePictures.ts';
import { isTooWide } from '../browser/inspect.ts';
import { findFaultsEverywhere } from '../browser/inspectPage.ts';
import { openConsole, PHONE, type Console } from '../browser/openConsole.ts';

const PORTRAIT = { width: 1080, height: 1920 } as const;
const LANDSCAPE = { width: 1280, height: 800 } as const;
const BUNDLE = '429000100001';
/** CSS pixels. */
const FINGER = 64;

const folder = mkdtempSync(join(tmpdir(), 'yinxin-film-'));
/** What the kiosk's camera sees. */
const FILM = join(folder, 'code.y4m');

let city: Console;
let page: Page;

beforeAll(async () => {
  city = await openConsole({ flags: filming(FILM) });
});
afterAll(async () => {
  await city.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await page.context().close();
  expect(city.complaints()).toEqual([]);
});

async function atKiosk(view: object = {}): Promise<Page> {
  const opened = await city.open(null, {
    path: '/kiosk',
    viewport: PORTRAIT,
    hasTouch: true,
    ...view,
  });
  opened.setDefaultTimeout(10_000);
  await opened.getByRole('heading', { name: '请触摸要办的事' }).waitFor();
  return opened;
}

async function signIn(on: Page): Promise<void> {
  await on.getByRole('button', { name: '我的证照' }).tap();
  await on.getByLabel('用户名').fill('holder');
  await on.getByLabel('密码').tap();
  await on.getByLabel('密码').fill(city.passwords['holder'] ?? '');
  await on.getByRole('button', { name: '登录' }).tap();
  await on.getByRole('heading', { name: city.service.city.holders[0]!.name }).waitFor();
}

/** Everything that a finger can press, with its smaller side; the smallest first. */
async function targets(on: Page): Promise<readonly (readonly [string, number])[]> {
  return await on.evaluate(() =>
    [...document.querySelectorAll('.kiosk button, .kiosk input')]
      .map((one) => {
        const { width, height } = one.getBoundingClientRect();
        return [one.textContent.trim(), Math.min(width, height)] as const;
      })
      .filter(([, side]) => side > 0)
      .sort((a, b) => a[1] - b[1]),
  );
}

/** What the browser keeps of the visit. */
async function traces(on: Page): Promise<object> {
  const kept = await on.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).length,
    text: document.body.innerText,
  }));
  return { ...kept, cookies: await on.context().cookies() };
}

describe('a kiosk', () => {
  it('is for fingers, in every language and theme, upright and across', async () => {
    page = await atKiosk();
    expect(await findFaultsEverywhere(page)).toEqual([]);
    for (const name of ['查验证照', '办件进度', '我的证照']) {
      await page.getByRole('button', { name }).tap();
      await page.getByRole('heading', { name }).waitFor();
      expect(await findFaultsEverywhere(page)).toEqual([]);
      for (const view of [PORTRAIT, LANDSCAPE]) {
        await page.setViewportSize(view);
        const [smallest] = await targets(page);
        expect(smallest?.[1]).toBeGreaterThanOrEqual(FINGER);
        expect(await isTooWide(page)).toBe(false);
      }
      await page.setViewportSize(PHONE);
      expect(await isTooWide(page)).toBe(false);
      await page.setViewportSize(PORTRAIT);
      await page.getByRole('navigation').getByRole('button').tap();
      await page.getByRole('button', { name: '查验证照' }).waitFor();
    }
  });

  it('takes what is scanned before anything is touched', async () => {
    page = await atKiosk();
    const { body } = await city.service.send('GET', '/licences', 'holder');
    const [{ identifier }] = body['items'] as unknown as readonly [{ identifier: string }];
    await page.keyboard.type(`${identifier}\n`);
    await page.getByText('证照有效：印章真实').waitFor();
    await page.getByRole('button', { name: '返回首页' }).tap();
    const { name, code, codeType } = city.service.city.holders[0]!;
    const holder = { name, code, codeType };
    const opened = await city.service.send('POST', '/cases', 'clerk', { matter: BUNDLE, holder });
    await page.keyboard.type(`${String(opened.body['queryCode'])}\n`);
    await page.getByRole('region', { name: '我要开饭店（一件事）' }).waitFor();

    expect(await page.getByText('待补齐材料').count()).toBe(3);
  });

  it('reads a licence’s code by its camera', async () => {
    const { body } = await city.service.send('GET', '/me/data', 'holder');
    const [{ code }] = body['licences'] as readonly [{ code: string }];
    writeFileSync(FILM, filmText(code));
    page = await atKiosk({ permissions: ['camera'] });
    await page.getByRole('button', { name: '查验证照' }).tap();
    await page.getByRole('button', { name: '用相机扫码' }).tap();
    await page.getByText('证照有效：印章真实').waitFor();

    expect(await page.locator('dialog[open]').count()).toBe(0);
  });

  it('is typed on by fingers, and shows a holder’s code', async () => {
    page = await atKiosk();
    await page.getByRole('button', { name: '我的证照' }).tap();
    const keys = page.getByRole('group', { name: '屏幕键盘' });
    for (const key of 'maker') await keys.getByRole('button', { name: key, exact: true }).tap();
    await page.getByLabel('密码').tap();
    await page.getByLabel('密码').fill(city.passwords['maker'] ?? '');
    expect(await page.getByLabel('用户名').inputValue()).toBe('maker');
    await page.getByRole('button', { name: '登录' }).tap();
    await page.getByText('这里只供持证人使用').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await Promise.all([
      page.waitForEvent('load'), // the page is another one
      page.getByRole('button', { name: '结束并清除' }).tap(),
    ]);
    await signIn(page);
    await page.getByRole('button', { name: '亮证' }).first().tap();
    await page.getByRole('img', { name: '亮证码，请窗口扫描' }).waitFor();
    const digits = (await page.locator('.digits').innerText()).replace(' ', '');
    expect(await findFaultsEverywhere(page)).toEqual([]);
    const redeemed = await city.service.send('POST', '/presentations/redeem', 'clerk', {
      ...{ code: digits, matter: BUNDLE, purpose: '办理' },
    });

    expect(redeemed.status).toBe(200);
    await page.getByText('这个码已用过，不能再用。').waitFor();
    expect(await page.locator('.digits').count()).toBe(0);
    expect(await page.getByRole('status').innerText()).toMatch(/已查看/);
  });
});

describe('a slip', () => {
  it('is on paper alone, without the code that is on the screen', async () => {
    const { body } = await city.service.send('GET', '/licences?limit=1', 'holder');
    const [{ identifier }] = body['items'] as unknown as readonly [{ identifier: string }];
    const shown = { licences: [{ identifier }], window: 'W01', matter: BUNDLE };
    const made = await city.service.send('POST', '/presentations', 'holder', shown);
    await city.service.send('POST', '/presentations/redeem', 'clerk', {
      ...{ code: made.body['qr'], matter: BUNDLE, purpose: '办理' },
    });
    page = await atKiosk();
    await signIn(page);
    await page.getByRole('button', { name: '亮证' }).first().tap();
    await page.locator('.digits').waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => {
      window.print = () => {
        document.title = document.body.innerText;
      };
    });
    await page.getByRole('button', { name: '打印' }).first().tap();
    await page.waitForFunction(() => document.title.includes('回执编号'));
    const paper = await page.title();

    expect(paper).toContain('我要开饭店（一件事）');
    expect(paper).not.toMatch(/结束并清除|亮证码|\d{4} \d{4}/);
    expect(paper).not.toContain(city.service.city.holders[0]!.name);
  });
});

describe('when somebody goes away', () => {
  it('a kiosk counts down, and leaves no trace', async () => {
    page = await atKiosk();
    await page.clock.install();
    const start = await page.evaluate(() => history.length);
    await signIn(page);
    await page.clock.runFor(50_000);
    await page.getByRole('alertdialog', { name: '还有人在吗？' }).waitFor();
    await page.getByRole('button', { name: '继续使用' }).tap();
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    await page.clock.runFor(50_000);
    await page.getByRole('alertdialog').waitFor();
    const ended = page.waitForResponse((one) => one.request().method() === 'DELETE');
    await page.clock.runFor(15_000);
    const status = (await ended).status();
    await page.getByRole('heading', { name: '请触摸要办的事' }).waitFor();

    expect(status).toBe(204);
    const kept = await traces(page);
    expect(kept).toMatchObject({ local: [], session: [], databases: 0, cookies: [] });
    expect(JSON.stringify(kept)).not.toContain(city.service.city.holders[0]!.name);
    expect(await page.evaluate(() => history.length)).toBe(start);
    expect(new URL(page.url()).pathname).toBe('/kiosk');
  });

  it('ends the session of whoever had been signed in', async () => {
    page = await city.open('clerk', { path: '/kiosk', viewport: LANDSCAPE, hasTouch: true });
    await page.getByRole('heading', { name: '请触摸要办的事' }).waitFor();
    await page.waitForFunction(async () => (await fetch('/api/v1/me')).status === 401);

    expect(await page.context().cookies()).toEqual([]);
  });
});
