/** One truth: whatever is judged without network, the service and the page say the same of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { creditCodeCheckCharacter } from '@yinxin/chaincode/model';
import fc from 'fast-check';
import { decodeDigits, encodeDigits } from '../../../service/src/credentials/digits.ts';
import { prepareDocumentCode } from '../../../service/src/credentials/documentCode.ts';
import { revokeCertificate } from '../../../service/src/certificates/revokeCertificate.ts';
import { signJws } from '../../../service/src/credentials/jws.ts';
import { StatusBits } from '../../../service/src/credentials/statusBits.ts';
import { signStatusList } from '../../../service/src/credentials/statusList.ts';
import type { Signer } from '../../../service/src/keys/signer.ts';
import { generateSm2KeyPair, signSm2 } from '../../../service/src/keys/sm2.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { approveLicence } from '../../../service/src/licences/approveLicence.ts';
import { succeedLicence } from '../../../service/src/licences/succeedLicence.ts';
import { parseCertificate } from '../../../service/src/pki/certificate.ts';
import { issueCertificate } from '../../../service/src/pki/certificateAuthority.ts';
import {
  parseTrustBundle,
  signTrustBundle,
  TRUST_BUNDLE_TYPE,
  type TrustBundle,
} from '../../../service/src/trust/bundleFormat.ts';
import { buildCodeInput, buildLicenceSubject } from '../../support/documentCodes.ts';
import { mutate, mutations } from '../../support/mutations.ts';
import { testClock } from '../../support/testClock.ts';
import {
  TEST_ORGANISATIONS,
  TEST_TYPES,
  testService,
  type TestService,
} from '../../support/testService.ts';
import { judgeInPage, judgeInService, type Trial } from './judges.ts';

const DAY_MS = 86_400_000;
const clock = testClock('2026-06-01T02:00:00.000Z');
const { market, health } = TEST_ORGANISATIONS;
const STATES = ['good', 'suspended', 'revoked', 'cancelled', 'superseded', 'ending'] as const;
type State = (typeof STATES)[number];

const OTHER_OPERATOR = {
  creditCode: `11320500TEX000001${creditCodeCheckCharacter('11320500TEX000001')}`,
  name: '北湖市数据局',
};

let city: TestService;
let other: TestService;
let codes: Readonly<Record<State | 'foreign' | 'sealed', string>>;
let text: string;
let bundle: TrustBundle;

beforeAll(async () => {
  city = await testService({ clock });
  other = await testService({ clock, config: { operator: OTHER_OPERATOR } });
  const identifiers = {
    good: await issue(),
    suspended: await issue('suspend'),
    revoked: await issue('revoke'),
    cancelled: await issue('cancel'),
    superseded: await issue('change'),
    ending: await issue(undefined, new Date(clock.now().getTime() + DAY_MS)),
  };
  codes = {
    ...(Object.fromEntries(
      await Promise.all(
        STATES.map(async (state) => [state, await codeOf(city, identifiers[state])] as const),
      ),
    ) as Record<State, string>), // one entry a state
    foreign: await codeOf(other, (await other.issue()).identifier),
    sealed: await craft(await signerOf('codeSigner'), { kind: 'seal' }),
  };
  clock.advance(1000);
  text = await city.service.trustParts.publishBundle();
  ({ bundle } = parseTrustBundle(text));
});
afterAll(async () => {
  await city.remove();
  await other.remove();
});

async function issue(
  act?: 'suspend' | 'revoke' | 'cancel' | 'change',
  validUntil?: Date,
): Promise<string> {
  const { service, people } = city;
  const overrides = { typeCode: TEST_TYPES.dual, ...(validUntil && { validUntil }) };
  const { identifier } = await city.issue(overrides);
  clock.advance(1000);
  if (act === 'change') {
    const request = { operation: 'change', fields: { seats: 41 } } as const;
    const next = await succeedLicence(service.licences, people.maker, identifier, request);
    await approveLicence(service.licences, people.checker, next.identifier);
  } else if (act !== undefined) {
    const request = { name: act, reason: 'other', effectiveFrom: null } as const;
    await actOnLicence(service.licences, people.maker, identifier, request);
  }
  return identifier;
}

async function codeOf({ service }: TestService, identifier: string): Promise<string> {
  const parts = await service.store.licences.parts(identifier);
  return parts?.codeText ?? '';
}

async function signerOf(
  purpose: 'codeSigner' | 'credentialSigner',
  of: (typeof TEST_ORGANISATIONS)[keyof typeof TEST_ORGANISATIONS] = market,
): Promise<Signer> {
  return (await city.service.pki.authority(of))[purpose];
}

interface Crafted {
  readonly kind?: 'licence' | 'seal';
  readonly issuer?: string;
  readonly issuedAt?: Date;
  readonly list?: number;
}

/** A code that nobody issued, by whatever key. */
async function craft(
  signer: Pick<Signer, 'algorithm' | 'keyId' | 'sign'>,
  what: Crafted,
): Promise<string> {
  const { kind = 'licence', issuer = market.creditCode, issuedAt = clock.now(), list = 0 } = what;
  const subject = buildLicenceSubject({
    typeCode: TEST_TYPES.dual,
    status: { list, index: 100_000 },
  });
  const prepared = prepareDocumentCode(
    buildCodeInput({
      ...{ signer, issuer, issuedAt, publicUrl: 'http://127.0.0.1:8080' },
      subject:
        kind === 'licence'
          ? subject
          : {
              ...{ kind: 'seal-signature', esId: '11010100000001', format: 'pdf' },
              ...{ actId: '01JXA5T2Z8Q4N6M0K7H3B1C9DE', contentDigest: 'ff'.repeat(16) },
              holder: { name: market.name, kind: 'organisation' },
            },
    }),
  );
  return prepared.complete(await signer.sign(prepared.toBeSigned)).text;
}

/** The bundle with something else in it, signed by the operator all the same. */
async function bundleWith(change: Partial<TrustBundle>): Promise<string> {
  const signer = await signerOf('credentialSigner', city.config.operator);
  return await signTrustBundle({ ...bundle, ...change }, signer);
}

async function expectSame(trial: Partial<Trial>, verdict?: string): Promise<void> {
  const whole: Trial = {
    ...{ code: codes.good, bundle: text, rootsPem: city.service.pki.rootsPem },
    ...{ now: clock.now(), ...trial },
  };
  for (const language of ['en', 'zh-CN'] as const) {
    const inPage = await judgeInPage(whole, language);
    expect(inPage).toEqual(judgeInService(whole, language));
    if (verdict !== undefined) expect(inPage.verdict).toBe(verdict);
  }
}

describe('a code', () => {
  it.each<[State | 'foreign' | 'sealed', string]>([
    ['good', 'TOTAL-PASSED'],
    ['suspended', 'TOTAL-FAILED LICENCE_SUSPENDED'],
    ['revoked', 'TOTAL-FAILED LICENCE_REVOKED'],
    ['cancelled', 'TOTAL-FAILED LICENCE_CANCELLED'],
    ['superseded', 'TOTAL-FAILED LICENCE_SUPERSEDED'],
    ['ending', 'TOTAL-PASSED'],
    ['foreign', 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND'],
    ['sealed', 'INDETERMINATE TRY_LATER'],
  ])('that is %s is %s', async (state, verdict) => {
    await expectSame({ code: codes[state] }, verdict);
  });

  it('of a licence past its period is LICENCE_EXPIRED', async () => {
    const now = new Date(clock.now().getTime() + 2 * DAY_MS);
    await expectSame({ code: codes.ending, now }, 'TOTAL-FAILED LICENCE_EXPIRED');
  });

  it('from the future is NOT_YET_VALID', async () => {
    const issuedAt = new Date(clock.now().getTime() + DAY_MS);
    const code = await craft(await signerOf('codeSigner'), { issuedAt });
    await expectSame({ code }, 'TOTAL-FAILED NOT_YET_VALID');
  });

  it('that names another issuer than its signer is refused', async () => {
    const code = await craft(await signerOf('codeSigner'), { issuer: health.creditCode });
    await expectSame({ code }, 'TOTAL-FAILED CERTIFICATE_CONSTRAINTS_FAILURE');
  });

  it('by a key for another purpose is refused', async () => {
    const signer = await signerOf('credentialSigner');
    const codeSigners = [parseCertificate(signer.certificationPath[0]!)];
    const code = await craft(signer, {});
    await expectSame(
      { code, bundle: await bundleWith({ codeSigners }) },
      'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE',
    );
  });

  it('with a forged signature is refused', async () => {
    const digits = /YX1\.(\d+)$/.exec(codes.good)![1]!;
    const bytes = decodeDigits(digits);
    bytes[bytes.length - 1]! ^= 1;
    await expectSame({ code: `YX1.${encodeDigits(bytes)}` }, 'TOTAL-FAILED SIG_CRYPTO_FAILURE');
  });

  it('of another city’s key that the bundle names leads to no root', async () => {
    const { codeSigner } = await other.service.pki.authority(market);
    const codeSigners = [parseCertificate(codeSigner.certificationPath[0]!)];
    await expectSame({ code: codes.foreign, bundle: await bundleWith({ codeSigners }) });
  });

  it.each([true, false])('of an SM2 key is verified: genuine %s', async (isGenuine) => {
    const issuer = (await city.service.pki.issuers()).find(
      ({ algorithm, purpose }) => algorithm === 'SM2' && purpose === 'intermediateCa',
    )!;
    const { privateKey, spki } = generateSm2KeyPair();
    const der = await issueCertificate(
      {
        ...{ purpose: 'codeSigner', spki, notBefore: clock.now() },
        subject: { organisation: market.name, creditCode: market.creditCode, commonName: 'SM2' },
      },
      issuer,
    );
    const certificate = parseCertificate(der);
    const sign = (bytes: Uint8Array): Promise<Uint8Array> =>
      Promise.resolve(signSm2(privateKey, isGenuine ? bytes : bytes.subarray(1)));
    const code = await craft({ algorithm: 'SM2', keyId: certificate.fingerprint, sign }, {});
    await expectSame(
      { code, bundle: await bundleWith({ codeSigners: [certificate] }) },
      isGenuine ? 'TOTAL-PASSED' : 'TOTAL-FAILED SIG_CRYPTO_FAILURE',
    );
  });

  it('whose list the bundle does not hold is TRY_LATER', async () => {
    const code = await craft(await signerOf('codeSigner'), { list: 77 });
    await expectSame({ code }, 'INDETERMINATE TRY_LATER');
  });

  it.each([
    'YX1.',
    'YX1.1',
    'YX1.123',
    `YX1.${'9'.repeat(17)}`,
    'YX1.12a',
    `YX1.${'0'.repeat(3000)}`,
    'https://licences.example.cn/other#YX1.123',
  ])('cannot be read: %#', async (code) => {
    await expectSame({ code }, 'CODE_MALFORMED');
  });
});

describe('a bundle', () => {
  it.each<[string, (at: TrustBundle) => Partial<TrustBundle>, string]>([
    [
      'too long-lived',
      ({ issuedAt }) => ({ expiresAt: new Date(issuedAt.getTime() + 91 * DAY_MS) }),
      'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE',
    ],
    [
      'from the future',
      ({ issuedAt }) => ({ issuedAt: new Date(issuedAt.getTime() + DAY_MS) }),
      'INDETERMINATE NOT_YET_VALID',
    ],
    ['without revocation lists', () => ({ crls: [] }), 'INDETERMINATE TRY_LATER'],
    [
      'with lists that are none',
      () => ({ crls: [new Uint8Array([1, 2, 3])] }),
      'INDETERMINATE TRY_LATER',
    ],
    ['without status lists', () => ({ statusLists: [] }), 'INDETERMINATE TRY_LATER'],
    [
      'with a status list that is none',
      () => ({ statusLists: ['x.y.z'] }),
      'INDETERMINATE TRY_LATER',
    ],
    [
      'without the issuer among its authorities',
      () => ({ credentialSigners: [] }),
      'INDETERMINATE TRY_LATER',
    ],
    [
      'without intermediates',
      () => ({ intermediates: [] }),
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    ],
    [
      'without code signers',
      () => ({ codeSigners: [] }),
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    ],
    ['without exceptions', () => ({ exceptions: [] }), 'TOTAL-PASSED'],
  ])('%s gives the same', async (_, change, verdict) => {
    await expectSame({ bundle: await bundleWith(change(bundle)) }, verdict);
  });

  it('past its expiry is BUNDLE_EXPIRED', async () => {
    const now = new Date(bundle.expiresAt.getTime() + 1);
    await expectSame({ now }, 'INDETERMINATE BUNDLE_EXPIRED');
  });

  it('under other roots, or none, counts for nothing', async () => {
    await expectSame({ rootsPem: other.service.pki.rootsPem });
    await expectSame({ rootsPem: '' }, 'INDETERMINATE NO_TRUST');
  });

  it('signed by a department counts for nothing', async () => {
    const { jws } = parseTrustBundle(text);
    const signer = await signerOf('credentialSigner');
    await expectSame(
      { bundle: await signJws(TRUST_BUNDLE_TYPE, jws.payload, signer) },
      'INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE',
    );
  });

  it('says of a licence on its list what the list says, without exceptions', async () => {
    const without = await bundleWith({ exceptions: [] });
    await expectSame({ code: codes.suspended, bundle: without }, 'TOTAL-FAILED LICENCE_SUSPENDED');
    await expectSame({ code: codes.cancelled, bundle: without }, 'TOTAL-FAILED LICENCE_REVOKED');
  });

  it('with a status list that was changed, ended or stands in for another does not pass', async () => {
    const signer = await signerOf('credentialSigner', city.config.operator);
    const make = (uri: string, expiresAt: Date): Promise<string> =>
      signStatusList(
        { uri, bits: new StatusBits(), issuedAt: bundle.issuedAt, ttlSeconds: 60, expiresAt },
        signer,
      );
    const uri = 'http://127.0.0.1:8080/s/0';
    const inTime = new Date(bundle.issuedAt.getTime() + DAY_MS);
    const [header = '', payload = '', signature = ''] = (await make(uri, inTime)).split('.');
    const changed = [header, payload, `${signature.slice(0, -5)}AAAAA`.replace(/.$/, 'A')].join(
      '.',
    );
    await expectSame({ bundle: await bundleWith({ statusLists: [changed] }) });
    await expectSame(
      {
        bundle: await bundleWith({
          statusLists: [await make(uri, new Date(bundle.issuedAt.getTime() - 1000))],
        }),
      },
      'INDETERMINATE TRY_LATER',
    );
    await expectSame(
      {
        bundle: await bundleWith({
          statusLists: [await make('http://127.0.0.1:8080/s/1', inTime)],
        }),
      },
      'INDETERMINATE TRY_LATER',
    );
  });
});

describe('a signer whose certificate is revoked', () => {
  it('is refused by a bundle that knows it', async () => {
    const signer = await signerOf('codeSigner', health);
    const code = await craft(signer, { issuer: health.creditCode });
    const issuedAt = new Date(clock.now().getTime() + 30_000);
    const since = await craft(signer, { issuer: health.creditCode, issuedAt });
    await expectSame({ code }, 'TOTAL-PASSED');
    const parts = city.service.certificates.parts;
    clock.advance(1000);
    await revokeCertificate(parts, city.people.security, {
      ...{ fingerprint: signer.keyId, reason: 'keyCompromise' },
    });
    clock.advance(60_000);
    const later = await city.service.trustParts.publishBundle();
    await expectSame({ code, bundle: later }, 'INDETERMINATE REVOKED');
    await expectSame({ code: since, bundle: later }, 'TOTAL-FAILED REVOKED');
    await expectSame({ code, bundle: text }, 'TOTAL-PASSED'); // it was not known by then
  });
});

describe('changed bytes', () => {
  it('of a code never pass, and both say the same', async () => {
    const digits = /YX1\.(\d+)$/.exec(codes.good)![1]!;
    const bytes = decodeDigits(digits);
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        const changed = mutate(bytes, changes);
        fc.pre(Buffer.compare(changed, bytes) !== 0);
        const trial = { ...goodTrial(), code: `YX1.${encodeDigits(changed)}` };
        const inPage = await judgeInPage(trial);
        expect(inPage.verdict).not.toBe('TOTAL-PASSED');
        expect(inPage).toEqual(judgeInService(trial));
      }),
      { numRuns: 300 },
    );
  });

  it('of a bundle never pass', async () => {
    const original = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        const changed = Buffer.from(mutate(original, changes)).toString('latin1');
        fc.pre(changed.trim() !== text);
        const trial = { ...goodTrial(), bundle: changed };
        const inPage = await judgeInPage(trial);
        expect(inPage.verdict).not.toBe('TOTAL-PASSED');
        expect(inPage.verdict).toBe(judgeInService(trial).verdict);
      }),
      { numRuns: 100 },
    );
  });
});

function goodTrial(): Trial {
  return {
    ...{ code: codes.good, bundle: text },
    ...{ rootsPem: city.service.pki.rootsPem, now: clock.now() },
  };
}
