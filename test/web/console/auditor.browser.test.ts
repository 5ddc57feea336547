import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findFaults, findFaultsEverywhere } from '../browser/inspectPage.ts';
import { openConsole, PHONE, type Console } from '../browser/openConsole.ts';

const SCREENSHOTS = join(import.meta.dirname, '../../../screenshots');

interface Body {
  readonly identifier: string;
  readonly id: string;
  readonly items: readonly Body[];
}

let city: Console;
let page: Page;
/** Seen by a clerk when it was in force, revoked since. */
let identifier: string;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  city = await openConsole();
  await live();
});
afterAll(async () => {
  await city.close();
});
afterEach(async () => {
  await page.context().close();
  expect(city.complaints()).toEqual([]);
});

/** Somebody of the demo city, by the API. */
async function person(
  name: string,
): Promise<(method: string, path: string, data?: object) => Promise<Body>> {
  const { url } = city.service;
  const send = async (
    method: string,
    path: string,
    data?: object,
    token?: string,
  ): Promise<unknown> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(data === undefined ? {} : { body: JSON.stringify(data) }),
    });
    return await response.json();
  };
  const session = { username: name, password: city.passwords[name] };
  const { token } = (await send('POST', '/sessions', session)) as { token: string };
  return async (method, path, data) => (await send(method, path, data, token)) as Body;
}

/** A licence is issued, seen, objected to, revoked. */
async function live(): Promise<void> {
  const [maker, holder, clerk] = [
    await person('maker'),
    await person('holder'),
    await person('clerk'),
  ];
  const mine = await holder('GET', '/licences');
  const own = await maker('GET', '/licences?state=issued');
  const known = own.items.map((one) => one.identifier);
  identifier = mine.items.find((one) => known.includes(one.identifier))!.identifier;
  await clerk('POST', '/verifications', { identifier });
  const uses = await holder('GET', '/me/uses');
  await holder('POST', `/usage-records/${uses.items[0]!.id}/objections`, {
    reason: '我当时不在场。',
  });
  await new Promise((resolve) => setTimeout(resolve, 1100)); // so that both can be told apart on a clock
  await maker('POST', `/licences/${identifier}/revoke`, { reason: 'penalty' });
}

describe('an auditor', () => {
  it('finds a use by clerk and time, and checks it step by step', async () => {
    page = await city.open('auditor');
    await page.getByLabel('经办人用户名').fill('clerk');
    await page.getByLabel('从（北京时间）').fill('2020-01-01T00:00:01');
    await page.keyboard.press('Enter');
    const rows = page.getByRole('table').getByRole('row');
    await rows.nth(1).waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.screenshot({ path: join(SCREENSHOTS, 'auditor-search.png') });

    await rows.nth(1).getByRole('link', { name: '查看与核对' }).click();
    await page.getByText('核对通过：5 步全部成立').waitFor({ timeout: 10_000 });
    await page.getByText('看计算过程').nth(1).click();
    await page.getByText('与应有的一致').filter({ visible: true }).first().waitFor();
    expect(await findFaultsEverywhere(page)).toEqual([]);
  });

  it('sees the life of a licence with every act proven, and that it was valid before it was revoked', async () => {
    page = await city.open('auditor', { path: `/audit/licences/${identifier}` });
    await page.getByText('2 项操作的证据已在本机逐步核对，全部成立。').waitFor();
    await page.getByRole('button', { name: /核对证据.*吊销/ }).click();
    await page.getByText('核对通过：7 步全部成立').waitFor();
    expect(await page.getByText('无效', { exact: true }).isVisible()).toBe(true);

    await page.getByLabel('以当时所知', { exact: true }).focus();
    await page.keyboard.press('Home');
    await page.getByText('有效', { exact: true }).first().waitFor();
    await page.getByText('当时还不知道').first().waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'auditor-life.png'), fullPage: true });
    expect(await findFaultsEverywhere(page)).toEqual([]);
  });

  it('is told which step fails where the evidence was changed on its way', async () => {
    page = await city.open('auditor', { path: '/audit/licences' });
    await page.route('**/api/v1/audit/licences/**', async (route) => {
      const answer = await route.fetch();
      const text = (await answer.text()).replace(/"submitterMspId":"\w/, '"submitterMspId":"x');
      await route.fulfill({ response: answer, body: text });
    });
    await page.getByLabel('证照标识').fill(identifier);
    await page.keyboard.press('Enter');
    await page.getByText('有操作的证据不成立，请看标出的那一项。').waitFor();
    await page.getByRole('button', { name: /核对证据.*签发/ }).click();

    await page.getByText('核对未通过：“这一批在账本里”不成立').waitFor();
    expect(await page.getByText('≠').isHidden()).toBe(true);
    await page.locator('summary', { hasText: '这一批在账本里' }).click();
    expect(await page.getByText('与应有的不一致').isVisible()).toBe(true);
  });

  it('witnesses that the ledger only grows, and is alarmed where it does not', async () => {
    page = await city.open('auditor', { path: '/audit/ledger' });
    await page.getByText(/第一次看到这本账/).waitFor();
    const clerk = await person('clerk');
    await clerk('POST', '/verifications', { identifier });
    await page
      .getByRole('button', { name: /^区块 \d+/ })
      .nth(1)
      .click();
    await page.getByText('由这些操作在本机算出，一致').first().waitFor();
    const grown = page.getByText(/先前的 \d+ 批一字未改/);
    for (let tries = 0; tries < 10 && !(await grown.isVisible()); tries += 1) {
      await page.getByRole('button', { name: '再核对一次' }).click();
      await page.waitForLoadState('networkidle');
    }
    expect(await grown.isVisible()).toBe(true);
    await page.screenshot({ path: join(SCREENSHOTS, 'auditor-ledger.png') });
    expect(await findFaultsEverywhere(page)).toEqual([]);

    await page.evaluate(() => {
      const seen = JSON.parse(localStorage.getItem('yinxin.witness')!) as { note: string };
      const [origin, size, root = '', ...rest] = seen.note.split('\n');
      const note = [
        origin,
        size,
        `${root.startsWith('A') ? 'B' : 'A'}${root.slice(1)}`,
        ...rest,
      ].join('\n');
      localStorage.setItem('yinxin.witness', JSON.stringify({ ...seen, note }));
    });
    await page.getByRole('button', { name: '再核对一次' }).click();
    await page
      .getByRole('alert')
      .getByText(/账本(被改了|分叉了)/)
      .waitFor();
    expect(await findFaults(page)).toEqual([]);
  });

  it('reads figures as charts and as tables', async () => {
    page = await city.open('auditor', { path: '/audit/figures' });
    await page.getByRole('img', { name: '每天的使用次数，按结果' }).locator('canvas').waitFor();
    await page.locator('summary', { hasText: '每天的使用次数，按结果' }).click();
    const table = page.getByRole('table', { name: '每天的使用次数，按结果' });

    expect(await table.getByRole('row').count()).toBe(31);
    expect(await findFaultsEverywhere(page)).toEqual([]);
    await page.screenshot({ path: join(SCREENSHOTS, 'auditor-figures.png'), fullPage: true });
  });

  it('answers an objection, once reasons are given', async () => {
    page = await city.open('auditor', { path: '/audit/objections' });
    await page.getByText('我当时不在场。').waitFor();
    await page.getByRole('button', { name: '答复' }).click();
    await page.getByRole('radio', { name: '异议成立' }).check();
    await page.getByRole('button', { name: '答复', exact: true }).click();
    await page.getByText('请写明理由。').waitFor();
    expect(await findFaultsEverywhere(page)).toEqual([]);
    await page.keyboard.type('核查属实，已责令整改。');
    await page.getByRole('button', { name: '答复', exact: true }).click();

    await page.getByText(/^答复于/).waitFor();
    expect(await page.getByText('核查属实，已责令整改。').isVisible()).toBe(true);
  });

  it('checks an entry of the administrative trail', async () => {
    page = await city.open('auditor', { path: '/audit/administration' });
    await page
      .getByRole('button', { name: /核对证据/ })
      .first()
      .click();
    await page.getByText('核对通过：5 步全部成立').waitFor();

    expect(await findFaultsEverywhere(page)).toEqual([]);
  });
});

describe('each page is for everybody', () => {
  it.each(['/audit/alarms', '/audit/registers', '/audit/registers?tab=recalls'])(
    '%s',
    async (path) => {
      page = await city.open('auditor', { path });
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');

      expect(await findFaultsEverywhere(page)).toEqual([]);
    },
  );

  it('on a phone', async () => {
    page = await city.open('auditor', { viewport: PHONE, language: 'en' });
    const paths = [
      '/audit',
      '/audit/ledger',
      '/audit/figures',
      '/audit/objections',
      '/audit/administration',
    ];
    for (const path of [
      ...paths,
      '/audit/registers',
      '/audit/alarms',
      `/audit/licences/${identifier}`,
    ]) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect([path, await findFaults(page)]).toEqual([path, []]);
    }
  });
});
