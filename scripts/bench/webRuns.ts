/** What the pages weigh and how soon they can be used, in a real browser, beside an empty answer of the same service. */
import type { Browser, CDPSession } from 'playwright-core';
import { workADay } from '../pages/dayOfWork.ts';
import { openDemoCity, type DemoCity } from '../pages/demoCity.ts';
import { openBrowser } from '../pages/openBrowser.ts';
import { listPlaces, type Place } from '../pages/places.ts';

/** How a page came, milliseconds after it was asked for. */
export interface Load {
  /** Everything that was fetched for it, as it went over the wire. */
  readonly kib: number;
  readonly paintedMs: number;
  /** Its heading or its field is there, and nothing more is on its way. */
  readonly usableMs: number;
}

export interface WebRow {
  readonly page: string;
  readonly goalKib: number | null;
  readonly desk: Load;
  readonly phone: Load;
}

const GOAL_KIB = { public: 250, console: 700 } as const;
/** Where people come in, and the two pages that need the most. */
const MEASURED = new Set([
  ...['public', 'public-case', 'sign-in', 'window', 'department', 'department-sealing', 'holder'],
  ...['audit', 'audit-figures', 'administration', 'kiosk'],
]);
const RUNS = 5;
/** A phone of the cheaper kind in a lift: what browsers' own tools call slow 4G, with a quarter of this machine's speed. */
const PHONE = { latency: 150, downloadThroughput: 204_800, uploadThroughput: 96_000, slowdown: 4 };
const DESK = { latency: 0, downloadThroughput: -1, uploadThroughput: -1, slowdown: 1 };

/** Measures pages as their readers first have them, with nothing kept. */
export async function benchWeb(progress: (text: string) => void): Promise<readonly WebRow[]> {
  const city = await openDemoCity();
  const browser = await openBrowser();
  try {
    const all = await listPlaces(city, await workADay(city));
    const places = all.filter(({ name }) => MEASURED.has(name));
    const yardstick: Place = { name: 'an empty answer', path: '/healthz', as: null };
    const rows: WebRow[] = [];
    for (const place of [yardstick, ...places]) {
      progress(place.name);
      const desk = await medianLoad(browser, city, place, DESK);
      const phone = await medianLoad(browser, city, place, PHONE);
      rows.push({ page: place.name, goalKib: goalOf(place), desk, phone });
    }
    return rows;
  } finally {
    await browser.close();
    await city.close();
  }
}

/** Whether everything that has a goal is light enough. */
export function areLight(rows: readonly WebRow[]): boolean {
  return rows.every(({ goalKib, desk }) => goalKib === null || desk.kib <= goalKib);
}

export function webMarkdown(rows: readonly WebRow[]): string {
  const lines = rows.map(({ page, goalKib, desk, phone }) => [
    page,
    `${Math.round(desk.kib)} KiB${goalKib === null ? '' : ` (≤ ${goalKib}) ${desk.kib <= goalKib ? '✓' : '✗'}`}`,
    ...[desk.paintedMs, desk.usableMs, phone.paintedMs, phone.usableMs].map(
      (ms) => `${Math.round(ms)} ms`,
    ),
  ]);
  const head = ['page', 'first load', 'painted', 'usable', 'slow phone: painted', 'usable'];
  return [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function goalOf({ path }: Place): number | null {
  if (path === '/healthz') return null;
  return path.startsWith('/v') ? GOAL_KIB.public : GOAL_KIB.console;
}

async function medianLoad(
  browser: Browser,
  city: DemoCity,
  place: Place,
  conditions: typeof DESK,
): Promise<Load> {
  const loads: Load[] = [];
  for (let run = 0; run < RUNS; run += 1) loads.push(await load(browser, city, place, conditions));
  const median = (of: (load: Load) => number): number =>
    loads.map(of).sort((left, right) => left - right)[Math.floor(RUNS / 2)] ?? NaN;
  return {
    kib: median(({ kib }) => kib),
    paintedMs: median(({ paintedMs }) => paintedMs),
    usableMs: median(({ usableMs }) => usableMs),
  };
}

async function load(
  browser: Browser,
  city: DemoCity,
  place: Place,
  conditions: typeof DESK,
): Promise<Load> {
  const context = await browser.newContext({ locale: 'zh-CN', serviceWorkers: 'block' });
  if (place.as !== null) {
    const session = { username: place.as, password: city.passwords[place.as] };
    await context.request.post(`${city.origin}/api/v1/sessions`, { data: session });
  }
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const weigh = await watch(devtools, conditions);
  const begin = performance.now();
  await page.goto(city.origin + place.path);
  await page.locator('h1, main input, pre').first().waitFor();
  await page.waitForLoadState('networkidle'); // half a second of silence, which does not count
  const usableMs = performance.now() - begin - SILENCE_MS;
  const paintedMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  );
  const kib = weigh() / 1024;
  await context.close();
  return { kib, paintedMs, usableMs: Math.max(usableMs, paintedMs) };
}

const SILENCE_MS = 500;

/** @returns bytes that came so far, headers included. */
async function watch(
  devtools: CDPSession,
  { slowdown, ...network }: typeof DESK,
): Promise<() => number> {
  let bytes = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await devtools.send('Network.emulateNetworkConditions', { offline: false, ...network });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return () => bytes;
}
