/** Every rule at its threshold and one below. */
import { describe, expect, it } from '@jest/globals';
import type { Facts } from '../../../service/src/audit/alarmRules.ts';
import { ALARM_RULES } from '../../../service/src/audit/ruleTable.ts';

const NOW = new Date('2026-11-18T04:00:00Z'); // a Wednesday, noon in Shanghai
const DAY = '2026-11-18';
const MINUTE = 60_000;
const DAY_MS = 86_400_000;

const QUIET: Facts = {
  now: NOW,
  calendar: { holidays: new Set(['2026-11-17']), workingDays: new Set() },
  ...{ uses: [], holders: [], wrongCodes: [], pending: null, seals: [], objections: [] },
  ...{ recalls: [], rights: [], roots: [], certificates: [], anchors: [], lostRoots: [] },
  ...{ rareBases: [], functionChecks: 0 },
  codeLock: { burst: 5, burstMs: 10 * MINUTE, day: 20 },
};

const before = (ms: number): Date => new Date(NOW.getTime() - ms);
const after = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);
const times = <T>(count: number, make: (place: number) => T): T[] =>
  Array.from({ length: count }, (_, place) => make(place));

const wrong = (count: number): Partial<Facts> => ({
  wrongCodes: times(count, (place) => ({ clerk: 'c', window: 'W01', at: before(place * MINUTE) })),
});
const seen = (most: number): Partial<Facts> => ({
  holders: [1, 2, 3, most].map((holders, place) => ({ day: DAY, clerk: `c${place}`, holders })),
});
const used = (uses: number, hour: number, day = DAY): Partial<Facts> => ({
  uses: [{ day, hour, clerk: 'c', window: 'W01', outcome: 'answered', uses }],
});
const refused = (count: number, answered: number): Partial<Facts> => ({
  uses: (['refused', 'answered'] as const).map((outcome) => {
    const uses = outcome === 'refused' ? count : answered;
    return { day: DAY, hour: 10, clerk: 'c', window: 'W01', outcome, uses };
  }),
});
const changed = (count: number, apart: number): Partial<Facts> => ({
  rights: times(count, (place) => ({
    ...{ actor: 'a', action: 'person.disable', at: before(place * apart * MINUTE) },
  })),
});
const rare = (functionChecks: number): Partial<Facts> => ({
  rareBases: [{ use: 'U', at: NOW }],
  functionChecks,
});
const certificate = (days: number): Partial<Facts> => ({
  certificates: [{ fingerprint: 'f', subject: 'CN=x', notAfter: after(days) }],
});
const pending = (minutes: number): Partial<Facts> => ({
  pending: { oldest: before(minutes * MINUTE), uses: 3 },
});
const recalled = (days: number): Partial<Facts> => ({
  recalls: [{ window: 'W01', oldest: before(days * DAY_MS), notices: 2 }],
});

const find = (facts: Partial<Facts>): readonly (readonly [rule: string, severity: string])[] =>
  ALARM_RULES.flatMap(({ name, find: ask }) =>
    ask({ ...QUIET, ...facts }).map(({ severity }) => [name, severity] as const),
  );

describe('rules for alarms', () => {
  it.each<[string, Partial<Facts>, string, string]>([
    ['four wrong codes', wrong(4), 'SPOKEN_CODES_WRONG', 'medium'],
    ['five wrong codes', wrong(5), 'SPOKEN_CODES_WRONG', 'high'],
    ['a clerk far above the median', seen(13), 'MANY_HOLDERS_SEEN', 'high'],
    ['uses at night', used(5, 18), 'USES_OUTSIDE_HOURS', 'medium'],
    ['uses on a day off', used(5, 10, '2026-11-17'), 'USES_OUTSIDE_HOURS', 'medium'],
    ['uses on a Sunday', used(5, 10, '2026-11-15'), 'USES_OUTSIDE_HOURS', 'medium'],
    ['a basis used once', rare(5), 'LEGAL_BASIS_USED_ONCE', 'low'],
    ['much refused', refused(10, 40), 'REFUSED_SHARE_HIGH', 'medium'],
    ['many changes of rights', changed(5, 15), 'RIGHTS_CHANGED_OFTEN', 'high'],
    ['uses that wait', pending(10), 'USES_NOT_ANCHORED', 'high'],
    ['a certificate that ends', certificate(29), 'CERTIFICATE_ENDING', 'medium'],
    ['a certificate that ends soon', certificate(6), 'CERTIFICATE_ENDING', 'high'],
    [
      'a trust anchor that ends',
      { anchors: [{ fingerprint: 'f', name: 'x', notAfter: after(9) }] },
      ...(['TRUST_ANCHOR_ENDING', 'medium'] as const),
    ],
    [
      'a seal that has ended',
      { seals: [{ esId: 's', name: 'x', validUntil: after(-1) }] },
      ...(['SEAL_ENDING', 'high'] as const),
    ],
    ['an objection', { objections: [{ id: 'o', dueAt: after(2) }] }, 'OBJECTION_DUE', 'medium'],
    ['a late one', { objections: [{ id: 'o', dueAt: after(-2) }] }, 'OBJECTION_DUE', 'high'],
    ['recalls', recalled(3), 'RECALL_NOT_ACKNOWLEDGED', 'medium'],
    ['a lost batch', { lostRoots: ['r'] }, 'LEDGER_LACKS_BATCH', 'high'],
  ])('tell of %s', (_, facts, rule, severity) => {
    expect(find(facts)).toEqual([[rule, severity]]);
  });

  it.each<[string, Partial<Facts>]>([
    ['nothing', {}],
    ['three wrong codes', wrong(3)],
    ['a clerk below five times the median', seen(12)],
    ['uses in the last hour of work', used(50, 17)],
    ['four uses at night', used(4, 2)],
    ['a basis used once among few', rare(4)],
    ['nine refused', refused(9, 1)],
    ['a small share refused', refused(10, 41)],
    ['changes of rights over hours', changed(9, 16)],
    ['uses that wait a little', pending(9)],
    ['recalls of yesterday', recalled(2)],
  ])('keep silent about %s', (_, facts) => {
    expect(find(facts)).toEqual([]);
  });

  it('say it in both languages, by the name of their subject', () => {
    const [rule] = ALARM_RULES;
    const [finding] = rule?.find({ ...QUIET, ...wrong(5) }) ?? [];

    expect(finding?.statement('一号窗口')).toEqual({
      'zh-CN': '一号窗口在十分钟内输错口令码 5 次，已触发锁定。',
      en: '一号窗口: 5 wrong spoken codes within ten minutes, which locks the account.',
    });
    expect(finding).toMatchObject({
      ...{ count: 5, threshold: 4, subject: { kind: 'window', id: 'W01' } },
      evidence: { list: 'usage-records', parameters: { clerk: 'c', from: DAY, to: DAY } },
    });
  });
});
