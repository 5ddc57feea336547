/** The bound of guessing, shown with four digits: at most 20 guesses × 20 live codes ÷ 10⁴ an account and day. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCode } from '../../../service/src/presentations/codes.ts';
import type { PresentationParts } from '../../../service/src/presentations/parts.ts';
import { present } from '../../../service/src/presentations/present.ts';
import type { Guess, Licence } from '../../../service/src/store/store.ts';
import { addCounter } from '../../support/counters.ts';
import { testClock, type TestClock } from '../../support/testClock.ts';
import { testService, type TestService } from '../../support/testService.ts';

const ACCOUNTS = 100;
const DIGITS = 4;
const ROUND_MS = 900_000;

let clock: TestClock;
let city: TestService;
let parts: PresentationParts;
let licence: Licence;
beforeAll(async () => {
  clock = testClock(new Date().toISOString());
  city = await testService({ clock });
  const { presentations } = city.service;
  parts = { ...presentations, limits: { ...presentations.limits, spokenDigits: DIGITS } };
  await addCounter(city, 'W01');
  licence = await city.issue();
});
afterAll(async () => {
  await city.remove();
});

/** As many live codes as a window can have. */
async function fillWindow(): Promise<void> {
  const request = { licences: [{ identifier: licence.identifier }], window: 'W01' };
  for (let count = 0; count < 20; count++) {
    const { spokenCode } = await present(parts, city.people.holder, request);
    expect(spokenCode).toHaveLength(DIGITS);
  }
}

async function guess(by: string): Promise<Guess> {
  const text = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
  const place = { by, window: 'W01', matter: 'M-1', isSpoken: true };
  const { hash } = readCode(parts, text)!;
  return await parts.store.presentations.guess(hash, place, parts.limits.spoken);
}

/** Guesses until the account is locked. @returns how many were wrong, and right. */
async function guessUntilLocked(by: string): Promise<{ wrong: number; right: number }> {
  const seen = { wrong: 0, right: 0 };
  for (;;) {
    const { outcome } = await guess(by);
    if (outcome === 'locked') return seen;
    if (outcome === 'found') seen.right += 1;
    else seen.wrong += 1;
  }
}

describe('guessing spoken codes', () => {
  it('succeeds no more often than the limits allow, however patient one is', async () => {
    const accounts = Array.from({ length: ACCOUNTS }, (_, index) => `guesser-${index}`);
    const wrong = new Map<string, number>();
    let right = 0;
    for (let round = 0; round < 5; round++) {
      await fillWindow();
      const seen = await Promise.all(accounts.map((one) => guessUntilLocked(one)));
      for (const [index, one] of seen.entries()) {
        const account = accounts[index]!;
        wrong.set(account, (wrong.get(account) ?? 0) + one.wrong);
        right += one.right;
      }
      clock.advance(ROUND_MS);
    }

    expect(new Set(wrong.values())).toStrictEqual(new Set([20]));
    const expected = (ACCOUNTS * 20 * 20) / 10 ** DIGITS;
    expect(right).toBeLessThan(expected + 8 * Math.sqrt(expected)); // beyond eight deviations: once in 10⁷ runs
  });
});
