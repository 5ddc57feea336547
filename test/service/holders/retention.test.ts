import { describe, expect, it } from '@jest/globals';
import { retentionReasons, type Held } from '../../../service/src/holders/retention.ts';
import type { LicenceState } from '../../../service/src/store/store.ts';

const AT = new Date('2026-06-01T00:00:00.000Z');
const NOTHING: Held = { licences: [], openCases: [], openObjections: [] };

function licence(state: LicenceState, validUntil: string | null, since: string | null): Held {
  const day = (text: string | null): Date | null => (text === null ? null : new Date(text));
  const one = { identifier: 'L1', state, validUntil: day(validUntil), since: day(since) };
  return { ...NOTHING, licences: [one] };
}

const reasons = (held: Held, years = 10): unknown =>
  retentionReasons(held, { at: AT, years }).map(({ code, until }) => [code, until]);

describe('what stands against an erasure', () => {
  it('is nothing where nothing is held', () => {
    expect(reasons(NOTHING)).toEqual([]);
  });

  it.each<[LicenceState, string | null]>([
    ['issued', null],
    ['issued', '2030-01-01'],
    ['suspended', '2030-01-01'],
  ])('is a licence %s until %s, without end', (state, until) => {
    expect(reasons(licence(state, until, '2025-01-01'))).toEqual([['LICENCE_IN_FORCE', null]]);
  });

  it.each<[string, LicenceState, string | null, string, string]>([
    ['expired', 'issued', '2020-01-01', '2015-01-01', '2030-01-01'],
    ['revoked', 'revoked', '2030-01-01', '2026-02-01', '2036-02-01'],
    ['cancelled without end', 'cancelled', null, '2026-02-01', '2036-02-01'],
  ])('is one that was %s, for ten years after', (_, state, validUntil, since, end) => {
    expect(reasons(licence(state, validUntil, since))).toEqual([
      ['RETENTION_PERIOD', `${end}T00:00:00.000Z`],
    ]);
  });

  it('is an ended licence of which nobody knows when it ended', () => {
    expect(reasons(licence('revoked', null, null))).toEqual([['LICENCE_IN_FORCE', null]]);
  });

  it.each<[string, LicenceState, string]>([
    ['ended that long ago', 'revoked', '2016-06-01'],
    ['was never in force', 'drafted', '2026-05-01'],
    ['was replaced by another version', 'superseded', '2026-05-01'],
  ])('is no licence that %s', (_, state, since) => {
    expect(reasons(licence(state, null, since))).toEqual([]);
  });

  it('is what is not finished', () => {
    expect(reasons({ ...NOTHING, openCases: ['C1'], openObjections: ['O1'] }, 0)).toEqual([
      ['CASE_OPEN', null],
      ['OBJECTION_OPEN', null],
    ]);
  });
});
