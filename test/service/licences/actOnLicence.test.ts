import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shanghaiDayNumber, startOfShanghaiDay } from '../../../service/src/civilTime.ts';
import {
  actOnLicence,
  LICENCE_LIFECYCLE_NAMES,
  type LicenceLifecycleName,
  type LifecycleRequest,
} from '../../../service/src/licences/actOnLicence.ts';
import { draftLicence } from '../../../service/src/licences/draftLicence.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verify } from '../../../service/src/verification/verifier.ts';
import {
  buildRequest,
  testService,
  TEST_TYPES,
  type TestPersonName,
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

const act = (
  identifier: string,
  name: LicenceLifecycleName,
  by: TestPersonName = 'checker',
  overrides: Partial<LifecycleRequest> = {},
): Promise<Licence> =>
  actOnLicence(city.service.licences, city.people[by], identifier, {
    ...{ name, reason: 'other', effectiveFrom: null },
    ...overrides,
  });

const verdict = async (
  identifier: string,
  times: Readonly<{ at?: Date; knownAt?: Date }> = {},
): Promise<string> => {
  const report = await verify(city.service.verification, {
    evidence: { kind: 'identifier', text: identifier },
    ...times,
    language: 'zh-CN',
    context: PUBLIC_USE,
  });
  return report.subIndication ?? report.indication;
};

describe('actOnLicence', () => {
  it('suspends, reinstates and revokes', async () => {
    const { identifier } = await city.issue();

    const states = [];
    for (const name of ['suspend', 'reinstate', 'revoke'] as const) {
      states.push((await act(identifier, name)).state);
    }

    expect(states).toEqual(['suspended', 'issued', 'revoked']);
  });

  it.each<[LicenceLifecycleName, string, string]>([
    ['cancel', 'cancelled', 'LICENCE_CANCELLED'],
    ['withdraw', 'withdrawn', 'LICENCE_WITHDRAWN'],
    ['lapse', 'lapsed', 'LICENCE_LAPSED'],
    ['transferOut', 'transferred', 'LICENCE_TRANSFERRED'],
  ])('%s: the next verification sees it', async (name, state, subIndication) => {
    const { identifier } = await city.issue();

    const after = await act(identifier, name);

    expect(after.state).toBe(state);
    expect(await verdict(identifier)).toBe(subIndication);
  });

  it('withdraws back to the day of issue; what was known before stays known', async () => {
    const { identifier, issuedAt } = await city.issue();
    const effectiveFrom = issuedAt ?? new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const between = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));

    await act(identifier, 'withdraw', 'checker', { effectiveFrom, reason: 'fraud' });

    expect(await verdict(identifier, { at: between })).toBe('LICENCE_WITHDRAWN');
    expect(await verdict(identifier, { at: between, knownAt: between })).toBe('TOTAL-PASSED');
  });

  it.each([
    ['withdraw', 400],
    ['suspend', 0],
  ] as const)('%s: from the issue on if it is said to reach back further', async (name, days) => {
    const { identifier, issuedAt } = await city.issue();
    const at = issuedAt ?? new Date(0);
    const dayOfIssue = startOfShanghaiDay(shanghaiDayNumber(at)).getTime();
    const effectiveFrom = new Date(dayOfIssue - days * 86_400_000);

    const { state } = await act(identifier, name, 'checker', { effectiveFrom });

    expect(await verdict(identifier, { at })).toBe(`LICENCE_${state.toUpperCase()}`);
  });

  it.each(LICENCE_LIFECYCLE_NAMES)('does not %s what is revoked', async (name) => {
    const { identifier } = await city.issue();
    await act(identifier, 'revoke');
    const before = await worldSnapshot(city);

    await expect(act(identifier, name)).rejects.toMatchObject({
      code: 'LICENCE_STATE_CONFLICT',
    });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it.each<TestPersonName>(['outsider', 'holder', 'auditor', 'sealMaker', 'operator', 'clerk'])(
    'refuses %s',
    async (by) => {
      const { identifier } = await city.issue();
      const before = await worldSnapshot(city);

      await expect(act(identifier, 'revoke', by)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });

      expect(await worldSnapshot(city)).toEqual(before);
    },
  );

  it.each([
    ['on a day before the licence was issued', -86_400_000],
    ['in the future', 86_400_000],
  ])('takes no effect %s', async (_, difference) => {
    const { identifier } = await city.issue();
    const before = await worldSnapshot(city);
    const effectiveFrom = new Date(Date.now() + difference);

    await expect(act(identifier, 'revoke', 'maker', { effectiveFrom })).rejects.toMatchObject({
      code: 'EFFECTIVE_TIME_INVALID',
    });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it('has nothing to do with drafts', async () => {
    const request = buildRequest({ typeCode: TEST_TYPES.dual });
    const { identifier } = await draftLicence(city.service.licences, city.people.maker, request);
    const before = await worldSnapshot(city);

    await expect(act(identifier, 'revoke')).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' });

    expect(await worldSnapshot(city)).toEqual(before);
  });
});
