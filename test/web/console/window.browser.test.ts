import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { filming, filmText } from '../browser/codePictures.ts';
import { countHands } from '../browser/countHands.ts';
import { findBarriers, findFaultsEverywhere } from '../browser/inspectPage.ts';
import { openConsole, PHONE, type Console } from '../browser/openConsole.ts';

const SCREENSHOTS = join(import.meta.dirname, '../../../screenshots');
const BUNDLE = '429000100001';
const FIELD = '扫码、输入或粘贴';
/** One white pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9CNHoHgAAAABJRU5ErkJggg==',
  'base64',
);

const folder = mkdtempSync(join(tmpdir(), 'yinxin-film-'));
/** What the counter's camera sees. */
const FILM = join(folder, 'code.y4m');

let city: Console;
let page: Page;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
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

/** What the holder's phone shows. */
async function show(
  shown: object = { window: 'W01', matter: BUNDLE },
): Promise<{ qr: string; spokenCode: string }> {
  const { body } = await city.service.send('GET', '/licences', 'holder');
  const licences = (body['items'] as unknown as readonly { identifier: string }[]).map(
    ({ identifier }) => ({ identifier }),
  );
  const made = await city.service.send('POST', '/presentations', 'holder', { licences, ...shown });
  return made.body as unknown as { qr: string; spokenCode: string };
}

async function atWindow(who = 'clerk', view = {}): Promise<Page> {
  const opened = await city.open(who, { path: '/window', ...view });
  opened.setDefaultTimeout(10_000);
  await expectFocus(opened, FIELD);
  return opened;
}

/** The focus is where work goes on: on an element with this label or text. */
async function expectFocus(on: Page, name: string): Promise<void> {
  await on.waitForFunction((wanted) => {
    const { activeElement } = document;
    const label = activeElement?.id
      ? document.querySelector(`label[for="${activeElement.id}"]`)
      : null;
    return `${label?.textContent ?? ''}${activeElement?.textContent ?? ''}`.includes(wanted);
  }, name);
}

async function openCase(on: Page, matter: string): Promise<void> {
  const [person] = city.service.city.holders;
  await on.keyboard.press('Alt+n');
  await on.keyboard.type(matter);
  await on.getByRole('option', { name: '我要开饭店' }).waitFor();
  await on.keyboard.press('Enter');
  await on.keyboard.type(person!.code);
  await on.keyboard.press('Enter');
  await on.keyboard.type(person!.name);
  await on.keyboard.press('Enter');
  await on.getByRole('region', { name: '当前办件' }).waitFor();
  await expectFocus(on, FIELD);
}

describe('a case with eleven materials', () => {
  it('is handled without a mouse', async () => {
    page = await atWindow();
    const look = await countHands(page);
    page.on('filechooser', (chooser) => {
      void chooser.setFiles({ name: '材料.png', mimeType: 'image/png', buffer: PICTURE });
    });
    await openCase(page, 'kfd');
    const materials = page.getByRole('region', { name: '材料' });
    expect(await materials.getByRole('listitem').count()).toBe(11);
    expect(await materials.getByText('可亮证免交').count()).toBe(8);

    const { spokenCode } = await show();
    await page.keyboard.type(spokenCode);
    expect(await page.getByLabel(FIELD).inputValue()).toBe(
      `${spokenCode.slice(0, 4)} ${spokenCode.slice(4)}`,
    );
    await page.keyboard.press('Enter');
    await page.getByText('2 个证照全部有效，可以使用。').waitFor();
    await materials.getByText('免交 8 · 无需提交 0 · 已收 0 · 还缺 3').waitFor();
    for (const left of [2, 1, 0]) {
      await expectFocus(page, '收取：');
      await page.keyboard.press('Enter');
      await materials.getByText(`还缺 ${left}`).waitFor();
    }
    await expectFocus(page, '受理');
    await page.keyboard.press('Enter');
    await page.getByText('材料已齐，办件已受理。').waitFor();
    const [receipt] = await Promise.all([
      page.waitForEvent('download'),
      page.keyboard.press('Alt+s'),
    ]);
    await page.screenshot({ path: join(SCREENSHOTS, 'window-case.png'), fullPage: true });
    await page.keyboard.press('Alt+j');
    await expectFocus(page, FIELD);
    const { keys, pointers, seconds } = await look();

    expect(receipt.suggestedFilename()).toMatch(/\.pdf$/);
    expect(await page.getByRole('region', { name: '当前办件' }).count()).toBe(0);
    expect(await page.getByText(city.service.city.holders[0]!.name).count()).toBe(0);
    expect(pointers).toBe(0);
    expect(keys).toBeGreaterThan(0);
    process.stdout.write(
      `a bundle of three matters, eleven materials: ${keys} keys, ${seconds.toFixed(1)} s, no mouse\n`,
    );
  });
});

describe('a code that is scanned', () => {
  it('is taken wherever the focus is, and asked for what matter without a case', async () => {
    page = await atWindow();
    const { qr } = await show({});
    await page.getByRole('button', { name: '新办件' }).focus();
    await page.keyboard.type(`${qr}\n`);
    await page.getByText('这个亮证码用于办理什么事项？').waitFor();
    await page.keyboard.type('kfd');
    await page.getByRole('option', { name: '我要开饭店' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('2 个证照全部有效，可以使用。').waitFor();
    const fields = page.getByLabel('食品经营许可证的字段');
    await fields.getByText('经营场所').waitFor();

    expect(await fields.innerText()).toContain('云汉市');
    await expectFocus(page, FIELD);
    await page.keyboard.type(`${qr}\n`);
    await page.keyboard.type('kfd\n');
    await page.getByText('不能使用').waitFor(); // once only
    expect(await page.getByLabel('食品经营许可证的字段').count()).toBe(0);
  });

  it('is read by the camera, and told in English from the name to each value', async () => {
    const { qr } = await show();
    writeFileSync(FILM, filmText(qr));
    page = await city.open('clerk', {
      ...{ path: '/window', language: 'en', permissions: ['camera'] },
    });
    await page.getByRole('button', { name: 'Camera' }).click();
    await page.getByText('Which matter is this code for?').waitFor();
    expect(await page.locator('video').count()).toBe(0);
    await page.keyboard.type('open a res');
    await page.getByRole('option', { name: 'Open a restaurant' }).waitFor();
    await page.keyboard.press('Enter');
    const fields = page.getByLabel('Fields of Food Business Licence');
    await fields.getByText('Business premises').waitFor();

    expect(await fields.innerText()).toContain('Catering business');
  });

  it('is asked for once, however often Enter is pressed, and again with the same answer', async () => {
    page = await atWindow();
    await openCase(page, 'kfd');
    const keys: (string | undefined)[] = [];
    let isAway = true;
    await page.route('**/presentations/redeem', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (isAway) await route.abort();
      else await route.continue();
    });
    const { spokenCode } = await show();
    await page.keyboard.type(`${spokenCode}\n\n\n`);
    await page.getByText('正在处理，请稍候…').waitFor();
    await page.getByText('同一个码可以安全地重试').waitFor();
    expect(keys).toHaveLength(1);
    isAway = false;
    await expectFocus(page, '重试');
    await page.keyboard.press('Enter');
    await page.getByText('2 个证照全部有效，可以使用。').waitFor();
    expect(new Set(keys).size).toBe(1);
  });

  it('of another window is refused, and guessing ends with a lock', async () => {
    page = await atWindow('clerk2');
    await openCase(page, 'kfd');
    const { spokenCode } = await show();
    for (let guess = 0; guess < 5; guess++) {
      await page.keyboard.type(`${spokenCode}\n`);
      await page.getByText('此码不能在本窗口使用').waitFor();
      await page.keyboard.press('Escape');
    }
    await page.keyboard.type(`${spokenCode}\n`);
    await page.getByText('口述数字已锁定').waitFor();
    expect(await page.getByText('请改为扫描').count()).toBe(1);
  });
});

describe('other codes', () => {
  it('are verified, and a case is found by its query code', async () => {
    page = await atWindow();
    const { body } = await city.service.send('GET', '/licences', 'holder');
    const [{ identifier }] = body['items'] as unknown as readonly [{ identifier: string }];
    await page.keyboard.type(`${identifier}\n`);
    await page.getByText('证照有效：印章真实').waitFor();
    const cases = await city.service.send('GET', '/cases?limit=1', 'clerk');
    const [{ queryCode }] = cases.body['items'] as unknown as readonly [{ queryCode: string }];
    await page.keyboard.press('Escape');
    await page.keyboard.type(`${queryCode}\n`);
    await page.getByRole('region', { name: '当前办件' }).waitFor();
    await page.reload();
    const shown = page.getByRole('region', { name: '当前办件' });
    await shown.getByText(queryCode).waitFor();

    expect(new URL(page.url()).search).toMatch(/^\?case=[0-9A-Z]{26}$/);
  });
});

describe('a case in the middle', () => {
  it('outlives the end of a session', async () => {
    page = await atWindow();
    await openCase(page, 'kfd');
    const { spokenCode } = await show();
    await page.context().clearCookies();
    await page.keyboard.type(`${spokenCode}\n`);
    const dialog = page.getByRole('dialog', { name: '登录已结束' });
    await dialog.getByLabel('密码').waitFor();
    await page.keyboard.type(`${city.passwords['clerk'] ?? ''}\n`);
    await page.getByText('2 个证照全部有效，可以使用。').waitFor();
    const materials = page.getByRole('region', { name: '材料' });
    await materials.getByText('免交 8 · 无需提交 0 · 已收 0 · 还缺 3').waitFor();

    expect(await materials.getByRole('listitem').count()).toBe(11);
  });

  it('that was changed in another tab is shown as it stands', async () => {
    page = await atWindow();
    await openCase(page, 'kfd');
    const other = await page.context().newPage();
    await other.goto(page.url());
    await decline(other);
    await other.getByText('已归档').first().waitFor();
    await page.bringToFront();
    await decline(page);
    await page.getByText('办件已在别处有变动').waitFor();

    expect(await page.getByRole('region', { name: '当前办件' }).innerText()).toContain('不予受理');
  });
});

async function decline(on: Page): Promise<void> {
  await on.getByRole('button', { name: '不予受理' }).press('Enter');
  const dialog = on.getByRole('dialog', { name: '不予受理' });
  await dialog.getByLabel('理由').waitFor();
  await on.keyboard.type('不属于本窗口办理范围\n');
}

describe('the screen', () => {
  it('is one for everybody, also on a phone', async () => {
    page = await atWindow();
    await openCase(page, 'kfd');
    const { spokenCode } = await show();
    await page.keyboard.type(`${spokenCode}\n`);
    await page.getByText('2 个证照全部有效，可以使用。').waitFor();
    await page.getByLabel('食品经营许可证的字段').getByText('经营场所').waitFor();

    expect(await findFaultsEverywhere(page)).toEqual([]);
    await page.setViewportSize(PHONE);
    await page.getByLabel(FIELD).fill('12345678');
    expect(await findFaultsEverywhere(page)).toEqual([]);
  });

  it.each([
    ['Alt+q', '窗口码'],
    ['Alt+l', '依职能核验'],
    ['Alt+g', '代理人登记'],
    ['Alt+r', '召回通知'],
    ['Alt+n', '新开办件'],
  ])('opens by %s what else there is to do, and Esc comes back', async (keys, heading) => {
    page = await atWindow();
    await page.keyboard.press(keys);
    await page.getByRole('dialog', { name: heading }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expectFocus(page, FIELD);
  });
});

describe('a licence that is revoked in between', () => {
  it('is red, in a word and a sentence, and shows no field', async () => {
    page = await atWindow();
    await openCase(page, 'kfd');
    const { spokenCode } = await show();
    const { body } = await city.service.send('GET', '/licences', 'holder');
    const licences = body['items'] as unknown as readonly {
      identifier: string;
      typeName: string;
    }[];
    const food = licences.find(({ typeName }) => typeName === '食品经营许可证');
    await city.service.send('POST', `/licences/${food!.identifier}/revoke`, 'checker', {
      reason: 'fraud',
    });
    await page.keyboard.type(`${spokenCode}\n`);
    await page.getByText('有不能使用的').waitFor();
    await page.getByText('证照已被吊销，不能使用。').waitFor();

    expect(await page.getByText('无效').count()).toBeGreaterThan(0);
    expect(await page.getByLabel('食品经营许可证的字段').count()).toBe(0);
    expect(await page.getByText('没有返回任何字段。').count()).toBe(1);
  });
});
