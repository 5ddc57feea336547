/** How far a case is, for whoever has its query code, against a whole service. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { CASE_MATTERS, caseCity, type CaseCity } from '../support/caseCity.ts';
import { TEST_PERSON } from '../support/testService.ts';
import { findPoorContrast, isTooWide } from './browser/inspect.ts';
import { openBrowser } from '../../scripts/pages/openBrowser.ts';

const DIST = join(import.meta.dirname, '../../web/dist');
const SCREENSHOTS = join(import.meta.dirname, '../../screenshots');
const PHONE = { width: 360, height: 740 };

let city: CaseCity;
let queryCode: string;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  city = await caseCity({ webRoot: DIST });
  ({ queryCode } = await city.open({ matter: CASE_MATTERS.bundle }));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await city.remove();
});
afterEach(async () => {
  await context.close();
});

async function openPage(fragment: string, options: BrowserContextOptions = {}): Promise<Page> {
  context = await browser.newContext({ locale: 'zh-CN', viewport: PHONE, ...options });
  const page = await context.newPage();
  await page.goto(`${city.app.origin}/v/case${fragment}`);
  return page;
}

describe('the progress of a case', () => {
  it('shows each matter of a bundle, and nobody’s name, by the code in the address', async () => {
    const page = await openPage(`#${queryCode}`);
    await page.getByRole('heading', { name: '我要开饭店（一件事）' }).waitFor();
    const text = await page.locator('main').innerText();

    expect(await page.getByRole('heading', { level: 3 }).allInnerTexts()).toEqual([
      ...['开办餐馆', '公共场所卫生许可', '店招备案'],
    ]);
    expect(text).not.toContain(TEST_PERSON.name);
    expect(await isTooWide(page)).toBe(false);
    expect(await findPoorContrast(page)).toEqual([]);
    await page.screenshot({ path: join(SCREENSHOTS, 'case-zh-phone.png'), fullPage: true });
  });

  it('is found by a code that is typed, in English', async () => {
    const page = await openPage('', { locale: 'en-GB', viewport: { width: 1280, height: 900 } });
    await page.getByRole('textbox').fill(queryCode.toLowerCase().replaceAll('-', ' '));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '开办餐馆' }).waitFor();

    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.screenshot({ path: join(SCREENSHOTS, 'case-en-desktop.png'), fullPage: true });
  });

  it.each([
    ['nobody was given', '0000-0000-0000-0000', '没有查到这个办件，请核对查询码。'],
    ['is no query code', '12', '查询码应为16位字母和数字。'],
  ])('is none for a code that %s', async (_, code, sentence) => {
    const page = await openPage('');
    await page.getByRole('textbox').fill(code);
    await page.keyboard.press('Enter');

    await page.getByText(sentence).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(0);
  });
});
