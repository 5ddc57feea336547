import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';
import { draftLicence } from '../../../service/src/licences/draftLicence.ts';
import {
  findLicenceType,
  putLicenceType,
  type LicenceTypeRequest,
} from '../../../service/src/licences/licenceTypes.ts';
import type { LicenceType } from '../../../service/src/store/store.ts';
import {
  buildRequest,
  testService,
  TEST_ORGANISATIONS,
  type TestPersonName,
  type TestService,
} from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

let city: TestService;
beforeAll(async () => {
  city = await testService();
});
afterAll(async () => {
  await city.remove();
});

const SCHEMA = {
  type: 'object',
  properties: { area: { title: '面积', type: 'number', exclusiveMinimum: 0 } },
  required: ['area'],
  additionalProperties: false,
} as const;
const TYPE = `${TEST_ORGANISATIONS.market.creditCode}500`;

const put = (
  overrides: Partial<LicenceTypeRequest> = {},
  by: TestPersonName = 'maker',
  typeCode = TYPE,
): Promise<LicenceType> =>
  putLicenceType(city.service.licences, city.people[by], typeCode, {
    ...{ name: '户外广告登记证', fields: SCHEMA, layout: {}, sealEsId: city.esId },
    ...{ approval: 'single', formats: ['ofd'] },
    ...overrides,
  });

describe('putLicenceType', () => {
  it('records version after version, the same definition once', async () => {
    const versions = [];
    for (const name of ['甲证', '甲证', '乙证']) versions.push((await put({ name })).version);

    const { values } = await city.service.ledger.readStates([statePlaces.licenceType(TYPE)]);
    expect(versions).toEqual([1, 1, 2]);
    expect(values[0]).toMatchObject({ version: 2, name: '乙证' });
    expect(await findLicenceType(city.service, TYPE)).toMatchObject({ version: 2, name: '乙证' });
  });

  it('takes schemas that bear the same $id', async () => {
    const area = { properties: { area: { title: '面积', type: 'number' } } };
    for (const [suffix, fields] of [
      ['501', SCHEMA],
      ['502', { ...SCHEMA, ...area }],
    ] as const) {
      const typeCode = TYPE.slice(0, -3) + suffix;
      await put(
        { fields: { $id: 'https://licences.example.cn/area', ...fields } },
        'maker',
        typeCode,
      );
      const request = buildRequest({ typeCode, fields: { area: 12.5 } });

      const licence = await draftLicence(city.service.licences, city.people.maker, request);

      expect(licence.state).toBe('issued');
    }
  });

  it.each<[string, Partial<LicenceTypeRequest>, string]>([
    ['a schema of no object', { fields: { type: 'string' } }, 'LICENCE_TYPE_MALFORMED'],
    [
      'a schema that takes any member',
      { fields: { ...SCHEMA, additionalProperties: true } },
      'LICENCE_TYPE_MALFORMED',
    ],
    [
      'a schema with an unknown keyword',
      { fields: { ...SCHEMA, maximun: 3 } },
      'LICENCE_TYPE_MALFORMED',
    ],
    ['a layout it does not know', { layout: { columns: 'many' } }, 'LICENCE_TYPE_MALFORMED'],
    ['an unknown seal', { sealEsId: '00000000000000' }, 'SEAL_NOT_FOUND'],
  ])('refuses %s and writes nothing', async (_, overrides, code) => {
    const before = await worldSnapshot(city);

    await expect(put(overrides)).rejects.toMatchObject({ code });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it('refuses a code of another form', async () => {
    await expect(put({}, 'maker', 'X1')).rejects.toMatchObject({ code: 'TYPE_CODE_INVALID' });
  });

  it.each<TestPersonName>(['outsider', 'checker', 'sealMaker', 'auditor', 'holder'])(
    'refuses %s',
    async (by) => {
      await expect(put({ name: '丙证' }, by)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
    },
  );
});
