import { afterEach, describe, expect, it } from '@jest/globals';
import { openService } from '../../../service/src/composition/openService.ts';
import { testService, TEST_TYPES, type TestService } from '../../support/testService.ts';

let city: TestService | null = null;

afterEach(async () => {
  await city?.remove();
  city = null;
});

describe('openService', () => {
  it('issues, and finds what it issued after a restart', async () => {
    city = await testService();
    const single = await city.issue();
    const dual = await city.issue({ typeCode: TEST_TYPES.dual });

    const { store } = await city.reopen();

    expect(single.state).toBe('issued');
    expect(await store.licences.facts(single.identifier)).toMatchObject({ state: 'issued' });
    expect((await store.licences.facts(dual.identifier))?.documents).toHaveLength(2);
    expect(city.warnings).toEqual([]);
  });

  it('does not open a folder that is open', async () => {
    city = await testService();
    const { clock, publicUrl } = city.service;
    const world = { clock, publicUrl, log: { warn: () => undefined } };

    await expect(openService(city.config, world)).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
  });
});
