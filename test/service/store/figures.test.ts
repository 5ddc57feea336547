/** What is counted on the thread beside the event loop, against rows that are there. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { figureDays } from '../../../service/src/audit/figureDays.ts';
import type { AlarmQuestion } from '../../../service/src/store/alarmFacts.ts';
import { buildUsage, testStore, type TestStore } from '../../support/testStore.ts';

const NOW = new Date('2026-03-02T03:00:00Z');
const MIDNIGHT = '2026-02-28T16:00:00.000Z'; // of 1 March in Shanghai

let fixture: TestStore;
beforeAll(async () => {
  fixture = await testStore({ now: () => NOW });
  const { usage } = fixture.store;
  const seen = {
    channel: 'window',
    clerk: 'c',
    window: 'W01',
    indication: 'TOTAL-PASSED',
  } as const;
  const times = [
    '2026-02-28T15:59:59.999Z',
    MIDNIGHT,
    '2026-03-01T15:59:59.999Z',
    '2026-03-01T16:00:00Z',
  ];
  for (const [place, at] of times.entries()) {
    await usage.append(buildUsage({ ...seen, at: new Date(at), holderHash: `h${place % 2}` }));
  }
  const refused = { kind: 'presentation', outcome: 'refused', reason: 'CODE_USED' } as const;
  await usage.append(buildUsage({ ...seen, ...refused, at: new Date(MIDNIGHT), indication: null }));
});
afterAll(() => fixture.remove());

const question = (from: string, to: string): AlarmQuestion => ({
  ...figureDays({ from, to }, NOW, { usual: 1, most: 9 }),
  ...{ endsBefore: NOW, dueBefore: NOW },
});

describe('figures', () => {
  it('count days of Shanghai, first and last millisecond inside', async () => {
    const { uses, refusals } = await fixture.store.figures.count(
      question('2026-03-01', '2026-03-01'),
    );

    const day = '2026-03-01';
    expect(uses.map(({ kind, uses: count, ...rest }) => [rest.day, kind, count])).toEqual([
      [day, 'verification', 2],
      [day, 'presentation', 1],
    ]);
    expect(refusals).toEqual([{ reason: 'CODE_USED', uses: 1 }]);
  });
});

describe('facts for alarms', () => {
  it('tell hours, holders and what waits, without naming a holder', async () => {
    const facts = await fixture.store.figures.alarmFacts(question('2026-03-01', '2026-03-02'));

    const at = { clerk: 'c', window: 'W01' };
    expect(facts).toMatchObject({
      uses: [
        { ...at, day: '2026-03-01', hour: 0, outcome: 'answered', uses: 1 },
        { ...at, day: '2026-03-01', hour: 0, outcome: 'refused', uses: 1 },
        { ...at, day: '2026-03-01', hour: 23, outcome: 'answered', uses: 1 },
        { ...at, day: '2026-03-02', hour: 0, outcome: 'answered', uses: 1 },
      ],
      holders: [
        { day: '2026-03-01', clerk: 'c', holders: 2 },
        { day: '2026-03-02', clerk: 'c', holders: 1 },
      ],
      pending: { oldest: new Date('2026-02-28T15:59:59.999Z'), uses: 5 },
      ...{ wrongCodes: [], seals: [], objections: [], recalls: [], rights: [], roots: [] },
    });
  });
});
