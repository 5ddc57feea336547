import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatusValue } from '../../../service/src/credentials/statusBits.ts';
import { parseStatusList } from '../../../service/src/credentials/statusList.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { testClock } from '../../support/testClock.ts';
import { testService, type TestService } from '../../support/testService.ts';

const clock = testClock('2026-06-01T02:00:00.000Z');
let city: TestService;
beforeAll(async () => {
  city = await testService({ clock });
});
afterAll(async () => {
  await city.remove();
});

const publish = (list: number): Promise<string> => city.service.publishStatusList(list);

async function statusOf(identifier: string): Promise<StatusValue> {
  const { list, index } = (await city.service.store.licences.facts(identifier))!.status!;
  return parseStatusList(await publish(list)).bits.get(index);
}

describe('statusListPublisher', () => {
  it('follows a licence through its life, at once', async () => {
    const { identifier } = await city.issue();
    const found = [await statusOf(identifier)];

    for (const name of ['suspend', 'reinstate', 'revoke'] as const) {
      const request = { name, reason: 'other', effectiveFrom: null } as const;
      await actOnLicence(city.service.licences, city.people.checker, identifier, request);
      found.push(await statusOf(identifier));
    }

    expect(found).toEqual(['valid', 'suspended', 'valid', 'invalid']);
  });

  it('gives the same token while nothing changes, a fresh one after its ttl', async () => {
    await city.issue();
    const first = await publish(0);
    clock.advance(59_000);
    const second = await publish(0);
    clock.advance(1000);
    const third = await publish(0);

    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('has no list that no licence is in', async () => {
    await expect(publish(7)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
