import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Mandate } from '@yinxin/chaincode/model';
import { actOnSeal, setMandate } from '../../../service/src/seals/actOnSeal.ts';
import { OPEN_MANDATE } from '../../../service/src/seals/makeSeal.ts';
import type { Seal } from '../../../service/src/store/store.ts';
import { addSealedType } from '../../support/evidence.ts';
import { testService, type TestPersonName, type TestService } from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

let city: TestService;
let suffix = 500;
beforeAll(async () => {
  city = await testService();
});
afterAll(async () => {
  await city.remove();
});

const newSeal = async (): Promise<string> => {
  suffix += 1;
  return (await addSealedType(city, String(suffix))).sealEsId;
};

type Name = Parameters<typeof actOnSeal>[3]['name'];
const act = (esId: string, name: Name, by: TestPersonName = 'sealMaker'): Promise<Seal> =>
  actOnSeal(city.service.seals, city.people[by], esId, {
    ...{ name, reason: 'other', effectiveFrom: null },
  });

describe('actOnSeal', () => {
  it('suspends, reinstates and revokes', async () => {
    const esId = await newSeal();

    const states = [];
    for (const name of ['suspend', 'reinstate', 'revoke'] as const) {
      states.push((await act(esId, name)).state);
    }

    expect(states).toEqual(['suspended', 'valid', 'revoked']);
  });

  it.each<Name>(['suspend', 'reinstate', 'revoke'])('does not %s what is revoked', async (name) => {
    const esId = await newSeal();
    await act(esId, 'revoke');
    const before = await worldSnapshot(city);

    await expect(act(esId, name)).rejects.toMatchObject({ code: 'SEAL_STATE_CONFLICT' });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it.each<TestPersonName>(['maker', 'checker', 'operator', 'auditor'])('refuses %s', async (by) => {
    const before = await worldSnapshot(city);

    await expect(act(city.esId, 'revoke', by)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });

    expect(await worldSnapshot(city)).toEqual(before);
  });
});

describe('setMandate', () => {
  const set = (esId: string, mandate: Partial<Mandate>): Promise<Seal> =>
    setMandate(city.service.seals, city.people.sealMaker, esId, { ...OPEN_MANDATE, ...mandate });

  it('replaces the mandate', async () => {
    const esId = await newSeal();

    const { mandate } = await set(esId, { usesPerDay: 5 });

    expect(mandate).toEqual({ ...OPEN_MANDATE, usesPerDay: 5 });
  });

  it.each<[string, Partial<Mandate>, string]>([
    [
      'contradicts itself',
      { validFrom: '2026-02-01T00:00:00.000Z', validUntil: '2026-01-01T00:00:00.000Z' },
      'MANDATE_INVALID',
    ],
    ['is not even an act', { usesPerDay: 0 }, 'ACT_REFUSED'],
  ])('refuses one that %s, and writes nothing', async (_, mandate, code) => {
    const esId = await newSeal();
    const before = await worldSnapshot(city);

    await expect(set(esId, mandate)).rejects.toMatchObject({ code });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it('leaves a revoked seal alone', async () => {
    const esId = await newSeal();
    await act(esId, 'revoke');

    await expect(set(esId, {})).rejects.toMatchObject({ code: 'SEAL_STATE_CONFLICT' });
  });
});
