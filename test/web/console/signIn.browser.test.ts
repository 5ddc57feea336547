import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findFaultsEverywhere } from '../browser/inspectPage.ts';
import { openConsole, PHONE, type Console } from '../browser/openConsole.ts';

const SCREENSHOTS = join(import.meta.dirname, '../../../screenshots');

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

describe('signing in', () => {
  it('takes name and password by keyboard, and goes where one was going', async () => {
    page = await city.open(null, { path: '/password' });
    await page.getByLabel('用户名').waitFor();
    await page.keyboard.type('clerk');
    await page.keyboard.press('Tab');
    await page.keyboard.type(city.passwords['clerk'] ?? '');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '修改密码' }).waitFor();

    expect(new URL(page.url()).pathname).toBe('/password');
  });

  it('says what is wrong, with code and request id, and keeps the name', async () => {
    page = await city.open(null);
    await page.getByLabel('用户名').fill('clerk');
    await page.getByLabel('密码').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('用户名或密码不对。').waitFor();

    expect(await page.getByRole('alert').innerText()).toContain('CREDENTIALS_WRONG');
    expect(await page.getByLabel('用户名').inputValue()).toBe('clerk');
    expect(await page.getByLabel('密码').inputValue()).toBe('');
  });

  it.each([['desktop', {}] as const, ['phone', { viewport: PHONE }] as const])(
    'is a page for everybody: %s',
    async (_, view) => {
      page = await city.open(null, view);
      await page.getByLabel('用户名').waitFor();

      expect(await findFaultsEverywhere(page)).toEqual([]);
    },
  );
});

describe('a session that ends', () => {
  it('is begun again over the page, and nothing that was typed is lost', async () => {
    page = await city.open('clerk', { path: '/password' });
    await page.getByLabel('现在的密码').fill(city.passwords['clerk'] ?? '');
    await page.getByLabel('新密码（至少 12 个字符）').fill('a whole new password');
    await page.getByLabel('再输入一次新密码').fill('a whole new password');
    await page.context().clearCookies();
    await page.getByRole('button', { name: '修改' }).click();
    const dialog = page.getByRole('dialog', { name: '登录已结束' });
    await dialog.getByLabel('密码').fill(city.passwords['clerk'] ?? '');
    await page.keyboard.press('Enter');

    await page.getByText('密码已修改。').waitFor();
    expect(await dialog.isVisible()).toBe(false);
  });
});
