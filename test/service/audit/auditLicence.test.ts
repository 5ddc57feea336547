import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditLicence, type LicenceAudit } from '../../../service/src/audit/auditLicence.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { testService, type TestService } from '../../support/testService.ts';

let city: TestService;
let licence: Licence;

beforeAll(async () => {
  city = await testService();
  licence = await city.issue();
});

afterAll(async () => {
  await city.remove();
});

const audit = (at?: Date, knownAt?: Date): Promise<LicenceAudit> =>
  auditLicence(city.service, city.people.auditor, licence.identifier, { at, knownAt });

describe('auditLicence', () => {
  it('tells what held at a moment from what was known at one', async () => {
    const issuedAt = licence.issuedAt!;
    const act = { name: 'revoke', reason: 'fraud', effectiveFrom: issuedAt } as const;
    const beforeRevocation = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await actOnLicence(city.service.licences, city.people.maker, licence.identifier, act);

    const asKnownThen = await audit(issuedAt, beforeRevocation);
    const asKnownNow = await audit(issuedAt);

    expect(asKnownThen.inForce?.state).toBe('issued');
    expect(asKnownNow.inForce?.state).toBe('revoked'); // the revocation reaches back
  });

  it('shows nothing when the look cannot be recorded', async () => {
    const failure = new ServiceError('STORE_UNAVAILABLE', 'the store is full');
    const { store } = city.service;
    const usage = { ...store.usage, append: () => Promise.reject(failure) };
    const parts = { ...city.service, store: { ...store, usage } };

    const asked = { at: undefined, knownAt: undefined };
    const auditing = auditLicence(parts, city.people.auditor, licence.identifier, asked);

    await expect(auditing).rejects.toBe(failure);
  });
});
