import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { followLedger } from '../../../service/src/rebuild/followLedger.ts';
import { actOnSeal } from '../../../service/src/seals/actOnSeal.ts';
import type { Store } from '../../../service/src/store/store.ts';
import { testService, type TestService } from '../../support/testService.ts';
import { testStore, type TestStore } from '../../support/testStore.ts';

let city: TestService;
let other: TestStore;

beforeEach(async () => {
  city = await testService();
  other = await testStore();
});

afterEach(async () => {
  await other.remove();
  await city.remove();
});

/** What a second service does on the same ledger. */
async function follow(store: Store): Promise<number> {
  return await followLedger({ ledger: city.service.ledger, store });
}

describe('followLedger', () => {
  it('brings over what another service made', async () => {
    const { identifier } = await city.issue();

    await follow(other.store);

    expect(await other.store.licences.facts(identifier)).toMatchObject({ state: 'issued' });
    expect(await other.store.seals.find(city.esId)).toMatchObject({ state: 'valid' });
    expect(await other.store.organisations.list()).toHaveLength(4);
  });

  it('brings over later changes, once', async () => {
    const { identifier } = await city.issue();
    await follow(other.store);
    const revocation = { name: 'revoke', reason: 'fraud', effectiveFrom: null } as const;
    await actOnLicence(city.service.licences, city.people.maker, identifier, revocation);
    const suspension = { name: 'suspend', reason: 'fraud', effectiveFrom: null } as const;
    await actOnSeal(city.service.seals, city.people.sealMaker, city.esId, suspension);

    expect(await follow(other.store)).toBe(2);
    expect(await follow(other.store)).toBe(0);
    expect(await other.store.licences.facts(identifier)).toMatchObject({ state: 'revoked' });
    expect(await other.store.seals.find(city.esId)).toMatchObject({ state: 'suspended' });
  });

  it('brings over many acts on many licences in their present state', async () => {
    const licences = await Promise.all(Array.from({ length: 30 }, () => city.issue()));
    const revocation = { name: 'revoke', reason: 'fraud', effectiveFrom: null } as const;
    const isRevoked = (place: number): boolean => place % 3 === 0;
    await Promise.all(
      licences
        .filter((_, place) => isRevoked(place))
        .map(({ identifier }) =>
          actOnLicence(city.service.licences, city.people.maker, identifier, revocation),
        ),
    );

    expect(await follow(other.store)).toBeGreaterThan(30); // an act whose effect is there already needs no taking over

    const found = await Promise.all(
      licences.map(({ identifier }) => other.store.licences.facts(identifier)),
    );
    expect(found.map((facts) => facts?.state)).toEqual(
      licences.map((_, place) => (isRevoked(place) ? 'revoked' : 'issued')),
    );
  });

  it('leaves what the store did itself', async () => {
    const { identifier } = await city.issue();
    const before = await city.service.store.licences.find(identifier);

    await follow(city.service.store);

    expect(await city.service.store.licences.find(identifier)).toEqual(before);
  });

  it('leaves an act that is staged to the request that staged it', async () => {
    const { identifier } = await city.issue();
    const recorded = [];
    for await (const act of city.service.ledger.replay(0)) recorded.push(act);
    const issue = recorded.find(({ act }) => act.act.act === 'licence.issue');
    await other.store.stages.add({ subject: identifier, act: issue!.act });

    await follow(other.store);

    expect(await other.store.licences.facts(identifier)).toBeNull();
  });

  it('hands out status places only in lists that were not in use before', async () => {
    const { status } = await city.issue();
    await follow(other.store);

    const next = await other.store.status.allocate();

    expect(next.list).toBeGreaterThan(status!.list);
  });
});
