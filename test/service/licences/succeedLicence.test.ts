import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatIdentifier } from '@yinxin/chaincode/model';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { approveLicence, returnLicence } from '../../../service/src/licences/approveLicence.ts';
import {
  changeDraft,
  draftLicence,
  removeDraft,
  requireLicence,
} from '../../../service/src/licences/draftLicence.ts';
import {
  succeedLicence,
  type SuccessionRequest,
} from '../../../service/src/licences/succeedLicence.ts';
import { rebuildStore } from '../../../service/src/rebuild/rebuildStore.ts';
import type { Licence } from '../../../service/src/store/store.ts';
import { PUBLIC_USE } from '../../../service/src/usage/recordUse.ts';
import { verify } from '../../../service/src/verification/verifier.ts';
import {
  buildRequest,
  testService,
  TEST_COMPANY,
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  TEST_PERSON,
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

const DAY_MS = 86_400_000;

const succeed = (
  identifier: string,
  request: SuccessionRequest,
  by: TestPersonName = 'maker',
): Promise<Licence> => succeedLicence(city.service.licences, city.people[by], identifier, request);

const verdictOn = async (
  evidence: Parameters<typeof verify>[1]['evidence'],
  at?: Date,
): Promise<string> => {
  const report = await verify(city.service.verification, {
    evidence,
    at,
    language: 'en',
    context: PUBLIC_USE,
  });
  return report.subIndication ?? report.indication;
};

const codeOf = async (identifier: string): Promise<string> =>
  (await city.service.store.licences.parts(identifier))?.codeText ?? '';

const fileOf = async (identifier: string): Promise<Uint8Array> =>
  (await city.service.store.licences.file(identifier, 'ofd')) ?? new Uint8Array();

describe('succeedLicence', () => {
  it('changes a licence: the next version takes its place at once', async () => {
    const first = await city.issue();

    const second = await succeed(first.identifier, {
      operation: 'change',
      fields: { seats: 80, items: null },
    });

    expect(second).toMatchObject({
      version: 2,
      state: 'issued',
      operation: 'change',
      supersedes: first.identifier,
      fields: { premises: TEST_FIELDS.premises, seats: 80 },
      validFrom: first.validFrom,
      validUntil: first.validUntil,
    });
    expect(await requireLicence(city.service.licences, first.identifier)).toMatchObject({
      state: 'superseded',
      supersededBy: second.identifier,
    });
  });

  it('leaves one version that verifies: the other is superseded through every entrance', async () => {
    const first = await city.issue();
    const beforeChange = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await succeed(first.identifier, { operation: 'change', fields: { seats: 2 } });

    for (const [identifier, verdict] of [
      [first.identifier, 'LICENCE_SUPERSEDED'],
      [second.identifier, 'TOTAL-PASSED'],
    ] as const) {
      expect(await verdictOn({ kind: 'identifier', text: identifier })).toBe(verdict);
      expect(await verdictOn({ kind: 'code', text: await codeOf(identifier) })).toBe(verdict);
      expect(await verdictOn({ kind: 'file', bytes: await fileOf(identifier) })).toBe(verdict);
    }
    expect(await verdictOn({ kind: 'identifier', text: first.identifier }, beforeChange)).toBe(
      'TOTAL-PASSED',
    );
  });

  it('drafts the next version where a second person is needed; the current one stays in force', async () => {
    const first = await city.issue({ typeCode: TEST_TYPES.dual });

    const draft = await succeed(first.identifier, { operation: 'change', fields: { seats: 9 } });

    expect(draft).toMatchObject({ state: 'drafted', version: 2, operation: 'change' });
    expect(await verdictOn({ kind: 'identifier', text: first.identifier })).toBe('TOTAL-PASSED');
    const { service, people } = city;
    await returnLicence(service.licences, people.checker, draft.identifier, '座位数有误');
    const { holder, validFrom, validUntil } = draft;
    await changeDraft(service.licences, people.maker, draft.identifier, {
      ...{ holder: holder ?? TEST_PERSON, validFrom, validUntil },
      fields: { ...TEST_FIELDS, seats: 10 },
    });
    const issued = await approveLicence(service.licences, people.checker, draft.identifier);
    expect(issued).toMatchObject({ state: 'issued', version: 2, fields: { seats: 10 } });
    expect(await verdictOn({ kind: 'identifier', text: first.identifier })).toBe(
      'LICENCE_SUPERSEDED',
    );
  });

  it('makes no second new version beside one on its way, and can drop it', async () => {
    const { identifier } = await city.issue({ typeCode: TEST_TYPES.dual });
    const draft = await succeed(identifier, { operation: 'change', fields: { seats: 9 } });

    await expect(succeed(identifier, { operation: 'change' })).rejects.toMatchObject({
      code: 'LICENCE_STATE_CONFLICT',
    });

    await removeDraft(city.service.licences, city.people.maker, draft.identifier);
    await expect(succeed(identifier, { operation: 'change' })).resolves.toMatchObject({
      version: 2,
    });
  });

  it('does not issue a drafted version once the current one is revoked', async () => {
    const { identifier } = await city.issue({ typeCode: TEST_TYPES.dual });
    const draft = await succeed(identifier, { operation: 'change', fields: { seats: 9 } });
    await actOnLicence(city.service.licences, city.people.checker, identifier, {
      ...{ name: 'revoke', reason: 'penalty', effectiveFrom: null },
    });

    await expect(
      approveLicence(city.service.licences, city.people.checker, draft.identifier),
    ).rejects.toMatchObject({ code: 'LICENCE_STATE_CONFLICT' });

    expect(await verdictOn({ kind: 'identifier', text: identifier })).toBe('LICENCE_REVOKED');
  });

  it('lets one of many simultaneous changes pass', async () => {
    const { identifier } = await city.issue();

    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, seats) =>
        succeed(identifier, { operation: 'change', fields: { seats: seats + 1 } }),
      ),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ code: 'LICENCE_STATE_CONFLICT' });
      }
    }
  });

  it('renews: a third version can follow a second', async () => {
    const first = await city.issue();
    const later = (licence: Licence): Date =>
      new Date((licence.validUntil?.getTime() ?? 0) + 365 * DAY_MS);

    const second = await succeed(first.identifier, {
      operation: 'renew',
      validUntil: later(first),
    });
    const third = await succeed(second.identifier, { operation: 'renew', validUntil: null });

    expect(second).toMatchObject({ version: 2, operation: 'renew', validUntil: later(first) });
    expect(third).toMatchObject({ version: 3, supersedes: second.identifier, validUntil: null });
    expect(await verdictOn({ kind: 'identifier', text: third.identifier })).toBe('TOTAL-PASSED');
  });

  it('gives a holder a new name, never another code', async () => {
    const first = await city.issue({ typeCode: TEST_TYPES.dual, holder: TEST_COMPANY });
    const draft = await succeed(first.identifier, {
      operation: 'change',
      holderName: '南湖市新味餐饮管理有限公司',
    });

    expect(draft.holder).toEqual({ ...TEST_COMPANY, name: '南湖市新味餐饮管理有限公司' });
    await expect(
      changeDraft(city.service.licences, city.people.maker, draft.identifier, {
        holder: TEST_PERSON,
      }),
    ).rejects.toMatchObject({ code: 'HOLDER_CODE_INVALID' });
  });

  it.each<[string, SuccessionRequest, string]>([
    ['a renewal without an end', { operation: 'renew' }, 'LICENCE_PERIOD_INVALID'],
    [
      'a renewal that shortens',
      { operation: 'renew', validUntil: new Date(Date.now() + DAY_MS) },
      'LICENCE_PERIOD_INVALID',
    ],
    [
      'fields that do not fit',
      { operation: 'change', fields: { seats: 'many' } },
      'LICENCE_FIELDS_INVALID',
    ],
    [
      'a required field removed',
      { operation: 'change', fields: { premises: null } },
      'LICENCE_FIELDS_INVALID',
    ],
    [
      'a period that ends before it begins',
      { operation: 'change', validUntil: new Date(0) },
      'LICENCE_PERIOD_INVALID',
    ],
    ['a name no font can draw', { operation: 'change', holderName: '\u{10FFFD}' }, 'GLYPH_MISSING'],
  ])('refuses %s', async (_, request, code) => {
    const { identifier } = await city.issue();
    const before = await worldSnapshot(city);

    await expect(succeed(identifier, request)).rejects.toMatchObject({ code });

    expect(await worldSnapshot(city)).toEqual(before);
  });

  it.each<TestPersonName>(['outsider', 'holder', 'auditor', 'sealMaker', 'operator', 'clerk'])(
    'refuses %s',
    async (by) => {
      const { identifier } = await city.issue();

      await expect(succeed(identifier, { operation: 'change' }, by)).rejects.toMatchObject({
        code: 'NOT_AUTHORISED',
      });
    },
  );

  it('comes back from the ledger', async () => {
    const first = await city.issue();
    const second = await succeed(first.identifier, { operation: 'change', fields: { seats: 3 } });

    await rebuildStore(city.service);

    const { licences } = city.service;
    expect(await requireLicence(licences, first.identifier)).toMatchObject({
      state: 'superseded',
      supersededBy: second.identifier,
    });
    expect(await requireLicence(licences, second.identifier)).toMatchObject({
      state: 'issued',
      supersedes: first.identifier,
    });
  });
});

describe('a transfer', () => {
  const transferOut = (identifier: string): Promise<Licence> =>
    actOnLicence(city.service.licences, city.people.checker, identifier, {
      ...{ name: 'transferOut', reason: 'holderRequest', effectiveFrom: null },
    });
  const takeOver = (takesOver: string, holder = TEST_PERSON): Promise<Licence> =>
    draftLicence(city.service.licences, city.people.maker, buildRequest({ takesOver, holder }));

  it('ends one licence and begins another', async () => {
    const old = await city.issue();
    await transferOut(old.identifier);
    expect(await verdictOn({ kind: 'code', text: await codeOf(old.identifier) })).toBe(
      'LICENCE_TRANSFERRED',
    );

    const taken = await takeOver(old.identifier);

    expect(taken).toMatchObject({
      version: 1,
      operation: 'transferIn',
      supersedes: old.identifier,
    });
    expect(await verdictOn({ kind: 'identifier', text: taken.identifier })).toBe('TOTAL-PASSED');
    expect(await requireLicence(city.service.licences, old.identifier)).toMatchObject({
      state: 'transferred',
      supersededBy: taken.identifier,
    });
  });

  it('can be undone until somebody has taken over', async () => {
    const old = await city.issue();
    const undo = (): Promise<Licence> =>
      actOnLicence(city.service.licences, city.people.checker, old.identifier, {
        ...{ name: 'reinstate', reason: 'error', effectiveFrom: null },
      });
    await transferOut(old.identifier);
    expect((await undo()).state).toBe('issued');
    await transferOut(old.identifier);
    await takeOver(old.identifier);

    await expect(undo()).rejects.toMatchObject({ code: 'LICENCE_STATE_CONFLICT' });
  });

  it('takes over from an issuer on another ledger', async () => {
    const foreign = formatIdentifier({
      typeCode: TEST_TYPES.single,
      issuer: TEST_ORGANISATIONS.health.creditCode,
      serial: 'ELSEWHERE1',
      version: 3,
    });

    const taken = await takeOver(foreign);

    expect(taken).toMatchObject({ state: 'issued', supersedes: foreign });
  });

  it.each([
    ['what is not transferred out', false, TEST_PERSON, 'LICENCE_STATE_CONFLICT'],
    ['somebody else’s licence', true, TEST_COMPANY, 'HOLDER_CODE_INVALID'],
  ])('does not take over %s', async (_, isTransferred, holder, code) => {
    const old = await city.issue();
    if (isTransferred) await transferOut(old.identifier);

    await expect(takeOver(old.identifier, holder)).rejects.toMatchObject({ code });
  });

  it('is taken over once', async () => {
    const old = await city.issue();
    await transferOut(old.identifier);
    await takeOver(old.identifier);

    await expect(takeOver(old.identifier)).rejects.toMatchObject({ code: 'ACT_REFUSED' });
  });
});
