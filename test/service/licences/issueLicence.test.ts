import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces, type Mandate } from '@yinxin/chaincode/model';
import type { ServiceError } from '../../../service/src/errors.ts';
import type { Signer } from '../../../service/src/keys/signer.ts';
import { approveLicence } from '../../../service/src/licences/approveLicence.ts';
import { draftLicence } from '../../../service/src/licences/draftLicence.ts';
import type { LicenceParts } from '../../../service/src/licences/parts.ts';
import { actOnSeal, setMandate } from '../../../service/src/seals/actOnSeal.ts';
import { OPEN_MANDATE } from '../../../service/src/seals/makeSeal.ts';
import type { Licence, LicenceType } from '../../../service/src/store/store.ts';
import { addSealedType } from '../../support/evidence.ts';
import { faultyRecorder } from '../../support/faultyRecorder.ts';
import { testClock } from '../../support/testClock.ts';
import {
  buildRequest,
  testService,
  TEST_TYPES,
  type TestService,
} from '../../support/testService.ts';
import { worldSnapshot } from '../../support/worldSnapshot.ts';

const DAY_MS = 86_400_000;
const clock = testClock('2026-06-01T02:00:00.000Z');
let city: TestService;
let signatures = 0;
let suffix = 200;

beforeAll(async () => {
  city = await testService({ clock });
});
afterAll(async () => {
  await city.remove();
});

/** The use cases with every signer counting its signatures. */
function countingParts(overrides: Partial<LicenceParts> = {}): LicenceParts {
  const { licences } = city.service;
  signatures = 0;
  return {
    ...licences,
    signersOf: async (creditCode) => {
      const signers = await licences.signersOf(creditCode);
      const counted = (Object.entries(signers) as [string, Signer][]).map(
        ([name, signer]): [string, Signer] => [name, counting(signer)],
      );
      return Object.fromEntries(counted) as unknown as typeof signers; // the same names
    },
    ...overrides,
  };
}

function counting(signer: Signer): Signer {
  return {
    ...signer,
    sign: (bytes) => {
      signatures += 1;
      return signer.sign(bytes);
    },
  };
}

const issue = (type: Pick<LicenceType, 'typeCode'>, parts = countingParts()): Promise<Licence> =>
  draftLicence(parts, city.people.maker, buildRequest({ typeCode: type.typeCode }, clock.now()));

const newType = async (): Promise<LicenceType> => {
  suffix += 1;
  return await addSealedType(city, String(suffix));
};

const limit = (type: LicenceType, mandate: Partial<Mandate>): Promise<unknown> =>
  setMandate(city.service.seals, city.people.sealMaker, type.sealEsId, {
    ...OPEN_MANDATE,
    ...mandate,
  });

const act = (type: LicenceType, name: 'suspend' | 'revoke'): Promise<unknown> =>
  actOnSeal(city.service.seals, city.people.sealMaker, type.sealEsId, {
    ...{ name, reason: 'other', effectiveFrom: null },
  });

describe('issueLicence', () => {
  it('records digests of what readers get, and nothing of the holder', async () => {
    const type = await newType();

    const { identifier, base, documents } = await issue(type);

    const { values } = await city.service.ledger.readStates([
      statePlaces.licence(base),
      statePlaces.licenceVersion(base, 1),
    ]);
    expect(values[0]).toMatchObject({ identifier, state: 'issued' });
    expect(values[1]).toMatchObject({
      documents: documents.map(({ format, sha256, sm3, size }) => ({ format, sha256, sm3, size })),
      sealSignature: { esId: type.sealEsId },
    });
  });

  it.each<[string, string, (type: LicenceType) => Promise<unknown>]>([
    ['the seal is suspended', 'SEAL_SUSPENDED', (type) => act(type, 'suspend')],
    ['the seal is revoked', 'SEAL_REVOKED', (type) => act(type, 'revoke')],
    [
      'the seal is not for this type',
      'SEAL_OUTSIDE_MANDATE',
      (type) => limit(type, { licenceTypes: [TEST_TYPES.single] }),
    ],
    [
      'the mandate has ended',
      'SEAL_OUTSIDE_MANDATE',
      (type) => limit(type, { validUntil: new Date(clock.now().getTime() - 1).toISOString() }),
    ],
    [
      'the mandate has not begun',
      'SEAL_OUTSIDE_MANDATE',
      (type) => limit(type, { validFrom: new Date(clock.now().getTime() + 1).toISOString() }),
    ],
    [
      'a second person is wanted',
      'SEAL_OUTSIDE_MANDATE',
      (type) => limit(type, { requiresSecondPerson: true }),
    ],
    [
      'the day’s uses are spent',
      'SEAL_OUTSIDE_MANDATE',
      async (type) => {
        await limit(type, { usesPerDay: 2 });
        await issue(type);
        await issue(type);
      },
    ],
  ])('signs and writes nothing when %s', async (_, code, arrange) => {
    const type = await newType();
    await arrange(type);
    const before = await worldSnapshot(city);

    const attempt = issue(type);

    await expect(attempt).rejects.toMatchObject({ code });
    expect(signatures).toBe(0);
    expect(await worldSnapshot(city)).toEqual(before);
  });

  it('counts a seal’s uses by days of Asia/Shanghai', async () => {
    const type = await newType();
    await limit(type, { usesPerDay: 1 });
    clock.set('2026-06-02T15:59:59.999Z');
    await issue(type);
    await expect(issue(type)).rejects.toMatchObject({ code: 'SEAL_OUTSIDE_MANDATE' });

    clock.set('2026-06-02T16:00:00.000Z');

    await expect(issue(type)).resolves.toMatchObject({ state: 'issued' });
  });

  it('never exceeds the day’s uses, however many ask at once', async () => {
    const type = await newType();
    await limit(type, { usesPerDay: 3 });

    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => issue(type)));

    const issued = answers.filter(({ status }) => status === 'fulfilled');
    const codes = answers.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as ServiceError).code] : [],
    );
    expect(issued).toHaveLength(3);
    expect(new Set(codes)).toEqual(new Set(['SEAL_OUTSIDE_MANDATE']));
  });

  it('leaves nothing when the ledger refuses after staging', async () => {
    const type = await newType();
    const { recorder } = city.service.licences;
    const before = await worldSnapshot(city);

    const attempt = issue(type, countingParts({ recorder: faultyRecorder(recorder, 'refuses') }));

    await expect(attempt).rejects.toMatchObject({ code: 'SEAL_SUSPENDED' });
    expect(await worldSnapshot(city)).toEqual({ ...before, Person: expect.any(Number) });
  });

  it('gives the draft back when the ledger refuses its issue', async () => {
    const { licences } = city.service;
    const request = buildRequest({ typeCode: TEST_TYPES.dual }, clock.now());
    const { identifier } = await draftLicence(licences, city.people.maker, request);
    const before = await worldSnapshot(city);

    const parts = { ...licences, recorder: faultyRecorder(licences.recorder, 'refuses') };
    const attempt = approveLicence(parts, city.people.checker, identifier);

    await expect(attempt).rejects.toMatchObject({ code: 'SEAL_SUSPENDED' });
    expect(await worldSnapshot(city)).toEqual(before);
    await expect(approveLicence(licences, city.people.checker, identifier)).resolves.toMatchObject({
      state: 'issued',
    });
  });

  it('signs nothing under a seal whose period is over', async () => {
    const type = await newType();
    const now = clock.now();
    clock.advance(1501 * DAY_MS);
    await city.service.licences.signersOf(type.issuer ?? ''); // new keys go to the ledger first
    const before = await worldSnapshot(city);

    await expect(issue(type)).rejects.toMatchObject({ code: 'SEAL_EXPIRED' });
    expect(signatures).toBe(0);
    expect(await worldSnapshot(city)).toEqual(before);
    clock.set(now);
  });

  it('signs nothing with a key that may sign no more', async () => {
    const type = await newType();
    const before = await worldSnapshot(city);
    const now = clock.now();

    clock.advance(1900 * DAY_MS); // act keys sign for five years, and nobody is left to vouch for new ones

    await expect(issue(type)).rejects.toMatchObject({ code: 'KEY_UNFIT' });
    expect(await worldSnapshot(city)).toEqual(before);
    clock.set(now);
  });
});
