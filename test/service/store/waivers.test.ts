import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Case, NewDraft, Store, TypeCount } from '../../../service/src/store/store.ts';
import { ulid } from '../../../service/src/ulid.ts';
import { testClock } from '../../support/testClock.ts';
import {
  buildStagedIssue,
  STORE_NOW,
  TEST_HOLDER,
  TEST_ISSUER,
  TEST_TYPE,
  testStore,
  type TestStore,
} from '../../support/testStore.ts';

const OTHER_TYPE = `${TEST_TYPE.slice(0, 18)}033`;
const TYPES = [TEST_TYPE, OTHER_TYPE];
const HOLDERS = [
  TEST_HOLDER,
  { name: '甲', code: '11010519491231003X', codeType: '111' },
  { name: '乙', code: '110105194912310048', codeType: '111' },
];
const DAY_MS = 86_400_000;
const LEDGER = { root: '0'.repeat(64), position: 0, block: 1 };

const clock = testClock(STORE_NOW.toISOString());
let fixture: TestStore;
let store: Store;
beforeEach(async () => {
  clock.set(STORE_NOW);
  fixture = await testStore(clock);
  store = fixture.store;
});
afterEach(() => fixture.remove());

async function issue(overrides: Partial<NewDraft> = {}, by = store): Promise<string> {
  const issued = buildStagedIssue(overrides);
  await by.licences.stageIssue(issued);
  await by.licences.releaseIssue(issued.identifier, { ledger: LEDGER, issuedAt: clock.now() });
  return issued.identifier;
}

const countOf = async (typeCode = TEST_TYPE): Promise<TypeCount | undefined> =>
  (await store.waivers.countTypes(clock.now())).types.find((one) => one.typeCode === typeCode);

describe('licences of a holder', () => {
  const held = async (types = TYPES): Promise<readonly string[]> => {
    const hash = store.holders.holderHash(TEST_HOLDER);
    const licences = await store.waivers.licencesOf(hash, types);
    return licences.map(({ identifier }) => identifier);
  };

  it('come with what is good the longest first, drafts and other types left out', async () => {
    const short = await issue({ validUntil: new Date('2027-01-01T00:00:00Z') });
    const endless = await issue({ validUntil: null });
    const long = await issue({ validUntil: new Date('2031-01-01T00:00:00Z') });
    const suspended = await issue({ validUntil: null });
    await store.licences.changeState({ identifier: suspended, state: 'suspended', ledger: LEDGER });
    await issue({ holder: HOLDERS[1]! });
    await store.licences.stageIssue(buildStagedIssue());
    const other = await issue({ typeCode: OTHER_TYPE });

    expect(await held([TEST_TYPE])).toStrictEqual([endless, long, short, suspended]);
    expect(await held([OTHER_TYPE, 'unknown'])).toStrictEqual([other]);
    expect(await held([])).toStrictEqual([]);
  });

  it('are nobody’s any more once the holder is erased', async () => {
    await issue();
    await store.holders.erase(store.holders.holderHash(TEST_HOLDER), clock.now());

    expect(await held()).toStrictEqual([]);
  });
});

describe('counts of types', () => {
  it('are kept and counted again only where something changed', async () => {
    const identifier = await issue();
    await issue({ typeCode: OTHER_TYPE });

    const first = await store.waivers.countTypes(clock.now());
    const again = await store.waivers.countTypes(clock.now());
    await store.licences.changeState({ identifier, state: 'revoked', ledger: LEDGER });
    const afterwards = await store.waivers.countTypes(clock.now());

    expect(first.types).toHaveLength(2);
    expect(again).toStrictEqual({ types: first.types, recounted: 0 });
    expect(afterwards.recounted).toBe(1);
    expect(afterwards.types.map(({ typeCode }) => typeCode)).toStrictEqual([OTHER_TYPE]);
  });

  it('are counted again when a period ends or begins by itself', async () => {
    const now = clock.now().getTime();
    await issue({ validUntil: new Date(now + DAY_MS) });
    await issue({ validFrom: new Date(now + 2 * DAY_MS), holder: HOLDERS[1]! });

    expect(await countOf()).toMatchObject({ licences: 1, holders: 1 });
    clock.advance(DAY_MS);
    expect(await countOf()).toMatchObject({ licences: 1 });
    clock.advance(1);
    expect(await countOf()).toBeUndefined();
    clock.advance(DAY_MS);
    expect(await countOf()).toMatchObject({ licences: 1, holders: 1 });
  });

  it('survive a restart', async () => {
    await issue();
    const { types } = await store.waivers.countTypes(clock.now());

    const second = await fixture.reopen();

    expect(await second.waivers.countTypes(clock.now())).toStrictEqual({ types, recounted: 0 });
  });

  it('are right whichever process changed what, and whenever', async () => {
    const step = fc.record({
      what: fc.constantFrom('issue', 'suspend', 'reinstate', 'revoke', 'erase', 'wait'),
      process: fc.nat(1),
      counting: fc.nat(1),
      type: fc.nat(1),
      holder: fc.nat(2),
      days: fc.integer({ min: 0, max: 3 }),
      place: fc.nat(50),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 8 }), async (steps) => {
        const own = await testStore(clock);
        try {
          const processes = [own.store, await own.reopen()];
          const model = new Model();
          for (const one of steps) {
            await model.take(processes[one.process]!, one);
            const counting = processes[one.counting]!;
            const { types } = await counting.waivers.countTypes(clock.now());
            expect(types).toStrictEqual(model.counts());
          }
        } finally {
          await own.remove();
        }
      }),
      { numRuns: 4 },
    );
  });
});

describe('cases by matter', () => {
  const open = async (...matters: string[]): Promise<void> => {
    const openedAt = clock.now();
    const opened: Case = {
      ...{ id: ulid(openedAt), queryCode: randomBytes(8).toString('hex') },
      ...{ bundle: null, materials: [], organisation: TEST_ISSUER, window: null, clerkId: null },
      ...{ channel: 'online', holderHash: null, holder: null, representedBy: null, grantId: null },
      ...{ openedBy: 'account', openedAt },
      subCases: matters.map((code) => ({
        matter: { code, version: 1, name: code },
        ...{ department: null, state: 'accepted', outcome: null },
        ...{ resumesAs: null, promisedDays: null, statutoryDays: null },
        ...{ acceptedAt: null, endedAt: null, suspensions: [] },
      })),
    };
    await store.cases.add(opened, []);
  };

  it('are those opened since', async () => {
    expect(await store.waivers.casesByMatter(new Date(0))).toStrictEqual(new Map());
    await open('M1', 'M2');
    clock.advance(DAY_MS);
    const since = clock.now();
    await open('M1');

    const all = await store.waivers.casesByMatter(new Date(0));
    const recent = await store.waivers.casesByMatter(since);

    expect(Object.fromEntries(all)).toEqual({ M1: 2, M2: 1 });
    expect(Object.fromEntries(recent)).toEqual({ M1: 1 });
  });
});

interface Known {
  readonly identifier: string;
  readonly typeCode: string;
  holder: string | null;
  state: 'issued' | 'suspended' | 'revoked';
  readonly validFrom: number;
  readonly validUntil: number;
}

/** What should be counted, found the plain way. */
class Model {
  readonly #licences: Known[] = [];

  async take(
    by: Store,
    step: Readonly<{ what: string; type: number; holder: number; days: number; place: number }>,
  ): Promise<void> {
    const { what, days } = step;
    const licence = this.#licences[step.place % Math.max(1, this.#licences.length)];
    const holder = HOLDERS[step.holder]!;
    if (what === 'wait') clock.advance(days * DAY_MS + 1);
    else if (what === 'erase') {
      await by.holders.erase(by.holders.holderHash(holder), clock.now());
      for (const one of this.#licences) if (one.holder === holder.code) one.holder = null;
    } else if (what === 'issue' || licence === undefined) {
      const validFrom = clock.now().getTime() + (days - 1) * DAY_MS;
      const validUntil = validFrom + (days + 1) * DAY_MS;
      const typeCode = TYPES[step.type]!;
      const period = { validFrom: new Date(validFrom), validUntil: new Date(validUntil) };
      const identifier = await issue({ ...period, typeCode, holder }, by);
      const facts = { identifier, typeCode, validFrom, validUntil };
      this.#licences.push({ ...facts, holder: holder.code, state: 'issued' });
    } else {
      const states = { suspend: 'suspended', reinstate: 'issued', revoke: 'revoked' } as const;
      licence.state = states[what as keyof typeof states]; // the ones left
      const { identifier, state } = licence;
      await by.licences.changeState({ identifier, state, ledger: LEDGER });
    }
  }

  counts(): readonly TypeCount[] {
    const now = clock.now().getTime();
    return TYPES.flatMap((typeCode) => {
      const own = this.#licences.filter(
        (one) =>
          one.typeCode === typeCode &&
          one.state === 'issued' &&
          one.validFrom <= now &&
          one.validUntil >= now,
      );
      const holders = new Set(own.flatMap(({ holder }) => holder ?? [])).size;
      return own.length === 0 ? [] : [{ typeCode, licences: own.length, holders }];
    });
  }
}
