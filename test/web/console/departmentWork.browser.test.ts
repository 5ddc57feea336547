/** Imports, seals, sealing and cases, as a department and the seal authority do them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { buildWorkbook } from '../browser/buildWorkbook.ts';
import { findFaults } from '../browser/inspectPage.ts';
import { DESKTOP, openConsole, PHONE, type Console } from '../browser/openConsole.ts';

const ROOT = join(import.meta.dirname, '../../..');
const NOTICE = join(ROOT, 'test/fixtures/notice/notice.pdf');
const HOLDER = { name: '沈砚秋', code: '420106198804129984', codeType: '111' };
/** 食品经营许可延续: application, licence, declaration. */
const MATTER = '429000131002';

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

async function open(as: string, path: string): Promise<Page> {
  const page = await city.open(as, { path });
  pages.push(page);
  return page;
}

/** Looks at a page as it stands, also as wide as a phone. */
async function inspect(page: Page): Promise<readonly string[]> {
  const faults = await findFaults(page);
  await page.setViewportSize(PHONE);
  const onPhone = await findFaults(page);
  await page.setViewportSize(DESKTOP);
  return [...faults, ...onPhone.map((fault) => `phone: ${fault}`)];
}

/** Six stock licences that two people issue, below their header. */
function stockRows(from: number): string[][] {
  return readFileSync(join(ROOT, 'data/demo/stock-licences.csv'), 'utf8')
    .split('\r\n')
    .filter((line, at) => at === 0 || line.startsWith('11429000DEM0000491001,'))
    .filter((_, at) => at === 0 || (at > from && at <= from + 6))
    .map((line) => line.split(','));
}

/** The rows as a table; the last three with a fault each, unless they were mended. */
function stockTable(isMended: boolean): { name: string; mimeType: string; buffer: Buffer } {
  const rows = stockRows(0);
  if (!isMended) {
    const [code, principal, period] = rows.slice(4);
    if (code !== undefined) code[3] = `${(code[3] ?? '').slice(0, -1)}?`;
    if (principal !== undefined) principal[7] = '';
    if (period !== undefined) period[6] = '1999-01-01';
  }
  const text = rows.map((cells) => cells.join(',')).join('\r\n');
  return { name: '登记表.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
}

function stockWorkbook(): { name: string; mimeType: string; buffer: Buffer } {
  const [header = [], ...rows] = stockRows(6);
  const bytes = buildWorkbook([header.map((name) => name.replace('\uFEFF', '')), ...rows]);
  return { name: '登记表.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
}

describe('stock licences', () => {
  it('are checked, mended, imported and approved by somebody else', async () => {
    const page = await open('maker', '/department/imports');
    await page.getByLabel('选择表格，或拖到这里').setInputFiles(stockTable(false));
    await page.getByRole('button', { name: '开始试运行' }).click();
    await page.getByText('3 行可以录入，3 行有问题。').waitFor();
    await page.getByText('这一格是空的，必须填写。').waitFor();
    const kinds = page.getByRole('list', { name: '按问题筛选' });
    await kinds.getByRole('button', { name: /持证人代码/ }).click();
    await page.getByText('这一格是空的，必须填写。').waitFor({ state: 'detached' }); // another kind of fault
    await kinds.getByRole('button', { name: /全部/ }).click();
    await page.getByText('这一格是空的，必须填写。').waitFor();
    const faults = await inspect(page);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '下载问题清单（CSV）' }).click(),
    ]);
    const table = readFileSync(await download.path(), 'utf8');
    expect(table.startsWith('\uFEFF行号,列,列名,问题')).toBe(true);
    expect(table).toContain('5,holderCode,持证人代码,持证人代码的校验位不对');
    expect(table).toContain('6,field.principal,法定代表人（负责人）,这一格是空的');

    await page.getByLabel('选择改好的文件').setInputFiles(stockTable(true));
    await page.getByText('6 行全部可以录入。').waitFor();
    await page.getByRole('button', { name: '正式录入 6 行' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '正式录入 6 行' }).click();
    await page.getByText('6 份等待第二人审批。').waitFor();

    const checker = await open('checker', new URL(page.url()).pathname);
    await checker.getByRole('button', { name: '审批并签发 6 份' }).click();
    await checker.getByRole('dialog').getByRole('button', { name: '签发 6 份证照' }).click();
    await checker.getByText('已签发 6 份证照。').waitFor();
    await checker.goto('/department/imports');
    await checker.getByRole('cell', { name: '同事' }).first().waitFor();

    expect([...faults, ...(await inspect(checker))]).toEqual([]);
  });

  it('come as a workbook, too, and after the page was loaded anew from the same file only', async () => {
    const page = await open('maker', '/department/imports');
    await page.getByLabel('选择表格，或拖到这里').setInputFiles(stockWorkbook());
    await page.getByRole('button', { name: '开始试运行' }).click();
    await page.getByText('6 行全部可以录入。').waitFor();
    await page.reload();
    await page.getByLabel('选择表格，或拖到这里').setInputFiles(stockTable(true));
    await page.getByText('这不是试运行过的那个文件').waitFor();
    expect(await page.getByRole('button', { name: '正式录入 6 行' }).count()).toBe(0);

    await page.reload();
    await page.getByLabel('选择表格，或拖到这里').setInputFiles(stockWorkbook());
    await page.getByRole('button', { name: '正式录入 6 行' }).waitFor();
  });
});

describe('seals', () => {
  it('are applied for and made by two people, and their mandates changed', async () => {
    const maker = await open('maker', '/department/seals');
    await maker.getByRole('button', { name: '申请印章' }).click();
    await maker.getByRole('dialog').getByRole('button', { name: '提交申请' }).click();
    await maker.getByText('必须填写。').waitFor();
    await maker.getByLabel('申请理由').fill('对外发文');
    await maker.keyboard.press('Tab');
    await maker.getByRole('dialog').getByRole('button', { name: '提交申请' }).click();
    await maker.getByText('待审核').waitFor();

    const sealMaker = await open('sealmaker', '/department/seals');
    await sealMaker.getByRole('tab', { name: '申请' }).click();
    await sealMaker.getByText('对外发文').waitFor();
    await sealMaker.getByRole('button', { name: '同意并制作' }).click();
    await sealMaker.getByRole('dialog').getByRole('button', { name: '同意并制作' }).click();
    await sealMaker.getByRole('link', { name: '查看印章' }).click();
    await sealMaker.getByRole('heading', { name: '授权范围' }).waitFor();
    await sealMaker.getByRole('button', { name: '修改授权' }).click();
    await sealMaker.getByLabel('每天最多用章次数').fill('5');
    await sealMaker.getByLabel('每次用章须另一人同意').check();
    await sealMaker.getByRole('button', { name: '保存授权' }).click();
    await sealMaker.getByText('每天最多 5 次').waitFor();
    await sealMaker.getByText('0 / 5 次').waitFor();
    await sealMaker.getByRole('dialog').waitFor({ state: 'hidden' });
    const faults = await inspect(sealMaker);
    await sealMaker.goto('/department/seals');
    await sealMaker.getByText('0 / 5 次').waitFor();

    expect([...faults, ...(await inspect(sealMaker))]).toEqual([]);
  });

  it('seal a document where its page is pressed, and the verdict is shown', async () => {
    const page = await open('maker', '/department/sealing');
    await page.getByLabel('选择要盖章的文件，或拖到这里').setInputFiles(NOTICE);
    await page
      .getByLabel('印章', { exact: true })
      .selectOption('云汉市市场监督管理局电子证照专用章');
    await page.locator('.sheet.drawn').click({ position: { x: 300, y: 420 } });
    const x = await page.getByLabel('距左边（毫米）').inputValue();
    await page.getByRole('button', { name: /用方向键移动/ }).press('ArrowRight');
    expect(Number(await page.getByLabel('距左边（毫米）').inputValue())).toBeCloseTo(Number(x) + 1);
    const faults = await inspect(page);
    await page.getByRole('button', { name: '盖章', exact: true }).click();
    await page.getByText('签章有效：文件未被改动，印章盖章时有效。').waitFor();

    expect(faults).toEqual([]);
  });

  it('stand across the edges of a document of several pages', async () => {
    const page = await open('maker', '/department/sealing');
    const buffer = Buffer.from(await foreignPdf(3));
    const file = { name: '合同.pdf', mimeType: 'application/pdf', buffer };
    await page.getByLabel('选择要盖章的文件，或拖到这里').setInputFiles(file);
    await page
      .getByLabel('印章', { exact: true })
      .selectOption('云汉市市场监督管理局电子证照专用章');
    await page.getByRole('radio', { name: '骑缝章' }).check();
    await page.getByRole('button', { name: '盖章', exact: true }).click();
    await page.getByText('签章有效：文件未被改动，印章盖章时有效。').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '下载已盖章的文件' }).click(),
    ]);
    const sealed = readFileSync(await download.path());

    expect(sealed.toString('latin1').match(/\/Subtype\s*\/Widget/g)?.length).toBe(3);
  });

  it('wait for a second person where the mandate says so', async () => {
    const page = await open('maker', '/department/sealing');
    await page.getByLabel('选择要盖章的文件，或拖到这里').setInputFiles(NOTICE);
    await page.getByText('这枚印章须第二人同意').waitFor();
    await page.getByRole('button', { name: '提交，等待同意' }).click();
    await page.getByText('本人 ·').waitFor();

    const checker = await open('checker', '/department/sealing');
    await checker.getByRole('button', { name: '同意并盖章' }).click();
    await checker.getByRole('dialog').getByRole('button', { name: '同意并盖章' }).click();
    await checker.getByText('签章有效：文件未被改动，印章盖章时有效。').waitFor();

    expect(await findFaults(checker)).toEqual([]);
  });
});

/** A case at window 1 with everything it asks for. */
async function openCase(): Promise<string> {
  const { request } = (await open('clerk', '/password')).context();
  const headers = { origin: city.service.url };
  const data = { matter: MATTER, holder: HOLDER, window: 'W01' };
  const opened = await request.post('/api/v1/cases', { headers, data });
  const { id } = (await opened.json()) as { readonly id: string };
  for (const materialCode of ['application', 'foodLicence', 'selfInspection']) {
    const file = { name: 'a.pdf', mimeType: 'application/pdf', buffer: readFileSync(NOTICE) };
    const multipart = { name: materialCode, caseId: id, materialCode, file };
    await request.post('/api/v1/materials', { headers, multipart });
  }
  return id;
}

describe('cases', () => {
  it('go from the list through every step, with their terms', async () => {
    const id = await openCase();
    const page = await open('maker', '/department/cases');
    await page.getByRole('link', { name: /食品经营许可延续/ }).waitFor();
    const faults = await inspect(page);
    await page.getByRole('link', { name: /食品经营许可延续/ }).click();
    for (const [step, next] of [
      ['受理', '还剩 5 个工作日'],
      ['开始审查', '审查中'],
      ['准予', '已办结 · 准予'],
    ] as const) {
      await page.getByRole('button', { name: step, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: step, exact: true }).click();
      await page.getByText(next).first().waitFor();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '查看文件' }).first().click(),
    ]);

    expect(download.suggestedFilename()).toBe('申请书.pdf');
    expect(new URL(page.url()).pathname).toBe(`/department/cases/${id}`);
    expect([...faults, ...(await inspect(page))]).toEqual([]);
  });
});
