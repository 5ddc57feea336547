import { describe, expect, it } from '@jest/globals';
import {
  parseInstant,
  requireInstant,
  shanghaiDay,
  shanghaiDayNumber,
} from '../../service/src/civilTime.ts';

describe('parseInstant', () => {
  it.each([
    ['2026-03-01', 'start', '2026-02-28T16:00:00.000Z'],
    ['2026-03-01', 'end', '2026-03-01T15:59:59.999Z'],
    ['2024-02-29', 'start', '2024-02-28T16:00:00.000Z'],
    ['2026-03-01T00:00:00Z', 'end', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T08:00:00+08:00', 'start', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01t00:00:00z', 'end', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T00:00:00.25Z', 'start', '2026-03-01T00:00:00.250Z'],
  ] as const)('reads %s (%s)', (text, edge, instant) => {
    expect(parseInstant(text, edge)?.toISOString()).toBe(instant);
  });

  it.each([
    ...['', 'today', '2026-3-1', '2026-02-30', '2025-02-29', '2026-13-01', '20260301'],
    ...['2026-03-01 00:00:00Z', '2026-03-01T00:00:00', '2026-03-01T25:00:00Z'],
    ...['2026-02-30T00:00:00Z', '2026-03-01T00:00Z', ' 2026-03-01', '+002026-03-01'],
  ])('does not read “%s”', (text) => {
    expect(parseInstant(text, 'start')).toBeNull();
  });
});

describe('requireInstant', () => {
  it('names the member at fault', () => {
    expect(() => requireInstant('soon', 'end', 'validUntil')).toThrow(
      expect.objectContaining({
        code: 'REQUEST_MALFORMED',
        faults: [expect.objectContaining({ pointer: '/validUntil' })],
      }),
    );
  });
});

describe('a day in Asia/Shanghai', () => {
  it.each([
    ['2026-06-30T15:59:59.999Z', '20260630'],
    ['2026-06-30T16:00:00.000Z', '20260701'],
  ])('of %s is %s', (instant, day) => {
    expect(shanghaiDay(new Date(instant))).toBe(day);
  });

  it('counts from 1970-01-01', () => {
    expect(shanghaiDayNumber(new Date('1969-12-31T16:00:00Z'))).toBe(0);
    expect(shanghaiDayNumber(new Date('1969-12-31T15:59:59Z'))).toBe(-1);
    expect(shanghaiDayNumber(new Date('2026-01-01T16:00:00Z'))).toBe(20_455);
  });
});
