import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startIdle } from '../../../../web/src/console/kiosk/idle.ts';

const said: (number | null)[] = [];
let ends = 0;
const listener = {
  onLeft: (seconds: number | null): void => void said.push(seconds),
  onEnd: (): void => void (ends += 1),
};

beforeEach(() => {
  jest.useFakeTimers();
  said.length = 0;
  ends = 0;
});
afterEach(() => {
  jest.useRealTimers();
});

describe('startIdle', () => {
  it('counts down the last fifteen of sixty seconds, and ends once', () => {
    startIdle(listener);
    jest.advanceTimersByTime(44_900);
    expect(new Set(said)).toEqual(new Set([null]));
    jest.advanceTimersByTime(15_000);
    expect(said.at(-1)).toBe(1);
    expect(said.filter((seconds) => seconds !== null)[0]).toBe(15);
    expect(ends).toBe(0);
    jest.advanceTimersByTime(60_000);

    expect(ends).toBe(1);
  });

  it('begins anew with a touch, and is silent once it was stopped', () => {
    const idle = startIdle(listener);
    jest.advanceTimersByTime(55_000);
    idle.touch();
    expect(said.at(-1)).toBeNull();
    jest.advanceTimersByTime(44_000);
    expect(said.at(-1)).toBeNull();
    idle.stop();
    jest.advanceTimersByTime(120_000);

    expect(ends).toBe(0);
  });
});
