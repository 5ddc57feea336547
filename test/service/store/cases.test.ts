import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Case, CaseStep, Store } from '../../../service/src/store/store.ts';
import {
  STORE_NOW,
  TEST_HOLDER,
  TEST_ISSUER,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

let first: TestStore;
let second: Store;
beforeAll(async () => {
  first = await testStore();
  second = await first.reopen();
});
afterAll(async () => {
  await first.remove();
});

let count = 0;

function buildCase(): Case {
  count += 1;
  return {
    ...{ id: `CASE${count}`, queryCode: String(count).padStart(16, '0'), bundle: null },
    subCases: ['A', 'B'].map((code) => ({
      ...{ matter: { code, version: 1, name: code }, department: TEST_ISSUER },
      ...{ state: 'opened', outcome: null, resumesAs: null, promisedDays: 3, statutoryDays: null },
      ...{ acceptedAt: null, endedAt: null, suspensions: [] },
    })),
    ...{ materials: [], organisation: TEST_ISSUER, window: 'W1', clerkId: 'clerk' },
    ...{ channel: 'window', holder: TEST_HOLDER, representedBy: null, grantId: null },
    holderHash: first.store.holders.holderHash(TEST_HOLDER),
    ...{ openedBy: 'clerk', openedAt: STORE_NOW },
  };
}

function buildStep(matter: string, id: string): CaseStep {
  return {
    event: {
      ...{ id, matter, action: 'accept', from: 'opened', to: 'accepted', outcome: null },
      ...{ at: STORE_NOW, actorId: 'clerk', reason: null },
    },
    ...{ resumesAs: null, acceptedAt: STORE_NOW, endedAt: null, suspensions: [] },
  };
}

describe('cases in a store that two processes share', () => {
  it('are the same to both', async () => {
    const opened = buildCase();
    await first.store.cases.add(opened, []);

    expect(await second.cases.find(opened.id)).toEqual(opened);
    const queryHash = second.holders.keyedHash('caseQuery', opened.queryCode);
    expect(await second.cases.findByQueryHash(queryHash)).toEqual(opened);
  });

  it('take a step once, whoever asks', async () => {
    const { id } = buildCase();
    await first.store.cases.add({ ...buildCase(), id }, []);

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? first.store : second).cases.step(id, [buildStep('A', `${id}-${index}`)]),
      ),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await second.cases.events(id)).toHaveLength(1);
  });

  it('take steps with all of their matters or with none', async () => {
    const opened = buildCase();
    await first.store.cases.add(opened, []);
    await second.cases.step(opened.id, [buildStep('B', 'FIRST')]);

    const both = first.store.cases.step(opened.id, [buildStep('A', 'X'), buildStep('B', 'Y')]);

    await expect(both).rejects.toMatchObject({ code: 'CASE_STATE_CONFLICT' });
    const found = await second.cases.find(opened.id);
    expect(found?.subCases.map(({ state }) => state)).toEqual(['opened', 'accepted']);
    expect(await second.cases.events(opened.id)).toHaveLength(1);
  });

  it('hold nothing of people in clear', async () => {
    await first.store.cases.add(buildCase(), []);

    const files = readdirSync(first.folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(join(first.folder, name)));

    expect(files.length).toBeGreaterThan(0);
    for (const secret of [TEST_HOLDER.name, TEST_HOLDER.code]) {
      expect(files.some((bytes) => bytes.includes(secret))).toBe(false);
    }
  });
});
