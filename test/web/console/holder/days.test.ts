import { describe, expect, it } from '@jest/globals';
import { byDay, nearness } from '../../../../web/src/console/holder/days.ts';

describe('days', () => {
  it('are those of Beijing, in the order of the entries', () => {
    const late = { at: '2026-11-22T15:59:59Z' };
    const next = { at: '2026-11-22T16:00:00Z' };
    const after = { at: '2026-11-23T01:00:00Z' };

    expect(byDay([after, next, late])).toEqual([
      { day: '2026-11-23', entries: [after, next] },
      { day: '2026-11-22', entries: [late] },
    ]);
  });

  it('are called today and yesterday', () => {
    const now = new Date('2026-11-22T16:30:00Z');

    expect(nearness('2026-11-23', now)).toBe('today');
    expect(nearness('2026-11-22', now)).toBe('yesterday');
    expect(nearness('2026-11-21', now)).toBeNull();
  });
});
