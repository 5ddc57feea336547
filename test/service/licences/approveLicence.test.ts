import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../service/src/access.ts';
import { approveLicence, returnLicence } from '../../../service/src/licences/approveLicence.ts';
import { changeDraft, draftLicence } from '../../../service/src/licences/draftLicence.ts';
import {
  buildRequest,
  testService,
  TEST_ORGANISATIONS,
  TEST_TYPES,
  type TestService,
} from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

let city: TestService;
beforeAll(async () => {
  city = await testService();
});
afterAll(async () => {
  await city.remove();
});

const { market, health } = TEST_ORGANISATIONS;

/** Somebody who is maker and checker at once. */
const both = (): Principal => ({
  ...city.people.maker,
  roles: [
    { role: 'issuer', organisation: market.creditCode },
    { role: 'approver', organisation: market.creditCode },
  ],
});

const draftBy = async (principal: Principal): Promise<string> => {
  const request = buildRequest({ typeCode: TEST_TYPES.dual });
  return (await draftLicence(city.service.licences, principal, request)).identifier;
};

describe('approveLicence', () => {
  it('issues with both formats and both people', async () => {
    const identifier = await draftBy(city.people.maker);

    const issued = await approveLicence(city.service.licences, city.people.checker, identifier);

    expect(issued).toMatchObject({
      state: 'issued',
      makerId: city.people.maker.id,
      approverId: city.people.checker.id,
    });
    expect(issued.documents.map(({ format }) => format)).toEqual(['ofd', 'pdf']);
    expect(issued.ledger).not.toBeNull();
  });

  it.each([
    ['its own maker', both, 'APPROVER_IS_MAKER'],
    ['a maker without the approver’s role', () => city.people.maker, 'NOT_AUTHORISED'],
    [
      'an approver of another department',
      () => ({
        ...city.people.checker,
        roles: [{ role: 'approver' as const, organisation: health.creditCode }],
      }),
      'NOT_AUTHORISED',
    ],
  ])('refuses %s and writes nothing', async (_, principal, code) => {
    const identifier = await draftBy(city.people.maker);
    const before = await worldSnapshot(city);

    const { licences } = city.service;
    await expect(approveLicence(licences, principal(), identifier)).rejects.toMatchObject({ code });
    await expect(returnLicence(licences, principal(), identifier, '')).rejects.toMatchObject({
      code,
    });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it('refuses whoever changed the draft last', async () => {
    const identifier = await draftBy(city.people.maker);
    const changer = { ...both(), id: city.people.checker.id };
    await changeDraft(city.service.licences, changer, identifier, {});

    await expect(
      approveLicence(city.service.licences, city.people.checker, identifier),
    ).rejects.toMatchObject({ code: 'APPROVER_IS_MAKER' });
  });

  it('issues what the approver was shown, and nothing else', async () => {
    const { licences } = city.service;
    const identifier = await draftBy(city.people.maker);
    const request = buildRequest({ typeCode: TEST_TYPES.dual });
    await changeDraft(licences, city.people.maker, identifier, request);
    const { holder, fields, validFrom, validUntil } = request;
    const shown = {
      ...{ holder: { ...holder }, fields, validFrom: validFrom.toISOString() },
      validUntil: validUntil?.toISOString() ?? null,
    };
    const other = { ...request, holder: { ...holder, name: '另一个名字' } };
    await changeDraft(licences, city.people.maker, identifier, other);

    await expect(
      approveLicence(licences, city.people.checker, identifier, shown),
    ).rejects.toMatchObject({ code: 'LICENCE_STATE_CONFLICT' });

    await changeDraft(licences, city.people.maker, identifier, request);
    const issued = await approveLicence(licences, city.people.checker, identifier, shown);
    expect(issued.state).toBe('issued');
  });

  it('issues once when two approve at the same time', async () => {
    const identifier = await draftBy(city.people.maker);
    const approve = (): Promise<unknown> =>
      approveLicence(city.service.licences, city.people.checker, identifier);

    const answers = await Promise.allSettled([approve(), approve()]);

    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await city.service.store.licences.find(identifier)).toMatchObject({ state: 'issued' });
  });

  it('does not find what is not there', async () => {
    await expect(
      approveLicence(city.service.licences, city.people.checker, 'none'),
    ).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' });
  });
});
