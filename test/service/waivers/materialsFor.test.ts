import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { putMatter } from '../../../service/src/matters/putMatter.ts';
import { listWholeMatters } from '../../../service/src/matters/wholeMatter.ts';
import { materialsFor, mattersFor } from '../../../service/src/waivers/materialsFor.ts';
import {
  TEST_COMPANY,
  TEST_PERSON,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
beforeAll(async () => {
  city = await testService();
  const standIns = [{ typeCode: TEST_TYPES.single, fields: ['items'] }];
  await putMatter(city.service.licences, city.people.operator, {
    ...{ code: 'M-1', name: '事项' },
    definition: { materials: [{ code: 'a', name: '材料', standIns }] },
  });
});
afterAll(() => city.remove());

const reasonFor = async (holder: typeof TEST_PERSON): Promise<string | undefined> => {
  const { store, clock } = city.service;
  const holderHash = store.holders.holderHash(holder);
  const [material] = await materialsFor({ store }, { matter: 'M-1', holderHash, at: clock.now() });
  return material?.reason;
};

describe('materialsFor', () => {
  it('looks at the fields that this very licence has', async () => {
    await city.issue({ fields: { premises: '南湖市中山路2号' } });
    expect(await reasonFor(TEST_PERSON)).toBe('fieldMissing');

    await city.issue({ validUntil: new Date(Date.now() + 86_400_000) }); // ends first: looked at last
    expect(await reasonFor(TEST_PERSON)).toBe('licence');
  });

  it('goes by all licences of a holder, newest versions only', async () => {
    expect(await reasonFor(TEST_COMPANY)).toBe('noSuchLicence');
    await city.issue({ holder: TEST_COMPANY });
    expect(await reasonFor(TEST_COMPANY)).toBe('licence');
  });

  it('knows nothing of an erased holder', async () => {
    const { store, clock } = city.service;
    await store.holders.erase(store.holders.holderHash(TEST_COMPANY), clock.now());

    expect(await reasonFor(TEST_COMPANY)).toBe('noSuchLicence');
  });

  it('refuses a matter that is not there', async () => {
    const { store, clock } = city.service;

    await expect(
      materialsFor({ store }, { matter: 'M-9', holderHash: null, at: clock.now() }),
    ).rejects.toMatchObject({ code: 'MATTER_NOT_FOUND' });
  });
});

describe('mattersFor', () => {
  it('agrees with what each matter says for itself', async () => {
    const { store, clock } = city.service;
    const holderHash = store.holders.holderHash(TEST_PERSON);
    const catalogue = await listWholeMatters(store);

    expect(await mattersFor({ store }, catalogue, { holderHash, at: clock.now() })).toEqual([
      { code: 'M-1', name: '事项', waived: 1, noSubmission: 0, needed: 0, isPaperless: true },
    ]);
  });
});
