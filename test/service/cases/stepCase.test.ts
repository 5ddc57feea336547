import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CASE_TRANSITIONS,
  stateOf,
  type CaseAction,
} from '../../../service/src/cases/caseStates.ts';
import { openCase } from '../../../service/src/cases/openCase.ts';
import { stepCase } from '../../../service/src/cases/stepCase.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import { CASE_STATES, type Case, type CaseState } from '../../../service/src/store/cases.ts';
import {
  caseCity,
  CASE_MATTERS,
  type CaseActorName,
  type CaseCity,
} from '../../support/caseCity.ts';
import { TEST_PERSON } from '../../support/testService.ts';

let city: CaseCity;
beforeAll(async () => {
  city = await caseCity();
});
afterAll(async () => {
  await city.remove();
});

const ACTORS: readonly CaseActorName[] = [
  ...(['clerk', 'market', 'holder', 'stranger', 'health', 'neighbour'] as const),
];
/** Have nothing to do with the case. */
const STRANGERS: readonly CaseActorName[] = ['stranger', 'health', 'neighbour'];

const STAFF = 'clerk market';
/** What may happen in each state: by whom, and what then. Whatever is not here must be refused. */
const TABLE: Readonly<
  Record<CaseState, Partial<Record<CaseAction, readonly [by: string, to: CaseState]>>>
> = {
  opened: {
    'request-materials': [STAFF, 'materialsPending'],
    accept: [STAFF, 'accepted'],
    decline: [STAFF, 'closed'],
    withdraw: ['holder', 'withdrawn'],
  },
  materialsPending: {
    accept: [STAFF, 'accepted'],
    decline: [STAFF, 'closed'],
    withdraw: ['holder', 'withdrawn'],
  },
  accepted: {
    review: ['market', 'inReview'],
    suspend: [STAFF, 'suspended'],
    withdraw: ['holder', 'withdrawn'],
  },
  inReview: {
    suspend: [STAFF, 'suspended'],
    approve: ['market', 'decided'],
    refuse: ['market', 'decided'],
    withdraw: ['holder', 'withdrawn'],
  },
  suspended: { resume: [STAFF, 'inReview'], withdraw: ['holder', 'withdrawn'] },
  decided: { close: [STAFF, 'closed'] },
  closed: {},
  withdrawn: {},
};

const PATHS: Readonly<Record<CaseState, readonly (readonly [CaseActorName, CaseAction])[]>> = {
  opened: [],
  materialsPending: [['clerk', 'request-materials']],
  accepted: [['clerk', 'accept']],
  inReview: [
    ['clerk', 'accept'],
    ['market', 'review'],
  ],
  suspended: [
    ['clerk', 'accept'],
    ['market', 'review'],
    ['clerk', 'suspend'],
  ],
  decided: [
    ['clerk', 'accept'],
    ['market', 'review'],
    ['market', 'approve'],
  ],
  closed: [
    ['market', 'accept'],
    ['market', 'review'],
    ['market', 'refuse'],
    ['clerk', 'close'],
  ],
  withdrawn: [['holder', 'withdraw']],
};

async function open(): Promise<Case> {
  city.clock.advance(1);
  return await openCase(city.app.city.service, city.people.clerk.principal, {
    ...{ matters: [CASE_MATTERS.plain], holder: TEST_PERSON },
    ...{ channel: null, window: null, representedBy: null },
  });
}

async function step(who: CaseActorName, caseId: string, action: CaseAction): Promise<Case> {
  city.clock.advance(1);
  const request = { caseId, action, matter: null, reason: '说明' };
  return await stepCase(city.app.city.service, city.people[who].principal, request);
}

async function openedAs(state: CaseState): Promise<Case> {
  let found = await open();
  for (const [who, action] of PATHS[state]) found = await step(who, found.id, action);
  expect(stateOf(found.subCases)).toBe(state);
  return found;
}

async function codeOf(trying: Promise<unknown>): Promise<string | null> {
  try {
    await trying;
    return null;
  } catch (error) {
    return (error as ServiceError).code;
  }
}

function refusalOf(state: CaseState, action: CaseAction, who: CaseActorName): string | null {
  if (STRANGERS.includes(who)) return 'CASE_NOT_FOUND';
  const anywhere = Object.values(TABLE).flatMap((row) => row[action]?.[0].split(' ') ?? []);
  if (!anywhere.includes(who)) return 'NOT_AUTHORISED';
  return TABLE[state][action] === undefined ? 'CASE_STATE_CONFLICT' : null;
}

const ACTIONS = CASE_TRANSITIONS.map(({ action }) => action);

describe('stepCase', () => {
  it.each(CASE_STATES)('lets happen what the table says of %s, and nothing else', async (state) => {
    for (const action of ACTIONS) {
      let found = await openedAs(state);
      for (const who of ACTORS) {
        const expected = refusalOf(state, action, who);

        const code = await codeOf(step(who, found.id, action));

        expect({ state, action, who, code }).toEqual({ state, action, who, code: expected });
        const after = await city.app.city.service.store.cases.find(found.id);
        const isState = stateOf(after?.subCases ?? []);
        expect({ state, action, who, isState }).toEqual({
          ...{ state, action, who },
          isState: expected === null ? TABLE[state][action]?.[1] : state,
        });
        if (expected === null) found = await openedAs(state);
      }
    }
  });

  it.each([
    ['accepted', 'accepted'],
    ['inReview', 'inReview'],
  ] as const)('goes on where it was suspended: %s', async (state, after) => {
    const { id } = await openedAs(state);
    await step('market', id, 'suspend');

    const resumed = await step('clerk', id, 'resume');

    expect(stateOf(resumed.subCases)).toBe(after);
  });

  it.each(['request-materials', 'decline', 'suspend', 'refuse'] as const)(
    'wants a reason to %s',
    async (action) => {
      const { id } = await open();
      const request = { caseId: id, action, matter: null, reason: null };

      const trying = stepCase(city.app.city.service, city.people.market.principal, request);

      await expect(trying).rejects.toMatchObject({
        code: 'REQUEST_MALFORMED',
        faults: [{ pointer: '/reason' }],
      });
    },
  );

  it('takes one of twenty steps at once', async () => {
    const { id } = await openedAs('inReview');

    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        codeOf(step('market', id, index % 2 === 0 ? 'approve' : 'refuse')),
      ),
    );

    const events = await city.app.city.service.store.cases.events(id);
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set([null, 'CASE_STATE_CONFLICT']));
    expect(events.filter(({ to }) => to === 'decided')).toHaveLength(1);
  });

  it('lets nobody handle a case of their own', async () => {
    const { store } = city.app.city.service;
    const { id } = await openedAs('inReview');
    const both = {
      ...city.people.market.principal,
      holderHash: store.holders.holderHash(TEST_PERSON),
    };

    const trying = stepCase(city.app.city.service, both, {
      ...{ caseId: id, action: 'approve', matter: null, reason: null },
    });

    await expect(trying).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('keeps in the trail who did what, when and why', async () => {
    const { id } = await openedAs('suspended');

    const events = await city.app.city.service.store.cases.events(id);

    const { clerk, market } = city.people;
    expect(events.map(({ action, from, to, actorId }) => [action, from, to, actorId])).toEqual([
      ['open', null, 'opened', clerk.principal.id],
      ['accept', 'opened', 'accepted', clerk.principal.id],
      ['review', 'accepted', 'inReview', market.principal.id],
      ['suspend', 'inReview', 'suspended', clerk.principal.id],
    ]);
    expect(events.at(-1)?.reason).toBe('说明');
  });

  it('knows no other matter', async () => {
    const { id } = await open();

    const trying = stepCase(city.app.city.service, city.people.clerk.principal, {
      ...{ caseId: id, action: 'accept', matter: CASE_MATTERS.kitchen, reason: null },
    });

    await expect(trying).rejects.toMatchObject({ code: 'MATTER_NOT_IN_CASE' });
  });
});
