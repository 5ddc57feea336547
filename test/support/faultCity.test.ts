import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../service/src/errors.ts';
import { GroupCommit } from '../../service/src/ledger/groupCommit.ts';
import type { ActRecorder } from '../../service/src/ledger/ledger.ts';
import { attempt, longestOf, settle, startLoad, summaryOf } from './faultCity.ts';
import { buildLedgerCity, foundCity, openTestLedger } from './ledgerCity.ts';
import type { LedgerCity, TestLedger } from './ledgerCity.ts';
import { issueMany } from './ledgerUnderTest.ts';

const away: ActRecorder = {
  record: () => Promise.reject(new ServiceError('LEDGER_UNAVAILABLE', 'away')),
};

let city: LedgerCity;
let test: TestLedger;
let recorder: GroupCommit;

beforeAll(async () => {
  city = await buildLedgerCity();
  test = await openTestLedger(city);
  recorder = new GroupCommit(test.ledger, { slots: 1 });
  await foundCity(city, test.ledger);
});

afterAll(async () => {
  await recorder.close();
  await test.remove();
});

describe('settle', () => {
  it('records what callers were turned away with, and finds what was reported', async () => {
    const acts = await issueMany(city, 2);
    const attempts = [await attempt(away, acts[0]!), await attempt(recorder, acts[1]!)];

    await settle({ recorder, ledger: test.ledger }, attempts);

    expect(summaryOf(attempts)).toBe('LEDGER_UNAVAILABLE, recorded');
    expect(longestOf(attempts)).toBeGreaterThan(0);
    expect(await test.ledger.actPosition(acts[0]!.act.id)).not.toBeNull();
  });

  it('notices an act that was reported and is not there', async () => {
    const [act] = await issueMany(city, 1);
    const root = '00'.repeat(32);
    const outcome = { id: act!.act.id, outcome: 'recorded', position: { root, index: 0 } } as const;
    const attempts = [
      { act: act!, seen: 'recorded', waitedMs: 1, outcome: { ...outcome, block: 1 } },
    ];

    await expect(settle({ recorder, ledger: test.ledger }, attempts)).rejects.toThrow();
  });
});

describe('startLoad', () => {
  it('lets every caller finish', async () => {
    const load = startLoad(recorder, city, 3);

    const attempts = await load.end();

    expect(attempts.map(({ seen }) => seen)).toEqual(['recorded', 'recorded', 'recorded']);
  });
});
