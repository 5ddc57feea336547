import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import { putMatter } from '../../../service/src/matters/putMatter.ts';
import { askMaterials, type AskParts } from '../../../service/src/waivers/askMaterials.ts';
import {
  TEST_COMPANY,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let clerk: Principal;
beforeAll(async () => {
  city = await testService();
  clerk = { ...city.people.clerk, windowCode: 'W1' };
  const standIns = [{ typeCode: TEST_TYPES.single, fields: [] }];
  await putMatter(city.service.licences, city.people.operator, {
    ...{ code: 'M-1', name: '事项' },
    definition: { materials: [{ code: 'a', name: '材料', standIns }] },
  });
  await city.issue({ holder: TEST_COMPANY });
});
afterAll(() => city.remove());

const ask = (parts: AskParts): ReturnType<typeof askMaterials> =>
  askMaterials(parts, clerk, {
    ...{ matter: 'M-1', holderCode: TEST_COMPANY.code, holderCodeType: undefined },
  });

describe('askMaterials', () => {
  it('tells a clerk nothing that could not be recorded', async () => {
    const { store, clock } = city.service;
    const append = (): Promise<never> =>
      Promise.reject(new ServiceError('STORE_UNAVAILABLE', 'the disk is full'));
    const parts = { clock, store: { ...store, usage: { ...store.usage, append } } };

    await expect(ask(parts)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('finds out by the code itself what kind of holder is meant, and records it once a licence', async () => {
    const { store } = city.service;

    const { materials, isForHolder } = await ask(city.service);

    const holderHash = store.holders.holderHash(TEST_COMPANY);
    const { items } = await store.usage.list({ holderHash }, { limit: 10 });
    expect(isForHolder).toBe(true);
    expect(materials[0]).toMatchObject({ state: 'waived' });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      ...{ kind: 'lookup', purpose: '事项', matter: 'M-1', window: 'W1', clerk: clerk.id },
      licence: materials[0]?.by?.identifier,
    });
  });
});
