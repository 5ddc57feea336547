import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RevokedCertificate } from '../../../service/src/store/store.ts';
import { testService, type TestService } from '../../support/testService.ts';

const CA = 'ca'.repeat(20);
const AT = new Date('2026-06-01T00:00:00Z');
const REVOKED: RevokedCertificate = {
  fingerprint: 'f0'.repeat(32),
  ...{ issuerKeyId: CA, serialNumber: '4001', reason: 'keyCompromise' },
  ...{ revokedAt: AT, revokedBy: 'somebody' },
};

let city: TestService;

beforeEach(async () => {
  city = await testService();
});
afterEach(async () => {
  await city.remove();
});

describe('the store of revocations', () => {
  it('keeps each once, also over a restart', async () => {
    await city.service.store.revocations.add(REVOKED);
    await expect(city.service.store.revocations.add(REVOKED)).rejects.toMatchObject({
      code: 'CERTIFICATE_STATE_CONFLICT',
    });
    await city.reopen();

    expect(await city.service.store.revocations.list()).toEqual([REVOKED]);
  });

  it('gives no number of a list twice, also where a list never came', async () => {
    const { revocations } = city.service.store;
    expect(await revocations.nextCrlNumber(CA)).toBe(1);
    expect((await revocations.crls()).map(({ issuerKeyId }) => issuerKeyId)).not.toContain(CA);
    await city.reopen();
    expect(await city.service.store.revocations.nextCrlNumber(CA)).toBe(2);
  });

  it('keeps the newest list of each CA', async () => {
    const { revocations } = city.service.store;
    const number = await revocations.nextCrlNumber(CA);
    const crl = { issuerKeyId: CA, number, thisUpdate: AT, nextUpdate: AT, der: Uint8Array.of(1) };
    await revocations.putCrl(crl);
    await revocations.nextCrlNumber(CA);
    await revocations.putCrl({ ...crl, der: Uint8Array.of(2) }); // too late: a later number is out

    const kept = (await revocations.crls()).find(({ issuerKeyId }) => issuerKeyId === CA);
    expect(kept).toEqual({ ...crl, number: 2 });
  });
});
