import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rateCase } from '../../../service/src/cases/rateCase.ts';
import {
  listCases,
  lookAtCase,
  readCase,
  readProgress,
} from '../../../service/src/cases/readCase.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import { caseCity, CASE_MATTERS, type CaseCity } from '../../support/caseCity.ts';
import { TEST_COMPANY } from '../../support/testService.ts';

let city: CaseCity;
beforeAll(async () => {
  city = await caseCity();
});
afterAll(async () => {
  await city.remove();
});

const { plain } = CASE_MATTERS;

async function decided(holder: object = {}): Promise<string> {
  const { id } = await city.open({ matter: plain, ...holder });
  await city.step('clerk', id, 'accept');
  await city.step('market', id, 'review');
  await city.step('market', id, 'refuse', { reason: '面积不足' });
  return id;
}

describe('readCase', () => {
  it('shows after the holder’s erasure what was done, and nothing of them', async () => {
    const { service } = city.app.city;
    const id = await decided({ holder: TEST_COMPANY });
    const { store, clock } = service;
    await store.holders.erase(store.holders.holderHash(TEST_COMPANY), clock.now());

    const view = await readCase(service, city.people.clerk.principal, id);

    expect(view).toMatchObject({ state: 'decided', found: { holder: null, holderHash: null } });
    expect(view.events.map(({ action }) => action)).toEqual(['open', 'accept', 'review', 'refuse']);
    expect(view.events.every(({ reason }) => reason === null)).toBe(true);
    expect((await readProgress(service, view.found.queryCode)).state).toBe('decided');
  });
});

describe('lookAtCase', () => {
  const looksAt = async (id: string): Promise<readonly string[]> => {
    const { store } = city.app.city.service;
    const { items } = await store.usage.list(
      { holderHash: city.people.holder.principal.holderHash! },
      { limit: 200 },
    );
    const looks = items.filter(({ subject }) => subject.identifier === id);
    return looks.map(({ kind, clerk, subject }) => `${kind} ${subject.kind} ${clerk ?? ''}`);
  };

  it('records who looked before it names people, the holder alone excepted', async () => {
    const { service } = city.app.city;
    const { clerk, market, holder, auditor } = city.people;
    const id = await decided();
    const before = await looksAt(id);

    for (const { principal } of [clerk, market, holder, auditor]) {
      const view = await lookAtCase(service, principal, id, false);
      expect(view.namesPeople).toBe(principal !== auditor.principal);
    }

    const after = await looksAt(id);
    expect(after.slice(0, after.length - before.length).sort()).toEqual(
      [clerk, market].map(({ principal }) => `lookup case-file ${principal.id}`).sort(),
    );
  });

  it('is no look where somebody has just acted: that stands in the trail of the case', async () => {
    const id = await decided();
    const before = await looksAt(id);

    const view = await readCase(city.app.city.service, city.people.market.principal, id);

    expect(view.events.map(({ actorId }) => actorId)).toContain(city.people.market.principal.id);
    expect(await looksAt(id)).toEqual(before);
  });
});

describe('listCases', () => {
  it('shows once what somebody sees in two ways', async () => {
    const { principal } = city.people.clerk;
    const { id } = await city.open({ matter: plain });
    const both = {
      ...principal,
      roles: [...principal.roles, ...city.people.market.principal.roles],
    };

    const page = await listCases(city.app.city.service, both, {}, { limit: 200 });

    expect(page.items.filter(({ found }) => found.id === id)).toHaveLength(1);
  });

  it('shows nothing to who has no part in any', async () => {
    const nobody = { ...city.people.clerk.principal, roles: [], holderHash: null };

    const page = await listCases(city.app.city.service, nobody, {}, { limit: 200 });

    expect(page).toEqual({ items: [], nextCursor: null });
  });
});

describe('rateCase', () => {
  it('takes one of ten ratings at once', async () => {
    const id = await decided();
    const { principal } = city.people.holder;

    const codes = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const rating = { level: 1 + (index % 5), reasons: [], note: null };
        return await rateCase(city.app.city.service, principal, id, rating).then(
          () => null,
          (error: unknown) => (error as ServiceError).code,
        );
      }),
    );

    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set([null, 'CASE_ALREADY_RATED']));
  });
});
