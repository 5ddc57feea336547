import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { plainPdf } from '../../support/pdfRevisions.ts';
import { findFaultsEverywhere } from '../browser/inspectPage.ts';
import { openConsole, PHONE, type Console } from '../browser/openConsole.ts';

const SCREENSHOTS = join(import.meta.dirname, '../../../screenshots');
const CHANGE_OF_FOOD_LICENCE = '429000131001';
const FOOD = '食品经营许可证';
const SMALL = '小餐饮经营登记证';

/** One white pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9CNHoHgAAAABJRU5ErkJggg==',
  'base64',
);

let city: Console;
let page: Page;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  city = await openConsole();
});
afterAll(async () => {
  await city.close();
});
afterEach(async () => {
  await page.context().close();
  expect(city.complaints()).toEqual([]);
});

async function onPhone(path: string, as = 'holder'): Promise<Page> {
  const opened = await city.open(as, { path, viewport: PHONE, hasTouch: true });
  opened.setDefaultTimeout(15_000);
  return opened;
}

/** What the clerk at window 1 gets for a code. */
async function redeem(code: string): Promise<{ status: number; fields: readonly object[] }> {
  const body = { code, matter: CHANGE_OF_FOOD_LICENCE, purpose: '变更食品经营许可' };
  const answer = await city.service.send('POST', '/presentations/redeem', 'clerk', body);
  return { status: answer.status, fields: Object.values(answer.body['fields'] ?? {}) };
}

async function shoot(name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `holder-${name}.png`), fullPage: true });
}

describe('holders on their phone', () => {
  it('sign in, see their wallet, and show two licences with a field left out', async () => {
    page = await city.open(null, { viewport: PHONE, hasTouch: true });
    await page.getByLabel('用户名').fill('holder');
    await page.getByLabel('密码').fill(city.passwords['holder'] ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '我的证照' }).waitFor();
    await page.getByText(FOOD).waitFor();
    expect(await page.getByText(SMALL).isVisible()).toBe(true);
    await shoot('wallet');

    await page.getByRole('button', { name: '亮证' }).click();
    await page.getByRole('checkbox', { name: new RegExp(FOOD) }).check();
    await page.getByRole('checkbox', { name: new RegExp(SMALL) }).check();
    await page.getByText('不扫码，自己说明事项和窗口').click();
    await page.getByLabel('办什么事').selectOption({ label: '食品经营许可变更' });
    await page.getByLabel('在哪个窗口出示').selectOption({ index: 1 });
    const premises = page.getByRole('checkbox', { name: '经营场所 所办事项需要' });
    await premises.uncheck();
    await page.getByRole('checkbox', { name: new RegExp(SMALL) }).check();
    await page.getByRole('button', { name: '看看对方会看到什么' }).click();
    await page.getByText('餐饮服务经营者').waitFor();
    expect(await page.getByText('滨江大道188号2层').count()).toBe(0);
    await shoot('preview');

    await page.getByRole('button', { name: '生成亮证码' }).click();
    await page.getByRole('img', { name: '亮证码', exact: true }).waitFor();
    const left = Number(await page.getByRole('timer').locator('strong').innerText());
    expect(left).toBeGreaterThan(30);
    expect(left).toBeLessThanOrEqual(60);
    const digits = await page.getByRole('img', { name: /^数字码/ }).innerText();
    expect(digits).toMatch(/^\d{4} \d{4}$/);
    await shoot('code');

    const { status, fields } = await redeem(digits.replace(' ', ''));
    expect(status).toBe(200);
    expect(fields).toHaveLength(2);
    expect(JSON.stringify(fields)).toContain('餐饮服务经营者');
    expect(JSON.stringify(fields)).not.toContain('滨江大道188号2层');
    await page.getByRole('heading', { name: /1号窗口.*已查看/ }).waitFor();
    await shoot('redeemed');
  });

  it('see who looked, with the proof, and object', async () => {
    page = await onPhone('/holder/uses');
    await page.getByRole('link', { name: new RegExp(`1号窗口.*${FOOD}`) }).click();
    await page.getByText('食品经营许可变更', { exact: true }).waitFor();
    await page.getByRole('button', { name: '提出异议' }).click();
    await page.getByRole('button', { name: '提交异议' }).click();
    await page.getByText('请写明理由。').waitFor();
    await page.getByLabel('理由').fill('我当天没有去过这个窗口。');
    await page.getByRole('button', { name: '提交异议' }).click();
    await page.getByRole('heading', { name: '异议 · 等待答复' }).waitFor();

    expect(await page.getByText('最迟答复').isVisible()).toBe(true);
    expect(await findFaultsEverywhere(page)).toEqual([]);
    await shoot('use');
  });

  it('learn from a window’s code who asks, and the digits work at that window', async () => {
    const asking = { matter: CHANGE_OF_FOOD_LICENCE, purpose: '核对经营场所' };
    const made = await city.service.send('POST', '/window-codes', 'clerk', asking);
    page = await onPhone('/holder/show');
    await page.getByRole('checkbox', { name: new RegExp(FOOD) }).waitFor();
    await page.getByRole('button', { name: '扫窗口的码' }).click();
    await page.getByLabel('或输入窗口码').fill(String(made.body['qr']));
    await page.keyboard.press('Enter');
    await page.getByText('核对经营场所').waitFor();
    expect(await page.getByRole('checkbox', { name: new RegExp(FOOD) }).isChecked()).toBe(true);
    expect(await findFaultsEverywhere(page)).toEqual([]);
    await page.getByRole('button', { name: '看看对方会看到什么' }).click();
    await page.getByRole('button', { name: '生成亮证码' }).click();
    await page.getByText('仅在1号窗口').waitFor();
    expect(await findFaultsEverywhere(page)).toEqual([]);

    await page.getByRole('button', { name: '收回' }).click();
    await page.getByRole('heading', { name: '已收回' }).waitFor();
    await page.getByRole('button', { name: '再生成一个' }).click();
    const digits = await page.getByRole('img', { name: /^数字码/ }).innerText();
    expect((await redeem(digits.replace(' ', ''))).status).toBe(200);
    await page.getByRole('heading', { name: /已查看/ }).waitFor();
  });

  it('confirm the window for digits after the code was made', async () => {
    page = await onPhone('/holder/show');
    await page.getByRole('checkbox', { name: new RegExp(SMALL) }).check();
    await page.getByRole('button', { name: '看看对方会看到什么' }).click();
    await page.getByRole('button', { name: '生成亮证码' }).click();
    await page.getByLabel('想报数字').selectOption({ index: 1 });
    await page.getByRole('button', { name: '确认窗口' }).click();
    const digits = await page.getByRole('img', { name: /^数字码/ }).innerText();

    expect((await redeem(digits.replace(' ', ''))).status).toBe(200);
    await page.getByRole('heading', { name: /已查看/ }).waitFor();
  });

  it('delegate to somebody, who shows the licence, and end it', async () => {
    const agent = city.service.city.holders[1];
    page = await onPhone('/holder/grants');
    await page.getByRole('button', { name: '授权给他人' }).click();
    await page.getByLabel('对方姓名或名称').fill(agent?.name ?? '');
    await page.getByRole('button', { name: '授权', exact: true }).click();
    await page.getByText('请填写对方的证件号码。').waitFor();
    await page.getByLabel('对方证件号码').fill(agent?.code ?? '');
    await page.getByRole('checkbox', { name: new RegExp(FOOD) }).check();
    expect(await findFaultsEverywhere(page)).toEqual([]);
    await page.getByRole('button', { name: '授权', exact: true }).click();
    await page.getByText(`已授权给${agent?.name ?? ''}`).waitFor();
    await page.context().close();

    page = await onPhone('/holder/show', 'holder2');
    await page.getByLabel('出示谁的证照').selectOption({ index: 1 });
    await page.getByRole('checkbox', { name: new RegExp(FOOD) }).check();
    await page.getByRole('button', { name: '看看对方会看到什么' }).click();
    await page.getByRole('button', { name: '生成亮证码' }).click();
    await page.getByRole('img', { name: '亮证码', exact: true }).waitFor();
    await page.context().close();

    page = await onPhone('/holder/grants');
    await page.getByRole('button', { name: '收回授权' }).click();
    await page.getByRole('button', { name: '确认收回' }).click();
    await page.getByText('已收回', { exact: true }).waitFor();
  });

  it('apply online, hand a file in, and rate how it was handled', async () => {
    page = await onPhone('/holder/cases');
    await page.getByRole('button', { name: '网上申办' }).click();
    await page.getByLabel('要办什么事').fill('食品经营许可变更');
    await page.getByRole('button', { name: /^食品经营许可变更/ }).click();
    await page.getByText('由电子证照《食品经营许可证》代替').waitFor();
    expect(await findFaultsEverywhere(page)).toEqual([]);
    await page.getByRole('button', { name: '提交申请' }).click();
    await page.getByRole('heading', { name: /材料.*还差 3 份/ }).waitFor();
    await page.getByLabel('上传文件: 申请书').setInputFiles({
      ...{ name: '申请书.png', mimeType: 'image/png', buffer: PICTURE },
    });
    await page.getByRole('heading', { name: /材料.*还差 2 份/ }).waitFor();
    await shoot('case');

    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const reason = { reason: '材料不齐' };
    await city.service.send('POST', `/cases/${id}/decline`, 'maker', reason);
    await page.reload();
    await page.getByRole('button', { name: '提交评价' }).click();
    await page.getByText('请选择满意程度。').waitFor();
    await page.getByRole('radio', { name: '满意', exact: true }).check();
    await page.getByRole('checkbox', { name: '说得清楚' }).check();
    expect(await findFaultsEverywhere(page)).toEqual([]);
    await page.getByRole('button', { name: '提交评价' }).click();

    await page.getByRole('heading', { name: '已评价 · 满意' }).waitFor();
  });

  it('sign a form with a finger', async () => {
    page = await onPhone('/holder/files/sign', 'holder2');
    await page.getByRole('button', { name: '签署', exact: true }).click();
    await page.getByText('请先选择文件。').waitFor();
    await page.getByLabel('要签署的文件').setInputFiles({
      ...{ name: '申请表.pdf', mimeType: 'application/pdf', buffer: Buffer.from(plainPdf()) },
    });
    const pad = await page.getByRole('img', { name: '签名区' }).boundingBox();
    const { x = 0, y = 0 } = pad ?? {};
    await page.mouse.move(x + 40, y + 40);
    await page.mouse.down();
    await page.mouse.move(x + 140, y + 90, { steps: 8 });
    await page.mouse.up();
    expect(await findFaultsEverywhere(page)).toEqual([]);
    await page.getByRole('button', { name: '签署', exact: true }).click();

    await page.getByRole('button', { name: '下载签好的文件' }).waitFor();
  });
});

describe('each page of holders', () => {
  it.each(['', '/uses', '/cases', '/grants', '/files', '/notices', '/data', '/licences'])(
    'is a page for everybody, on a phone: %s',
    async (path) => {
      const { body } = await city.service.send('GET', '/licences', 'holder');
      const [licence] = body['items'] as unknown as readonly { identifier: string }[];
      const one = path === '/licences' ? `/${licence?.identifier ?? ''}` : '';
      page = await onPhone(`/holder${path}${one}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');

      expect(await findFaultsEverywhere(page)).toEqual([]);
      await shoot(path === '' ? 'wallet' : path.slice(1));
    },
  );

  it('says so when the service is out of reach, and goes on when it is back', async () => {
    page = await onPhone('/holder/uses');
    await page.getByRole('heading', { name: '谁看过我的证照' }).waitFor();
    await page.route('**/api/v1/licences?*', async (route) => {
      await route.abort();
    });
    await page.getByRole('link', { name: '证照', exact: true }).click();
    await page.getByText('没有收到服务的答复').waitFor();
    await page.unroute('**/api/v1/licences?*');
    await page.getByRole('button', { name: '重试' }).click();
    await page.getByText(FOOD).waitFor();

    expect(await page.getByText('没有收到服务的答复').isVisible()).toBe(false);
  });
});
