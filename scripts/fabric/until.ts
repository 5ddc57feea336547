import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 20;

/**
 * Asks again and again until the answer is yes.
 *
 * @returns false if it was not in time.
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  { withinMs }: Readonly<{ withinMs: number }>,
): Promise<boolean> {
  const end = performance.now() + withinMs;
  for (;;) {
    if (await isSo()) return true;
    if (performance.now() > end) return false;
    await pause(EVERY_MS);
  }
}
