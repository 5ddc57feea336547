import type { Page } from 'playwright-core';

/** What hands did on a page. */
export interface Hands {
  readonly keys: number;
  readonly pointers: number;
  readonly seconds: number;
}

interface Counting {
  hands?: { keys: number; pointers: number };
}

/** Counts key presses and presses of a mouse or finger from now on, as the page has them. @returns how many, and how long it took. */
export async function countHands(page: Page): Promise<() => Promise<Hands>> {
  const start = performance.now();
  await page.evaluate(() => {
    const hands = { keys: 0, pointers: 0 };
    (window as Counting).hands = hands;
    window.addEventListener('keydown', () => (hands.keys += 1), { capture: true });
    window.addEventListener('pointerdown', () => (hands.pointers += 1), { capture: true });
  });
  return async () => {
    const seconds = (performance.now() - start) / 1000;
    const hands = await page.evaluate(() => (window as Counting).hands);
    if (hands === undefined) throw new Error('the page was loaded anew');
    return { ...hands, seconds };
  };
}
