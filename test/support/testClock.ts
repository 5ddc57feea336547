import type { Clock } from '../../service/src/clock.ts';

/** A clock that goes only when a test says so. */
export interface TestClock extends Clock {
  set(instant: Date | string): void;
  advance(ms: number): void;
}

/** @param start - RFC 3339. */
export function testClock(start: string): TestClock {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    set: (instant) => (now = new Date(instant).getTime()),
    advance: (ms) => (now += ms),
  };
}
