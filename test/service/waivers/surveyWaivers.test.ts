import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { putMatter } from '../../../service/src/matters/putMatter.ts';
import { waiverSurveyor } from '../../../service/src/waivers/surveyWaivers.ts';
import { TEST_TYPES, testService, type TestService } from '../../support/testService.ts';

let city: TestService;
beforeAll(async () => {
  city = await testService();
});
afterAll(() => city.remove());

const putAsking = async (code: string, typeCode: string): Promise<void> => {
  const standIns = [{ typeCode, fields: [] }];
  await putMatter(city.service.licences, city.people.operator, {
    ...{ code, name: code },
    definition: { yearlyCases: 5, materials: [{ code: 'a', name: '材料', standIns }] },
  });
};

describe('a surveyor that has looked before', () => {
  it('finds what one finds that never did, whatever happened in between', async () => {
    const known = waiverSurveyor(city.service);
    const { licences } = city.service;
    let identifier = '';
    const happenings: (() => Promise<unknown>)[] = [
      () => putAsking('M-1', TEST_TYPES.single),
      async () => ({ identifier } = await city.issue()),
      () => putAsking('M-2', TEST_TYPES.dual),
      () => city.issue({ typeCode: TEST_TYPES.dual }),
      () =>
        actOnLicence(licences, city.people.maker, identifier, {
          name: 'revoke',
          reason: 'penalty',
          effectiveFrom: null,
        }),
      () => putAsking('M-1', TEST_TYPES.dual),
    ];
    const saved = [];
    for (const happen of happenings) {
      await happen();
      const found = await known();
      const fresh = await waiverSurveyor(city.service)();
      const { at, recounted } = found;
      expect(found).toEqual({ ...fresh, at, recounted });
      saved.push(found.totals.papersSaved);
    }

    expect(saved).toEqual([0, 5, 5, 10, 5, 10]);
  });

  it('gives the same answer as long as nothing changed', async () => {
    const known = waiverSurveyor(city.service);
    const first = await known();

    const second = await known();

    expect(second.matters).toBe(first.matters);
    expect(second.recounted).toBe(0);
  });
});
