import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';
import { putMatter } from '../../../service/src/matters/putMatter.ts';
import type { Matter } from '../../../service/src/store/store.ts';
import { testService, type TestPersonName, type TestService } from '../../support/testService.ts';

let city: TestService;
beforeAll(async () => {
  city = await testService();
});
afterAll(async () => {
  await city.remove();
});

const put = (name: string, by: TestPersonName = 'operator'): Promise<Matter> =>
  putMatter(city.service.licences, city.people[by], { code: 'M-1', name, definition: {} });

describe('putMatter', () => {
  it('records version after version, the same definition once', async () => {
    const versions = [];
    for (const name of ['甲', '甲', '乙']) versions.push((await put(name)).version);

    const { values } = await city.service.ledger.readStates([statePlaces.matter('M-1')]);
    expect(versions).toEqual([1, 1, 2]);
    expect(values[0]).toMatchObject({ version: 2, name: '乙' });
    expect(await city.service.store.matters.find('M-1')).toMatchObject({ name: '乙' });
  });

  it.each<TestPersonName>(['maker', 'clerk', 'holder', 'auditor'])('refuses %s', async (by) => {
    await expect(put('丙', by)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });
});
