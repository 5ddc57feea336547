import { describe, expect, it } from '@jest/globals';

import { statePlaces } from '../../../chaincode/src/statePlaces.js';
import { cityFixture, digest, licenceType, TYPE } from '../support/city.js';
import { signAct } from '../support/contractFixture.js';

describe('catalogue.putLicenceType', () => {
  it('keeps every version beside the current one', async () => {
    const city = await cityFixture();
    const second = licenceType(TYPE, 'dual', ['ofd', 'pdf'], 2);

    const { writes } = await city.submit([
      signAct(city.issuer, 'catalogue.putLicenceType', second),
    ]);

    expect(Object.keys(writes).slice(0, 2)).toEqual([
      `licenceType~${TYPE}`,
      `licenceType~${TYPE}~2`,
    ]);
    expect(await city.read(statePlaces.licenceType(TYPE))).toMatchObject({ version: 2 });
    expect(await city.read(statePlaces.licenceTypeVersion(TYPE, 1))).toMatchObject({
      approval: 'single',
    });
  });

  it.each([
    [
      'a version that leaves a gap',
      licenceType(TYPE, 'single', ['ofd'], 3),
      'CATALOGUE_VERSION_CONFLICT',
    ],
    [
      'a version that is there',
      licenceType(TYPE, 'single', ['ofd'], 1),
      'CATALOGUE_VERSION_CONFLICT',
    ],
    [
      'a wrong type code',
      licenceType('111000000000133380001', 'single', ['ofd']),
      'TYPE_CODE_INVALID',
    ],
    [
      'a format given twice',
      licenceType(TYPE, 'single', ['ofd', 'ofd'], 2),
      'DOCUMENT_FORMAT_MISMATCH',
    ],
  ])('refuses %s', async (_, body, code) => {
    const city = await cityFixture();

    expect(await city.outcomeOf(signAct(city.operator, 'catalogue.putLicenceType', body))).toBe(
      code,
    );
  });

  it('refuses a seal maker', async () => {
    const city = await cityFixture();
    const act = signAct(
      city.sealMaker,
      'catalogue.putLicenceType',
      licenceType(TYPE, 'single', ['ofd'], 2),
    );

    expect(await city.outcomeOf(act)).toBe('NOT_AUTHORISED');
  });
});

describe('catalogue.putMatter', () => {
  it('keeps every version beside the current one', async () => {
    const city = await cityFixture();
    const body = { code: 'M-1', version: 1, name: 'A matter', definitionDigest: digest(1) };

    const { writes } = await city.submit([signAct(city.registrar, 'catalogue.putMatter', body)]);

    expect(Object.keys(writes).slice(0, 2)).toEqual(['matter~M-1', 'matter~M-1~1']);
    expect(await city.outcomeOf(signAct(city.registrar, 'catalogue.putMatter', body))).toBe(
      'CATALOGUE_VERSION_CONFLICT',
    );
  });
});
