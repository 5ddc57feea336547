import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import type { Licence, StoredUsage } from '../../../service/src/store/store.ts';
import { recordLookup } from '../../../service/src/usage/recordLookup.ts';
import { testService, type TestService } from '../../support/testService.ts';

let city: TestService;

beforeAll(async () => {
  city = await testService();
});

afterAll(async () => {
  await city.remove();
});

async function look(
  principal: Principal,
  change: Partial<Licence> = {},
): Promise<readonly StoredUsage[]> {
  const licence = await city.issue();
  await recordLookup(city.service, principal, [{ ...licence, ...change }]);
  const { identifier } = licence;
  return (await city.service.store.usage.list({ licence: identifier }, { limit: 5 })).items;
}

describe('a look at a licence', () => {
  it.each(['maker', 'auditor'] as const)('by the %s is among the holder’s uses', async (name) => {
    const { people } = city;

    expect(await look(people[name])).toMatchObject([
      {
        ...{ kind: 'lookup', outcome: 'answered', clerk: people[name].id },
        ...{ holderHash: people.holder.holderHash },
        channel: name === 'auditor' ? 'audit' : 'console',
      },
    ]);
  });

  it('by its holder leaves nothing', async () => {
    expect(await look(city.people.holder)).toEqual([]);
  });

  it('that was never issued leaves nothing: it is nobody’s licence yet', async () => {
    expect(await look(city.people.maker, { issuedAt: null })).toEqual([]);
  });
});
