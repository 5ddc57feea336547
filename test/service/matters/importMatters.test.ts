import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActRecorder } from '../../../service/src/ledger/ledger.ts';
import { importMatters } from '../../../service/src/matters/importMatters.ts';
import { Died } from '../../support/faultyRecorder.ts';
import { testService, type TestService } from '../../support/testService.ts';

let city: TestService;
beforeAll(async () => {
  city = await testService();
});
afterAll(() => city.remove());

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const take = (file: Uint8Array, parts = city.service.licences): ReturnType<typeof importMatters> =>
  importMatters(parts, city.people.operator, { file, isDryRun: false });

describe('importMatters', () => {
  it('is the operator’s alone', async () => {
    const order = { file: bytesOf('code,name\nA,甲'), isDryRun: true };

    await expect(
      importMatters(city.service.licences, city.people.maker, order),
    ).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
  });

  it('reads what spreadsheets in Chinese save', async () => {
    const gb18030 = Buffer.concat([
      Buffer.from('code,name\r\nG-1,'),
      Buffer.from([0xca, 0xc2, 0xcf, 0xee]), // 事项
    ]);

    await take(gb18030);

    expect(await city.service.store.matters.find('G-1')).toMatchObject({ name: '事项' });
  });

  it('is completed by the same file where it was broken off', async () => {
    const { licences, store } = city.service;
    const file = bytesOf('code,name\nK-1,甲\nK-2,乙\nK-3,丙');
    let left = 1;
    const dying: ActRecorder = {
      record: (act) => (left-- > 0 ? licences.recorder.record(act) : Promise.reject(new Died())),
    };

    await expect(take(file, { ...licences, recorder: dying })).rejects.toThrow(Died);
    const kept = await Promise.all(['K-1', 'K-2', 'K-3'].map((code) => store.matters.find(code)));
    const { codes } = await take(file);

    expect(kept.filter((one) => one !== null)).toHaveLength(1);
    expect(codes.added).toHaveLength(2);
    expect(codes.unchanged).toHaveLength(1);
  });
});
