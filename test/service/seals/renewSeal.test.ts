import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actOnSeal, setMandate } from '../../../service/src/seals/actOnSeal.ts';
import { OPEN_MANDATE } from '../../../service/src/seals/makeSeal.ts';
import {
  renewalChainOf,
  renewSeal,
  type RenewalRequest,
} from '../../../service/src/seals/renewSeal.ts';
import { sealDocument } from '../../../service/src/seals/sealDocument.ts';
import type { Seal } from '../../../service/src/store/store.ts';
import { addSealedType } from '../../support/evidence.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';
import { testService, type TestPersonName, type TestService } from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

const UNTIL = new Date(Date.now() + 1e10);
let city: TestService;
let suffix = 600;
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
const find = async (esId: string): Promise<Seal> => (await city.service.store.seals.find(esId))!;
const renew = (
  esId: string,
  overrides: Partial<RenewalRequest> = {},
  by: TestPersonName = 'sealMaker',
): Promise<Seal> =>
  renewSeal(city.service.seals, city.people[by], esId, { validUntil: UNTIL, ...overrides });

describe('renewSeal', () => {
  it('keeps holder, kind, name and mandate', async () => {
    const esId = await newSeal();
    const mandate = { ...OPEN_MANDATE, requiresSecondPerson: true };
    await setMandate(city.service.seals, city.people.sealMaker, esId, mandate);
    const { holder, kind, name, maker } = await find(esId);

    const renewed = await renew(esId);

    expect(renewed.esId).not.toBe(esId);
    expect(await find(renewed.esId)).toMatchObject({
      ...{ holder, kind, name, maker, mandate, state: 'valid' },
      ...{ supersedes: esId, supersededBy: null, validUntil: UNTIL },
    });
  });

  it('takes another name, and ends the use of the predecessor', async () => {
    const esId = await newSeal();

    const renewed = await renew(esId, { name: '新印章' });

    expect(renewed.name).toBe('新印章');
    expect(await find(esId)).toMatchObject({ state: 'superseded', supersededBy: renewed.esId });
    const order = { bytes: await foreignPdf(), esId, page: 1, xMm: 30, yMm: 40 };
    await expect(sealDocument(city.service.seals, city.people.maker, order)).rejects.toMatchObject({
      code: 'SEAL_SUPERSEDED',
    });
  });

  it.each<[string, string, TestPersonName, Partial<RenewalRequest>]>([
    ['anybody but its maker', 'NOT_AUTHORISED', 'maker', {}],
    [
      'a period that ends before it begins',
      'SEAL_PERIOD_INVALID',
      'sealMaker',
      { validUntil: new Date(0) },
    ],
  ])('refuses %s and writes nothing', async (_, code, by, request) => {
    const before = await worldSnapshot(city);

    await expect(renew(city.esId, request, by)).rejects.toMatchObject({ code });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it('refuses a seal that is unknown, revoked or renewed before', async () => {
    const [revoked, renewed] = [await newSeal(), await newSeal()];
    const request = { name: 'revoke', reason: 'other', effectiveFrom: null } as const;
    await actOnSeal(city.service.seals, city.people.sealMaker, revoked, request);
    await renew(renewed);

    await expect(renew('1')).rejects.toMatchObject({ code: 'SEAL_NOT_FOUND' });
    for (const esId of [revoked, renewed]) {
      await expect(renew(esId)).rejects.toMatchObject({ code: 'SEAL_STATE_CONFLICT' });
    }
  });
});

describe('renewalChainOf', () => {
  it('tells what stands before and after a seal, nearest first', async () => {
    const first = await newSeal();
    const second = (await renew(first)).esId;
    const third = (await renew(second)).esId;
    const chainOf = async (esId: string): Promise<unknown> =>
      await renewalChainOf(city.service, await find(esId));

    expect(await chainOf(first)).toEqual({ predecessors: [], successors: [second, third] });
    expect(await chainOf(second)).toEqual({ predecessors: [first], successors: [third] });
    expect(await chainOf(third)).toEqual({ predecessors: [second, first], successors: [] });
  });
});
