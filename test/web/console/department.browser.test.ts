import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { DEMO_HOLDERS } from '../../../service/src/demo/demoHolders.ts';
import { DEMO_LICENCE_TYPES } from '../../../service/src/demo/demoLicenceTypes.ts';
import type { DemoLicenceType } from '../../../service/src/demo/demoTypeDraft.ts';
import { findFaults, findFaultsEverywhere } from '../browser/inspectPage.ts';
import { openConsole, PHONE, type Console } from '../browser/openConsole.ts';

interface Licence {
  readonly identifier: string;
  readonly state: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Which two people issue: 食品经营许可证. */
const type = DEMO_LICENCE_TYPES[0] as DemoLicenceType; // the demo city has types
const holders = DEMO_HOLDERS;
const fieldsOf = type.sampleFields;

let city: Console;
let pages: Page[] = [];

beforeAll(async () => {
  city = await openConsole();
});
afterAll(async () => {
  await city.close();
});
afterEach(async () => {
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
  expect(city.complaints()).toEqual([]);
});

async function open(...view: Parameters<Console['open']>): Promise<Page> {
  const page = await city.open(...view);
  pages.push(page);
  return page;
}

/** The API as somebody's own program calls it. */
async function call<T>(as: string, method: string, path: string, body?: object): Promise<T> {
  const session = { username: as, password: city.passwords[as] };
  const { token } = (await send('POST', '/sessions', session, {})) as { token: string };
  return (await send(method, path, body, { Authorization: `Bearer ${token}` })) as T;
}

async function send(
  method: string,
  path: string,
  body: object | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<unknown> {
  const answer = await fetch(`${city.service.url}/api/v1${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBeLessThan(300);
  return await answer.json();
}

/** @param at - of the demo city's holders. */
async function draft(at: number): Promise<Licence> {
  return await call('maker', 'POST', '/licences', {
    ...{ typeCode: type.typeCode, holder: holders[at], fields: fieldsOf },
    ...{ validFrom: '2026-01-01', validUntil: '2030-12-31' },
  });
}

async function issue(at: number): Promise<Licence> {
  const { identifier } = await draft(at);
  return await call('checker', 'POST', `/licences/${identifier}/approve`, {});
}

const pathOf = ({ identifier }: Licence): string => `/department/licences/${identifier}`;

async function fillHolder(page: Page, at: number): Promise<void> {
  await page.getByLabel('证照类型').selectOption({ label: type.name });
  await page.getByLabel('代码', { exact: true }).fill(holders[at]?.code ?? '');
  await page.getByLabel('名称（姓名）').fill(holders[at]?.name ?? '');
}

async function fillFields(page: Page): Promise<void> {
  await page.getByLabel('法定代表人（负责人）').fill('田初九');
  await page.getByLabel('经营场所').fill('云汉市临江区渔市街17号');
  await page.getByLabel('主体业态').selectOption('餐饮服务经营者');
  await page.getByRole('checkbox', { name: '热食类食品制售' }).press('Space');
}

describe('two people issue a licence', () => {
  it('from a wrong check character to the sealed files', async () => {
    const maker = await open('maker', { path: '/department/issue' });
    await fillHolder(maker, 12);
    const code = holders[12]?.code ?? '';
    await maker.getByLabel('代码', { exact: true }).fill(`${code.slice(0, 16)}00`);
    await maker.getByText('校验码不符，请逐位核对。').waitFor();
    await maker.getByRole('button', { name: '提交审批' }).click();
    await maker.getByText('还有 5 处需要修改。').waitFor();
    expect(await maker.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe(
      'true',
    );
    await maker.getByLabel('代码', { exact: true }).fill(code);
    await maker.getByText('校验通过').waitFor();
    await fillFields(maker);
    await maker.getByRole('img', { name: '按目前填写内容生成的证照样本' }).waitFor();
    await maker.getByRole('button', { name: '10 年' }).click();
    await maker.keyboard.press('Tab');
    await maker.getByRole('button', { name: '提交审批' }).press('Enter');
    await maker.getByText('等待他人审批。').waitFor();

    const checker = await open('checker', { path: '/department' });
    const row = checker.getByRole('table', { name: '待我审批' }).getByRole('link');
    await row.first().press('Enter');
    await checker.getByRole('img', { name: '证照版面' }).waitFor();
    expect(await checker.getByText('云汉市临江区渔市街17号').isVisible()).toBe(true);
    await checker.keyboard.press('Alt+a');
    await checker.getByText('账本上的经过').waitFor();
    expect(await checker.locator('.above').innerText()).toContain('有效');

    const download = checker.waitForEvent('download');
    await checker.getByRole('button', { name: '下载 PDF' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.001\..\.pdf$/);
    await checker.getByRole('button', { name: '显示二维码' }).click();
    await checker.getByRole('img', { name: '证照二维码' }).waitFor();
  });

  it('returned, mended and submitted again', async () => {
    const licence = await draft(13);
    const checker = await open('checker', { path: pathOf(licence) });
    await checker.getByRole('button', { name: '退回' }).click();
    await checker.getByRole('button', { name: '退回给经办人' }).click();
    await checker.getByText('请写明退回原因。').waitFor();
    await checker.getByLabel('退回原因（经办人会看到）').fill('门牌号与租赁合同不一致。');
    await checker.getByRole('button', { name: '退回给经办人' }).click();
    await checker.getByText('已退回', { exact: true }).waitFor();

    const maker = await open('maker', { path: '/department' });
    await maker.getByText('门牌号与租赁合同不一致。').waitFor();
    await maker.getByRole('table', { name: '退回给我的' }).getByRole('link').first().click();
    await maker.getByRole('button', { name: '修改草稿' }).click();
    await maker.getByLabel('经营场所').fill('云汉市临江区渔市街19号');
    await maker.getByRole('button', { name: '重新提交审批' }).click();
    await maker.getByText('等待他人审批。').waitFor();

    const changed = await call<Licence>('maker', 'GET', `/licences/${licence.identifier}`);
    expect(changed).toMatchObject({
      state: 'drafted',
      fields: { ...fieldsOf, premises: '云汉市临江区渔市街19号' },
    });
  });

  it('changes one with a diff, and approves only what was shown', async () => {
    const licence = await issue(14);
    const maker = await open('maker', { path: pathOf(licence) });
    await maker.getByRole('button', { name: '变更' }).click();
    await maker.getByLabel('法定代表人（负责人）').fill('梁见山');
    await maker.getByRole('button', { name: '提交审批' }).click();
    await maker.getByText('等待他人审批。').waitFor();
    const next = maker.url().split('/').at(-1) ?? '';

    const checker = await open('checker', { path: pathOf({ ...licence, identifier: next }) });
    await checker.getByRole('heading', { name: '变更内容' }).waitFor();
    const diff = checker.getByRole('row', { name: /法定代表人/ });
    expect(await diff.locator('del').innerText()).toBe(fieldsOf['principal']);
    expect(await diff.locator('ins').innerText()).toBe('梁见山');

    const rest = { holder: holders[14], validFrom: '2026-01-01', validUntil: '2030-12-31' };
    const fields = { ...fieldsOf, principal: '关长庚' };
    await call('maker', 'PUT', `/licences/${next}`, { ...rest, fields });
    await checker.getByRole('button', { name: '批准并签发' }).click();
    await checker.getByText('您打开之后草稿又有改动').waitFor();
    await diff.getByText('关长庚').waitFor();
    await checker.getByRole('button', { name: '批准并签发' }).click();
    await checker.getByText('账本上的经过').waitFor();

    const before = await call<Licence>('maker', 'GET', `/licences/${licence.identifier}`);
    expect(before.state).toBe('superseded');
  });
});

describe('what cannot be undone', () => {
  it('is said with its consequence, and confirmed', async () => {
    const licence = await issue(15);
    const page = await open('maker', { path: pathOf(licence) });
    await page.getByRole('button', { name: '吊销' }).click();
    const dialog = page.getByRole('dialog', { name: '吊销此证照' });
    await dialog.getByText('近 30 天没有窗口或系统用过它。').waitFor();
    expect(await findFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: '吊销' }).click();
    await dialog.getByText('请选择原因。').waitFor();
    await dialog.getByLabel('原因').selectOption({ label: '行政处罚' });
    await dialog.getByLabel(/最后四个字符/).fill('0000');
    await dialog.getByRole('button', { name: '吊销' }).click();
    await dialog.getByText('与证照标识的最后四个字符不一致。').waitFor();
    const tail = licence.identifier.replaceAll('.', '').slice(-4);
    await dialog.getByLabel(/最后四个字符/).fill(tail);
    await page.keyboard.press('Enter');

    await page.getByText('原因：行政处罚').waitFor();
    expect(await page.locator('.above').innerText()).toContain('已吊销');
  });
});

describe('nothing that was filled in is lost', () => {
  it('when the session ends, when the service is away, and when the page is left', async () => {
    const page = await open('maker', { path: '/department/issue' });
    await fillHolder(page, 16);
    await fillFields(page);
    await page.getByRole('link', { name: '待办' }).click();
    await page.getByRole('heading', { name: '待办' }).waitFor();
    await page.getByRole('link', { name: '签发证照' }).click();
    await page.getByText('已恢复您上次未提交的内容。').waitFor();

    await page.route('**/api/v1/licences', (route) => route.abort());
    await page.getByRole('button', { name: '提交审批' }).click();
    await page.getByText('没有收到服务的答复').first().waitFor();
    await page.unroute('**/api/v1/licences');
    expect(await page.getByLabel('经营场所').inputValue()).toBe('云汉市临江区渔市街17号');

    await page.context().clearCookies();
    await page.getByRole('button', { name: '提交审批' }).click();
    const dialog = page.getByRole('dialog', { name: '登录已结束' });
    await dialog.getByLabel('密码').fill(city.passwords['maker'] ?? '');
    await page.keyboard.press('Enter');
    await page.getByText('等待他人审批。').waitFor();
  });

  it('and the browser asks before a form is loaded anew', async () => {
    const page = await open('maker', { path: '/department/issue' });
    await fillHolder(page, 17);
    await page.getByRole('link', { name: '待办' }).click();
    await page.getByRole('heading', { name: '待办' }).waitFor();
    const asked = page.waitForEvent('dialog').then(async (question) => {
      await question.dismiss();
      return question.type();
    });
    await page.evaluate(() => {
      window.location.reload();
    });
    expect(await asked).toBe('beforeunload');
    await page.getByRole('link', { name: '签发证照' }).click();

    await page.getByText('已恢复您上次未提交的内容。').waitFor();
  });
});

describe('a filled form, and a change to approve', () => {
  it('are pages for everybody', async () => {
    const first = await issue(17);
    const change = await call<Licence>('maker', 'POST', `/licences/${first.identifier}/change`, {
      fields: { principal: '梁见山' },
    });
    const faults: string[] = [];
    const look = async (as: string, path: string, text: string): Promise<Page> => {
      const page = await open(as, { path });
      await page.getByText(text).first().waitFor();
      if (path === '/department/issue') await fillHolder(page, 17);
      const found = await findFaultsEverywhere(page);
      await page.setViewportSize(PHONE);
      faults.push(...[...found, ...(await findFaults(page))].map((fault) => `${path}: ${fault}`));
      return page;
    };
    await look('maker', '/department/issue', '证照类型');
    await look('checker', pathOf(change), '变更内容');

    expect(faults).toEqual([]);
  });
});
