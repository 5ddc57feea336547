import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../service/src/errors.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verifyBatch } from '../../../service/src/verification/verifyBatch.ts';
import { testService, type TestService } from '../../support/testService.ts';

let city: TestService;
let code: string;

beforeAll(async () => {
  city = await testService();
  const { identifier } = await city.issue();
  code = (await city.service.store.licences.parts(identifier))!.codeText;
});

afterAll(async () => {
  await city.remove();
});

const request = { language: 'en', context: PUBLIC_USE } as const;

describe('verifyBatch', () => {
  it('gives a report a code, in order, also for what is no code', async () => {
    const codes = [code, 'nonsense', code];

    const reports = await verifyBatch(city.service.verification, { codes, ...request });

    expect(reports.map((one) => [one.indication, one.subIndication])).toEqual([
      ['TOTAL-PASSED', null],
      ['INDETERMINATE', 'FORMAT_FAILURE'],
      ['TOTAL-PASSED', null],
    ]);
  });

  it('discloses nothing when the uses cannot be recorded', async () => {
    const failure = new ServiceError('STORE_UNAVAILABLE', 'the store is full');
    const { verification } = city.service;
    const usage = { ...verification.store.usage, append: () => Promise.reject(failure) };
    const parts = { ...verification, store: { ...verification.store, usage } };

    const verifying = verifyBatch(parts, { codes: [code], ...request });

    await expect(verifying).rejects.toBe(failure);
  });
});
