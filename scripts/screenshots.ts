/** `npm run screenshots`: draws every page, in both languages, on desktop and phone, into the ignored folder `screenshots`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { workADay } from './pages/dayOfWork.ts';
import { openDemoCity, type DemoCity } from './pages/demoCity.ts';
import { openBrowser } from './pages/openBrowser.ts';
import { listPlaces, type Place } from './pages/places.ts';

const FOLDER = join(import.meta.dirname, '../screenshots');
const SIZES = {
  desktop: { width: 1280, height: 860 },
  phone: { width: 390, height: 844 },
} as const;
const LANGUAGES = ['zh-CN', 'en'] as const;
const SETTLED_MS = 700;

interface View {
  readonly size: keyof typeof SIZES;
  readonly language: (typeof LANGUAGES)[number];
  readonly scheme: 'light' | 'dark';
}

const { values } = parseArgs({
  options: {
    /** Only pages whose name begins so. */
    only: { type: 'string', default: '' },
    dark: { type: 'boolean', default: false },
  },
});
mkdirSync(FOLDER, { recursive: true });
const city = await openDemoCity();
// without a font of its own: the pages' web font is drawn, as on a machine without Chinese
const browser = await openBrowser({ hasFonts: false });
try {
  const places = (await listPlaces(city, await workADay(city))).filter(({ name }) =>
    name.startsWith(values.only),
  );
  for (const view of views(values.dark)) {
    for (const place of places) await draw(browser, city, place, view);
    process.stderr.write(`${view.language} ${view.size} ${view.scheme}: ${places.length} pages\n`);
  }
} finally {
  await browser.close();
  await city.close();
}

function views(isDark: boolean): readonly View[] {
  const scheme = isDark ? 'dark' : 'light';
  return LANGUAGES.flatMap((language) =>
    (['desktop', 'phone'] as const).map((size) => ({ size, language, scheme }) as const),
  );
}

async function draw(browser: Browser, city: DemoCity, place: Place, view: View): Promise<void> {
  const { size, language, scheme } = view;
  const context = await browser.newContext({
    ...{ locale: language, colorScheme: scheme, viewport: SIZES[size], reducedMotion: 'reduce' },
  });
  if (place.as !== null) {
    const session = { username: place.as, password: city.passwords[place.as] };
    await context.request.post(`${city.origin}/api/v1/sessions`, { data: session });
  }
  const page = await context.newPage();
  await page.goto(city.origin + place.path);
  await page.locator('h1, main input').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await page.waitForTimeout(SETTLED_MS);
  const file = `${place.name}-${language}-${size}${scheme === 'dark' ? '-dark' : ''}.png`;
  await page.screenshot({ path: join(FOLDER, file), fullPage: true });
  await context.close();
}
