import { describe, expect, it } from '@jest/globals';
import { addressKey, createRateLimit } from '../../../service/src/http/rateLimit.ts';

function steppingClock(): { now(): Date; advance(seconds: number): void } {
  let at = Date.parse('2026-03-01T00:00:00Z');
  return {
    now: () => new Date(at),
    advance: (seconds) => {
      at += seconds * 1000;
    },
  };
}

describe('createRateLimit', () => {
  it('gives its capacity at once, then says when to come back', () => {
    const limit = createRateLimit(steppingClock(), { capacity: 3, perSecond: 0.5 });

    const waits = [1, 2, 3, 4].map(() => limit.take('a'));

    expect(waits).toEqual([0, 0, 0, 2]);
  });

  it('fills again with time, up to its capacity', () => {
    const clock = steppingClock();
    const limit = createRateLimit(clock, { capacity: 2, perSecond: 1 });
    limit.take('a');
    limit.take('a');

    clock.advance(3600);

    expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([0, 0, 1]);
  });

  it('keeps keys apart', () => {
    const limit = createRateLimit(steppingClock(), { capacity: 1, perSecond: 1 });
    limit.take('a');

    expect(limit.take('b')).toBe(0);
  });

  it('forgets what was given back', () => {
    const limit = createRateLimit(steppingClock(), { capacity: 1, perSecond: 0.001 });

    limit.take('a');
    limit.giveBack('a');

    expect(limit.take('a')).toBe(0);
  });

  it('takes nothing away when the clock is set back', () => {
    const clock = steppingClock();
    const limit = createRateLimit(clock, { capacity: 2, perSecond: 1 });
    limit.take('a');

    clock.advance(-1000);

    expect(limit.take('a')).toBe(0);
  });

  it('keeps its memory bounded, and the ones that wait waiting', () => {
    const clock = steppingClock();
    const limit = createRateLimit(clock, { capacity: 1, perSecond: 0.000_001 });
    for (let key = 0; key < 100_000; key++) limit.take(String(key));

    limit.take('one more');

    expect(limit.take('99999')).toBeGreaterThan(0);
    expect(limit.take('0')).toBe(0); // the oldest made room
  });
});

describe('addressKey', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('of %s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
