import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startIdle, type Idle } from '../../../../web/src/console/kiosk/idle.ts';

const said: (number | null)[] = [];
let ends: number;
let nowMs: number;
let idle: Idle;

beforeEach(() => {
  said.length = 0;
  [ends, nowMs] = [0, 0];
  idle = startIdle(
    {
      onLeft: (seconds) => void said.push(seconds),
      onEnd: () => void (ends += 1),
    },
    () => nowMs,
  );
});
afterEach(() => {
  idle.stop();
});

/** Lets time pass, a quarter of a second a look. */
function pass(ms: number): void {
  for (const end = nowMs + ms; nowMs < end;) {
    nowMs += 250;
    idle.look();
  }
}

describe('startIdle', () => {
  it('counts down the last fifteen of sixty seconds, and ends once', () => {
    pass(44_750);
    expect(new Set(said)).toEqual(new Set([null]));
    pass(14_750);
    expect(said.at(-1)).toBe(1);
    expect(said.filter((seconds) => seconds !== null)[0]).toBe(15);
    expect(ends).toBe(0);
    pass(60_000);

    expect(ends).toBe(1);
  });

  it('begins anew with a touch, and is silent once it was stopped', () => {
    pass(55_000);
    idle.touch();
    expect(said.at(-1)).toBeNull();
    pass(44_000);
    expect(said.at(-1)).toBeNull();
    idle.stop();
    pass(120_000);

    expect(ends).toBe(0);
  });
});
