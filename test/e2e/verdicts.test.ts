/** The verdict table: every situation through every entrance, by use case and over HTTP. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ActReason } from '@yinxin/chaincode/model';
import { ServiceError } from '../../service/src/errors.ts';
import {
  actOnLicence,
  type LicenceLifecycleName,
} from '../../service/src/licences/actOnLicence.ts';
import type { Signer } from '../../service/src/keys/signer.ts';
import type { LicenceRequest } from '../../service/src/licences/draftLicence.ts';
import { draftLicence } from '../../service/src/licences/draftLicence.ts';
import type { Report } from '../../service/src/report.ts';
import { actOnSeal, type SealLifecycleRequest } from '../../service/src/seals/actOnSeal.ts';
import type { Licence, LicenceType } from '../../service/src/store/store.ts';
import { succeedLicence } from '../../service/src/licences/succeedLicence.ts';
import { PUBLIC_USE } from '../../service/src/usage/recordUse.ts';
import { verify, type Evidence } from '../../service/src/verification/verifier.ts';
import {
  addSealedType,
  evidenceOf,
  forgeCode,
  makeUnrecorded,
  type LicenceEvidence,
} from '../support/evidence.ts';
import { repack, turnBit, unpack } from '../support/repack.ts';
import { formOf, testApp, type TestApp } from '../support/testApp.ts';
import { testClock } from '../support/testClock.ts';
import {
  buildRequest,
  TEST_FIELDS,
  TEST_ORGANISATIONS,
  testService,
} from '../support/testService.ts';

const START = '2026-06-01T02:00:00.000Z';
const DAY_MS = 86_400_000;
const ENTRANCES = ['code', 'identifier', 'ofd', 'pdf', 'credential'] as const;
type Entrance = (typeof ENTRANCES)[number];

const clock = testClock(START);
let app: TestApp;
let type: LicenceType;
let types = 100;

beforeAll(async () => {
  app = await testApp({ clock });
  type = await addSealedType(app.city, '100');
});
afterAll(async () => {
  await app.remove();
});
afterEach(() => {
  jest.restoreAllMocks();
});

const PASSED = 'TOTAL-PASSED';
const failedWith = (subIndication: string): string => `TOTAL-FAILED ${subIndication}`;
const unclear = (subIndication: string): string => `INDETERMINATE ${subIndication}`;
const verdictOf = ({ indication, subIndication }: Report): string =>
  subIndication === null ? indication : `${indication} ${subIndication}`;

/** A moment asked about, given when the situation is reached. */
type Times = Readonly<{ at?: Date; knownAt?: Date }>;

async function ask(entrance: Entrance, evidence: LicenceEvidence, times: Times): Promise<string> {
  const [byUseCase, byHttp] = [
    await askUseCase(entrance, evidence, times),
    await askHttp(entrance, evidence, times),
  ];

  expect(byHttp).toBe(byUseCase); // one verifier behind every entrance
  return byUseCase;
}

async function askUseCase(
  entrance: Entrance,
  evidence: LicenceEvidence,
  times: Times,
): Promise<string> {
  const asked: Evidence =
    entrance === 'ofd' || entrance === 'pdf'
      ? { kind: 'file', bytes: evidence[entrance] }
      : { kind: entrance, text: evidence[entrance] };
  const request = { evidence: asked, ...times, language: 'en', context: PUBLIC_USE } as const;
  return verdictOf(await verify(app.city.service.verification, request));
}

async function askHttp(
  entrance: Entrance,
  evidence: LicenceEvidence,
  times: Times,
): Promise<string> {
  const query = new URLSearchParams(
    Object.entries(times).map(([name, instant]): [string, string] => [name, instant.toISOString()]),
  );
  const answer = await app.send(
    'POST',
    `/verifications?${query.toString()}`,
    entrance === 'ofd' || entrance === 'pdf'
      ? { form: formOf(evidence[entrance]) }
      : { json: { [entrance]: evidence[entrance] } },
  );
  expect(answer.status).toBe(200);
  return verdictOf(answer.body as unknown as Report);
}

async function issue(overrides: Partial<LicenceRequest> = {}): Promise<Licence> {
  clock.advance(1000);
  const { service, people } = app.city;
  const request = buildRequest({ typeCode: type.typeCode, ...overrides }, clock.now());
  const licence = await draftLicence(service.licences, people.maker, request);
  clock.advance(1000);
  return licence;
}

async function act(
  licence: Licence,
  name: LicenceLifecycleName,
  reason: ActReason = 'penalty',
): Promise<void> {
  const { service, people } = app.city;
  const request = { name, reason, effectiveFrom: null };
  await actOnLicence(service.licences, people.checker, licence.identifier, request);
  clock.advance(1000);
}

async function actOnSealOf(
  esId: string,
  name: SealLifecycleRequest['name'],
  effectiveFrom: Date | null,
): Promise<void> {
  const { service, people } = app.city;
  const request = { name, reason: 'keyCompromise', effectiveFrom } as const;
  await actOnSeal(service.seals, people.sealMaker, esId, request);
  clock.advance(1000);
}

/** Issues under a seal of its own, so that what happens to the seal concerns nobody else. */
async function issueUnderOwnSeal(): Promise<{ licence: Licence; esId: string; madeAt: Date }> {
  const madeAt = clock.now();
  clock.advance(1000);
  types += 1;
  const own = await addSealedType(app.city, String(types));
  return { licence: await issue({ typeCode: own.typeCode }), esId: own.sealEsId, madeAt };
}

interface Situation {
  readonly situation: string;
  /** Same for all entrances, or one an entrance; an entrance that cannot meet the situation is left out. */
  readonly verdict: string | Partial<Readonly<Record<Entrance, string>>>;
  readonly arrange: () => Promise<LicenceEvidence & { readonly times?: Times }>;
}

const change = async (licence: Licence): Promise<Licence> =>
  await succeedLicence(app.city.service.licences, app.city.people.maker, licence.identifier, {
    operation: 'change',
    fields: { seats: 12 },
  });

const all = async (licence: Licence): Promise<LicenceEvidence> =>
  await evidenceOf(app.city, licence);

const STATES: readonly Situation[] = [
  { situation: 'all good', verdict: PASSED, arrange: async () => await all(await issue()) },
  {
    situation: 'licence suspended',
    verdict: failedWith('LICENCE_SUSPENDED'),
    arrange: async () => {
      const licence = await issue();
      await act(licence, 'suspend');
      return await all(licence);
    },
  },
  {
    situation: 'licence suspended and reinstated',
    verdict: PASSED,
    arrange: async () => {
      const licence = await issue();
      await act(licence, 'suspend');
      await act(licence, 'reinstate', 'other');
      return await all(licence);
    },
  },
  {
    situation: 'licence revoked',
    verdict: failedWith('LICENCE_REVOKED'),
    arrange: async () => {
      const licence = await issue();
      await act(licence, 'revoke');
      return await all(licence);
    },
  },
  ...(
    [
      ['cancel', 'LICENCE_CANCELLED'],
      ['withdraw', 'LICENCE_WITHDRAWN'],
      ['lapse', 'LICENCE_LAPSED'],
      ['transferOut', 'LICENCE_TRANSFERRED'],
    ] as const
  ).map(([name, subIndication]) => ({
    situation: `after ${name}`,
    verdict: failedWith(subIndication),
    arrange: async () => {
      const licence = await issue();
      await act(licence, name);
      return await all(licence);
    },
  })),
  {
    situation: 'an older version after a change',
    verdict: failedWith('LICENCE_SUPERSEDED'),
    arrange: async () => {
      const licence = await issue();
      const evidence = await all(licence);
      await change(licence);
      return evidence;
    },
  },
  {
    situation: 'the version after a change',
    verdict: PASSED,
    arrange: async () => await all(await change(await issue())),
  },
  {
    situation: 'licence revoked and expired',
    verdict: failedWith('LICENCE_REVOKED'),
    arrange: async () => {
      const licence = await issue({ validUntil: new Date(clock.now().getTime() + 5000) });
      await act(licence, 'revoke');
      clock.advance(10_000);
      return await all(licence);
    },
  },
  {
    situation: 'past validUntil',
    verdict: failedWith('LICENCE_EXPIRED'),
    arrange: async () => {
      const licence = await issue({ validUntil: new Date(clock.now().getTime() + 5000) });
      clock.advance(10_000);
      return await all(licence);
    },
  },
  {
    situation: 'before validFrom',
    verdict: failedWith('LICENCE_NOT_YET_VALID'),
    arrange: async () =>
      await all(await issue({ validFrom: new Date(clock.now().getTime() + DAY_MS) })),
  },
  {
    situation: 'genuine, but unknown to this ledger',
    verdict: unclear('LICENCE_UNKNOWN'),
    arrange: async () => await makeUnrecorded(app.city, { typeCode: type.typeCode }),
  },
];

const TIMES: readonly Situation[] = [
  {
    situation: 'asked about a moment before the revocation',
    verdict: PASSED,
    arrange: async () => {
      const licence = await issue();
      const at = clock.now();
      clock.advance(1000);
      await act(licence, 'revoke');
      return { ...(await all(licence)), times: { at } };
    },
  },
  {
    situation: 'asked about a moment after the revocation',
    verdict: failedWith('LICENCE_REVOKED'),
    arrange: async () => {
      const licence = await issue();
      await act(licence, 'revoke');
      const at = clock.now();
      clock.advance(1000);
      return { ...(await all(licence)), times: { at } };
    },
  },
  {
    situation: 'asked what was known before the revocation',
    verdict: PASSED,
    arrange: async () => {
      const licence = await issue();
      const knownAt = clock.now();
      clock.advance(1000);
      await act(licence, 'revoke');
      return { ...(await all(licence)), times: { knownAt } };
    },
  },
  {
    situation: 'asked about a moment before the issue',
    verdict: failedWith('LICENCE_NOT_YET_VALID'),
    arrange: async () => {
      const at = clock.now();
      return { ...(await all(await issue())), times: { at } };
    },
  },
];

const SEALS: readonly Situation[] = [
  {
    situation: 'seal revoked, reaching back before the issue',
    verdict: failedWith('SEAL_REVOKED'),
    arrange: async () => {
      const { licence, esId } = await issueUnderOwnSeal();
      await actOnSealOf(esId, 'revoke', new Date(licence.issuedAt!.getTime() - 500));
      return await all(licence);
    },
  },
  {
    situation: 'seal revoked after the issue',
    verdict: PASSED,
    arrange: async () => {
      const { licence, esId } = await issueUnderOwnSeal();
      await actOnSealOf(esId, 'revoke', null);
      return await all(licence);
    },
  },
  {
    situation: 'seal suspended, reaching back before the issue',
    verdict: failedWith('SEAL_SUSPENDED_AT_SIGNING'),
    arrange: async () => {
      const { licence, esId } = await issueUnderOwnSeal();
      await actOnSealOf(esId, 'suspend', new Date(licence.issuedAt!.getTime() - 500));
      return await all(licence);
    },
  },
  {
    situation: 'such a suspension lifted later',
    verdict: failedWith('SEAL_SUSPENDED_AT_SIGNING'),
    arrange: async () => {
      const { licence, esId } = await issueUnderOwnSeal();
      await actOnSealOf(esId, 'suspend', new Date(licence.issuedAt!.getTime() - 500));
      await actOnSealOf(esId, 'reinstate', null);
      return await all(licence);
    },
  },
  {
    situation: 'signed by somebody the seal does not list',
    verdict: {
      ofd: failedWith('SIGNER_NOT_IN_SEAL'),
      pdf: failedWith('SIGNER_NOT_IN_SEAL'),
    },
    arrange: async () => {
      const { service, people } = app.city;
      const { signersOf } = service.licences;
      const other = await signersOf(TEST_ORGANISATIONS.health.creditCode);
      const parts = {
        ...service.licences,
        signersOf: async (creditCode: string) => {
          const own = await signersOf(creditCode);
          const disguised = (name: 'documentSignerSm2' | 'documentSignerEs256'): Signer => ({
            ...other[name],
            keyId: own[name].keyId, // a service of good faith asks for it before it signs
          });
          const [documentSignerSm2, documentSignerEs256] = [
            disguised('documentSignerSm2'),
            disguised('documentSignerEs256'),
          ];
          return { ...own, documentSignerSm2, documentSignerEs256 };
        },
      };
      const request = buildRequest({ typeCode: type.typeCode }, clock.now());
      return await all(await draftLicence(parts, people.maker, request));
    },
  },
];

const TAMPERED: readonly Situation[] = [
  {
    situation: 'bytes changed',
    verdict: {
      code: failedWith('SIG_CRYPTO_FAILURE'),
      ofd: failedWith('HASH_FAILURE'),
      pdf: failedWith('HASH_FAILURE'),
      credential: failedWith('SIG_CRYPTO_FAILURE'),
    },
    arrange: async () => {
      const genuine = await all(await issue());
      return {
        ...genuine,
        code: genuine.code.slice(0, -1) + (genuine.code.endsWith('1') ? '2' : '1'),
        ofd: changePage(genuine.ofd),
        pdf: turnBit(genuine.pdf, genuine.pdf.indexOf(0x31, 4000)) as Uint8Array<ArrayBuffer>,
        credential: changeClaims(genuine.credential),
      };
    },
  },
  {
    situation: 'a signature that cannot be read any more',
    verdict: { pdf: failedWith('HASH_FAILURE') },
    arrange: async () => {
      const genuine = await all(await issue());
      const contents = Buffer.from(genuine.pdf).indexOf('/Contents<30') + '/Contents<3'.length;
      return { ...genuine, pdf: turnBit(genuine.pdf, contents) as Uint8Array<ArrayBuffer> };
    },
  },
  {
    situation: 'last byte cut off',
    verdict: { pdf: failedWith('HASH_FAILURE') },
    arrange: async () => {
      const genuine = await all(await issue());
      return { ...genuine, pdf: genuine.pdf.slice(0, -1) };
    },
  },
  {
    situation: 'content added',
    verdict: {
      ofd: failedWith('UNSIGNED_CONTENT'),
      pdf: failedWith('UNSIGNED_CONTENT'),
    },
    arrange: async () => {
      const genuine = await all(await issue());
      const added = Buffer.from('\n1 0 obj\n<< /Added true >>\nendobj\n');
      return {
        ...genuine,
        ofd: Uint8Array.from(repack(genuine.ofd, { 'Doc_0/Added.xml': Buffer.from('<added/>') })),
        pdf: Uint8Array.from(Buffer.concat([genuine.pdf, added])),
      };
    },
  },
  {
    situation: 'made and sealed by the issuer, but not what was issued',
    verdict: {
      ...{ code: failedWith('HASH_FAILURE'), ofd: failedWith('HASH_FAILURE') },
      ...{ pdf: failedWith('HASH_FAILURE'), credential: failedWith('HASH_FAILURE') },
    },
    arrange: async () => {
      const { base } = await issue();
      const serial = base.slice(base.lastIndexOf('.') + 1);
      const fields = { ...TEST_FIELDS, items: ['冷食类食品制售（含冷荤、凉菜、生食类食品制售）'] }; // no shorter
      return await makeUnrecorded(app.city, { typeCode: type.typeCode, serial, fields });
    },
  },
  {
    situation: 'another licence’s contents',
    verdict: { code: failedWith('HASH_FAILURE') },
    arrange: async () => {
      const licence = await issue();
      const { codeSigner } = await app.city.service.licences.signersOf(licence.issuer);
      const code = await forgeCode(app.city, licence, { signer: codeSigner });
      return { ...(await all(licence)), code };
    },
  },
  {
    situation: 'code of a known licence, signed by a key that is nobody’s',
    verdict: { code: failedWith('HASH_FAILURE') },
    arrange: async () => await codeOf({ keyId: 'ab'.repeat(32) }),
  },
  {
    situation: 'code signed by another authority in the issuer’s name',
    verdict: { code: failedWith('CERTIFICATE_CONSTRAINTS_FAILURE') },
    arrange: async () => await codeOf({}),
  },
  {
    situation: 'code signed by another authority under the issuer’s key identifier',
    verdict: { code: failedWith('SIG_CRYPTO_FAILURE') },
    arrange: async () => {
      const { market } = TEST_ORGANISATIONS;
      const { codeSigner } = await app.city.service.licences.signersOf(market.creditCode);
      return await codeOf({ keyId: codeSigner.keyId });
    },
  },
  {
    situation: 'made in another city of the same name',
    verdict: {
      code: unclear('NO_CERTIFICATE_CHAIN_FOUND'),
      identifier: unclear('LICENCE_UNKNOWN'),
      ofd: unclear('NO_CERTIFICATE_CHAIN_FOUND'),
      pdf: unclear('NO_CERTIFICATE_CHAIN_FOUND'),
      credential: unclear('NO_CERTIFICATE_CHAIN_FOUND'),
    },
    arrange: async () => {
      const other = await testService({ clock });
      const own = await addSealedType(other, '100');
      const licence = await other.issue({ typeCode: own.typeCode });
      const evidence = await evidenceOf(other, licence);
      await other.remove();
      return evidence;
    },
  },
];

async function codeOf(forgery: { readonly keyId?: string }): Promise<LicenceEvidence> {
  const licence = await issue();
  const { health } = TEST_ORGANISATIONS;
  const { codeSigner } = await app.city.service.licences.signersOf(health.creditCode);
  const code = await forgeCode(app.city, licence, { signer: codeSigner, ...forgery });
  return { ...(await all(licence)), code };
}

function changePage(ofd: Uint8Array): Uint8Array<ArrayBuffer> {
  const name = 'Doc_0/Pages/Page_0/Content.xml';
  const page = Buffer.from(unpack(ofd).get(name)!).toString('utf8');
  return Uint8Array.from(repack(ofd, { [name]: Buffer.from(page.replace('中山路', '解放路')) }));
}

function changeClaims(credential: string): string {
  const [header = '', payload = '', ...rest] = credential.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { iat: number };
  const changed = Buffer.from(JSON.stringify({ ...claims, iat: claims.iat + 1 }));
  return [header, changed.toString('base64url'), ...rest].join('.');
}

const PASSED_EVER_AFTER: Situation = {
  situation: 'years after the signers’ certificates ended',
  verdict: {
    ...{ code: PASSED, identifier: PASSED, ofd: PASSED, pdf: PASSED },
    credential: failedWith('EXPIRED'),
  },
  arrange: async () => {
    const licence = await issue({ validUntil: null });
    clock.advance(11 * 365 * DAY_MS);
    return await all(licence);
  },
};

describe('with the ledger out of reach', () => {
  it.each(ENTRANCES)('says try later by %s, and records the use', async (entrance) => {
    const licence = await issue();
    const evidence = await all(licence);
    const unavailable = new ServiceError('LEDGER_UNAVAILABLE', 'out of reach');
    jest.spyOn(app.city.service.ledger, 'readStates').mockRejectedValue(unavailable);
    jest.spyOn(app.city.service.ledger, 'history').mockRejectedValue(unavailable);

    const verdict = await ask(entrance, evidence, {});

    const { usage } = app.city.service.store;
    const uses = await usage.list({ licence: licence.identifier }, { limit: 10 });
    expect(verdict).toBe(unclear('TRY_LATER'));
    expect(uses.items.map((use) => use.indication)).toEqual(['INDETERMINATE', 'INDETERMINATE']);
  });
});

function entrancesOf({ verdict }: Situation): readonly Entrance[] {
  return typeof verdict === 'string' ? ENTRANCES : ENTRANCES.filter((name) => name in verdict);
}

describe.each([...STATES, ...TIMES, ...SEALS, ...TAMPERED, PASSED_EVER_AFTER])(
  '$situation',
  (row) => {
    let met: LicenceEvidence & { readonly times?: Times };
    beforeAll(async () => {
      met = await row.arrange();
    });

    it.each(entrancesOf(row))('by %s', async (entrance) => {
      const expected = typeof row.verdict === 'string' ? row.verdict : row.verdict[entrance];

      expect(await ask(entrance, met, met.times ?? {})).toBe(expected);
    });
  },
);
