/** Every page there is, in both languages and themes, on a desk; and on a phone. A new page is among them by itself. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { workADay } from '../../../scripts/pages/dayOfWork.ts';
import { openDemoCity, type DemoCity } from '../../../scripts/pages/demoCity.ts';
import { openBrowser } from '../../../scripts/pages/openBrowser.ts';
import { listPlaces, type Place } from '../../../scripts/pages/places.ts';
import { findFaults, findFaultsEverywhere } from '../browser/inspectPage.ts';
import { DESKTOP, PHONE } from '../browser/openConsole.ts';

let city: DemoCity;
let browser: Browser;
let places: readonly Place[];
const complaints: string[] = [];
/** One window a person. */
const pages = new Map<string | null, Page>();

beforeAll(async () => {
  [city, browser] = await Promise.all([openDemoCity(), openBrowser()]);
  places = await listPlaces(city, await workADay(city));
}, 120_000);
afterAll(async () => {
  await browser.close();
  await city.close();
});

async function visit({ as, path }: Place): Promise<Page> {
  const page = pages.get(as) ?? (await openWindow(as));
  pages.set(as, page);
  await page.goto('about:blank'); // else a visit to another fragment of the same page is none
  await page.setViewportSize(DESKTOP);
  await page.goto(city.origin + path);
  await page.locator('h1, main input').first().waitFor();
  await page.waitForLoadState('networkidle');
  return page;
}

async function openWindow(as: string | null): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', serviceWorkers: 'block' });
  if (as !== null) {
    const session = { username: as, password: city.passwords[as] };
    await context.request.post(`${city.origin}/api/v1/sessions`, { data: session });
  }
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`${page.url()} ${String(error)}`));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  return page;
}

describe('every page', () => {
  it('is open to everybody in both languages and themes, and fits a phone', async () => {
    const faults: string[] = [];
    for (const place of places) {
      const page = await visit(place);
      const found = [...(await findFaultsEverywhere(page))];
      await page.setViewportSize(PHONE);
      found.push(...(await findFaults(page)).map((fault) => `phone: ${fault}`));
      await page.getByRole('button', { name: 'English', exact: true }).first().click();
      found.push(...(await findFaults(page)).map((fault) => `phone, English: ${fault}`));
      faults.push(...found.map((fault) => `${place.path} ${fault}`));
    }

    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
  }, 400_000);
});
