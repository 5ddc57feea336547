import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkByFunction,
  type FunctionCheckRequest,
} from '../../../service/src/presentations/checkByFunction.ts';
import type { Answer } from '../../../service/src/presentations/prepareAnswer.ts';
import type { Licence, StoredUsage } from '../../../service/src/store/store.ts';
import { useDetailsOf } from '../../../service/src/usage/recordUse.ts';
import {
  addCounter,
  addMatters,
  OTHER_MATTER,
  TEST_MATTER,
  type TestCounter,
} from '../../support/counters.ts';
import {
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_PERSON,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let clerk: TestCounter;
let licence: Licence;
beforeAll(async () => {
  city = await testService();
  await addMatters(city);
  clerk = await addCounter(city, 'W01');
  licence = await city.issue();
});
afterAll(async () => {
  await city.remove();
});

const check = (overrides: Partial<FunctionCheckRequest> = {}): Promise<Answer> =>
  checkByFunction(city.service.presentations, clerk.principal, {
    of: { licences: [{ identifier: licence.identifier }] },
    ...{ matter: TEST_MATTER, purpose: '开办餐馆', language: 'zh-CN' },
    legalBasis: '《食品经营许可管理办法》第十二条',
    ...overrides,
  });
const { code, codeType } = TEST_PERSON;
const OF_PERSON = { holder: { code, codeType }, typeCode: TEST_TYPES.single };

/** The newest use that the holder sees. */
async function lastUse(holderHash = licence.holderHash!): Promise<StoredUsage> {
  const { items } = await city.service.store.usage.list({ holderHash }, { limit: 1 });
  return items[0]!;
}

describe('a check by function', () => {
  it('discloses what the matter needs, and the holder sees on what basis', async () => {
    const answer = await check();

    expect(answer.fields).toStrictEqual({
      [licence.identifier]: { premises: TEST_FIELDS.premises, holderName: TEST_PERSON.name },
    });
    const use = await lastUse();
    expect(use).toMatchObject({
      ...{ kind: 'disclosure', outcome: 'answered', clerk: clerk.principal.id, window: 'W01' },
      ...{ matter: TEST_MATTER, purpose: '开办餐馆', licence: licence.identifier },
    });
    expect(useDetailsOf(use.record)).toStrictEqual({
      fields: ['premises', 'holderName'],
      ...{ legalBasis: '《食品经营许可管理办法》第十二条', receipt: answer.receiptId },
    });
    const { receipts } = city.service.store;
    expect(await receipts.find(answer.receiptId)).toMatchObject({ holderHash: licence.holderHash });
  });

  it('finds the licences of a holder by type', async () => {
    const { reports } = await check({ of: { ...OF_PERSON, fields: ['premises'] } });

    expect(Object.keys(reports)).toStrictEqual([licence.identifier]);
  });

  it('records that somebody holds none', async () => {
    const of = { ...OF_PERSON, typeCode: TEST_TYPES.dual };

    await expect(check({ of })).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' });

    expect(await lastUse()).toMatchObject({
      ...{ kind: 'lookup', reason: 'LICENCE_NOT_FOUND', clerk: clerk.principal.id },
    });
  });

  it('takes the provision of the matter where none is named', async () => {
    await check({ legalBasis: undefined });

    expect(useDetailsOf((await lastUse()).record).legalBasis).toBe('《食品安全法》第三十五条');
  });

  it.each([
    ['too short a basis', { legalBasis: ' 法律 ' }, 'LEGAL_BASIS_INVALID'],
    ['no basis at all', { matter: OTHER_MATTER, legalBasis: undefined }, 'LEGAL_BASIS_INVALID'],
    ['an unknown matter', { matter: 'M-99' }, 'MATTER_NOT_FOUND'],
    ['no identifier', { of: { licences: [{ identifier: 'x' }] } }, 'CODE_MALFORMED'],
  ])('refuses %s', async (_, overrides, errorCode) => {
    await expect(check(overrides)).rejects.toMatchObject({ code: errorCode });
  });

  it('discloses nothing that the matter does not need', async () => {
    const licences = [{ identifier: licence.identifier, fields: ['premises', 'seats'] }];

    await expect(check({ of: { licences } })).rejects.toMatchObject({
      code: 'LICENCE_FIELDS_INVALID',
      faults: [{ pointer: '/licences/0/fields/1' }],
    });
    const { fields } = await check({ matter: OTHER_MATTER });
    expect(fields).toStrictEqual({ [licence.identifier]: {} });
  });

  it('is about one holder', async () => {
    const other = await city.issue({ holder: TEST_COMPANY });
    const identifiers = [licence.identifier, other.identifier];
    const licences = identifiers.map((identifier) => ({ identifier }));

    await expect(check({ of: { licences } })).rejects.toMatchObject({ code: 'REQUEST_MALFORMED' });
  });

  it('needs a window', async () => {
    const { presentations } = city.service;
    const request = { of: OF_PERSON, matter: TEST_MATTER, purpose: '开办餐馆' };

    await expect(
      checkByFunction(presentations, city.people.clerk, { ...request, language: 'zh-CN' }),
    ).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });
});
