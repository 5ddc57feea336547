import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseCredential } from '../../../service/src/credentials/sdJwt.ts';
import {
  disclose,
  prepareDisclosure,
  type DisclosureOrder,
} from '../../../service/src/disclosure/prepareDisclosure.ts';
import { ServiceError } from '../../../service/src/errors.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { useDetailsOf } from '../../../service/src/usage/recordUse.ts';
import {
  TEST_FIELDS,
  TEST_PERSON,
  testService,
  type TestService,
} from '../../support/testService.ts';

let city: TestService;
let licence: Licence;
beforeAll(async () => {
  city = await testService();
  licence = await city.issue();
});
afterAll(async () => {
  await city.remove();
});

const order = (overrides: Partial<DisclosureOrder> = {}): DisclosureOrder => ({
  identifier: licence.identifier,
  fields: ['premises', 'holderName'],
  kind: 'presentation',
  context: {
    ...{ channel: 'window', window: 'W01', clerk: city.people.clerk.id },
    ...{ matter: 'M-1', purpose: '开办餐馆' },
  },
  details: { presentation: 'P-1' },
  language: 'zh-CN',
  ...overrides,
});

describe('prepareDisclosure', () => {
  it('discloses exactly the fields that were asked for, and says so', async () => {
    const found = await prepareDisclosure(city.service.verification, order());

    expect(found.report).toMatchObject({ indication: 'TOTAL-PASSED', subIndication: null });
    expect(found.fields).toStrictEqual({
      premises: TEST_FIELDS.premises,
      holderName: TEST_PERSON.name,
    });
    expect(useDetailsOf(found.use.record)).toStrictEqual({
      fields: ['premises', 'holderName'],
      presentation: 'P-1',
    });
    expect(found.use.holderHash).toBe(licence.holderHash);
  });

  it('gives a credential with just these', async () => {
    const { credential } = await prepareDisclosure(city.service.verification, order());

    const shown = parseCredential(credential!);
    expect(shown.isConsistent).toBe(true);
    expect(shown.fields).toStrictEqual({ premises: TEST_FIELDS.premises });
    expect(shown.holder).toStrictEqual({ name: TEST_PERSON.name });
  });

  it('knows no fields that the licence does not have', async () => {
    const asked = order({ fields: ['salary', 'constructor', 'holderCode', 'holderCode'] });

    const { fields } = await prepareDisclosure(city.service.verification, asked);

    expect(fields).toStrictEqual({ holderCode: TEST_PERSON.code });
  });

  it('gives no credential where only the verdict was asked for', async () => {
    const found = await prepareDisclosure(city.service.verification, order({ fields: null }));

    expect(found).toMatchObject({ fields: {}, credential: null });
    expect(useDetailsOf(found.use.record)).not.toHaveProperty('fields');
  });

  it('discloses nothing of a revoked licence', async () => {
    const { identifier } = await city.issue();
    await actOnLicence(city.service.licences, city.people.maker, identifier, {
      ...{ name: 'revoke', reason: 'error', effectiveFrom: null },
    });

    const found = await prepareDisclosure(city.service.verification, order({ identifier }));

    expect(found.report.subIndication).toBe('LICENCE_REVOKED');
    expect(found).toMatchObject({ fields: {}, credential: null });
    expect(found.use).toMatchObject({ reason: 'LICENCE_REVOKED', licence: identifier });
  });

  it('discloses nothing while the ledger is out of reach', async () => {
    const away = (): Promise<never> =>
      Promise.reject(new ServiceError('LEDGER_UNAVAILABLE', 'away'));
    const { verification } = city.service;
    const ledger = { ...verification.ledger, readStates: away, history: away };

    const found = await prepareDisclosure({ ...verification, ledger }, order());

    expect(found.report).toMatchObject({ indication: 'INDETERMINATE', subIndication: 'TRY_LATER' });
    expect(found).toMatchObject({ fields: {}, credential: null });
    expect(found.use.holderHash).toBe(licence.holderHash);
  });
});

describe('disclose', () => {
  it('has recorded the use when it resolves', async () => {
    const { use } = await disclose(city.service.verification, order());

    expect(await city.service.store.usage.find(use.id)).toMatchObject({ kind: 'presentation' });
  });

  it('answers nothing when the use cannot be recorded', async () => {
    const { usage } = city.service.store;
    const append = jest.spyOn(usage, 'append').mockRejectedValueOnce(new Error('disk full'));

    await expect(disclose(city.service.verification, order())).rejects.toThrow('disk full');
    append.mockRestore();
  });
});
