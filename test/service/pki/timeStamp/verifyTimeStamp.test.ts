import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTrustStore } from '../../../../service/src/pki/trustStore.ts';
import { createTimeStampingAuthority } from '../../../../service/src/pki/timeStamp/timeStampingAuthority.ts';
import {
  verifyTimeStamp,
  type TimeStampQuestion,
} from '../../../../service/src/pki/timeStamp/verifyTimeStamp.ts';
import { conclude } from '../../../../service/src/report.ts';
import { hasOpenssl, runOpenssl } from '../../../support/openssl.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

const describeOpenssl = hasOpenssl ? describe : describe.skip;
const AT = new Date('2026-06-01T08:00:00Z');
const DATA = Buffer.from('signature value');

let city: TestCity;
let token: Uint8Array;
let question: TimeStampQuestion;
beforeAll(async () => {
  city = await testCity({ now: () => AT });
  const clock = { now: () => AT };
  const tsa = createTimeStampingAuthority({ signers: city.pki.timeStampers, clock });
  token = await tsa.stamp(DATA, 'ES256');
  question = { name: 'timeStamp', token, stamped: [DATA], trust: city.trust, at: AT };
});

function verdict(changes: Partial<TimeStampQuestion> = {}): string {
  const { checks } = verifyTimeStamp({ ...question, ...changes });
  const { indication, subIndication } = conclude(checks);
  return subIndication ?? indication;
}

describe('verifyTimeStamp', () => {
  it('names each step', () => {
    const names = verifyTimeStamp(question).checks.map(({ name }) => name);

    expect(names.slice(0, 6)).toStrictEqual([
      'timeStamp',
      'timeStampSignature',
      'timeStampSigner',
      'timeStampTime',
      'timeStampPurpose',
      'timeStampCertificate.trustAnchor',
    ]);
  });

  it('takes what was stamped in parts', () => {
    expect(verdict({ stamped: [DATA.subarray(0, 3), DATA.subarray(3)] })).toBe('TOTAL-PASSED');
  });

  it.each<[string, () => Partial<TimeStampQuestion>, string]>([
    ['other bytes', () => ({ stamped: [Buffer.from('other')] }), 'HASH_FAILURE'],
    ['a moment before it', () => ({ at: new Date(AT.getTime() - 90_000) }), 'NOT_YET_VALID'],
    ['no roots', () => ({ trust: parseTrustStore('') }), 'NO_TRUST'],
    ['nothing', () => ({ token: new Uint8Array() }), 'FORMAT_FAILURE'],
    ['a sequence', () => ({ token: Uint8Array.of(0x30, 0) }), 'FORMAT_FAILURE'],
  ])('does not pass for %s', (_, changes, expected) => {
    expect(verdict(changes())).toBe(expected);
  });

  it('proves nothing once its certificate has ended, yet was right then', () => {
    const { checks, provenAt } = verifyTimeStamp({
      ...question,
      at: new Date('2040-01-01T00:00:00Z'),
    });

    expect(conclude(checks).indication).toBe('TOTAL-PASSED');
    expect(provenAt).toBeNull();
  });

  it('does not pass, or is loose, with any byte changed', () => {
    const changes = fc.tuple(fc.nat({ max: token.length - 1 }), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(changes, ([place, mask]) => {
        const changed = token.with(place, token[place]! ^ mask);
        const { checks, isSealedUp } = verifyTimeStamp({ ...question, token: changed });
        const isPassed = conclude(checks).indication === 'TOTAL-PASSED';
        expect(isPassed && isSealedUp).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads any bytes without fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(verdict({ token: bytes })).toBe('FORMAT_FAILURE');
      }),
    );
  });
});

/** A time-stamper of OpenSSL's, by a root of its own. */
function opensslToken(
  newKey: readonly string[],
  usage: string,
): { readonly token: Uint8Array; readonly root: string } {
  const make = (
    extensions: readonly string[],
    issuer: Readonly<Record<string, string>> | null,
  ): { readonly key: string; readonly certificate: string } => {
    const key = runOpenssl(['genpkey', ...newKey]).toString();
    const certificate = runOpenssl(
      [
        ...['req', '-x509', '-new', '-key', 'key.pem', '-days', '30'],
        ...['-subj', issuer === null ? '/CN=Foreign root' : '/CN=Foreign TSA'],
        ...extensions.flatMap((extension) => ['-addext', extension]),
        ...(issuer === null ? [] : ['-CA', 'ca.pem', '-CAkey', 'ca.key']),
      ],
      { 'key.pem': key, ...issuer },
    ).toString();
    return { key, certificate };
  };
  const root = make(['keyUsage=critical,keyCertSign,cRLSign'], null);
  const tsa = make(
    ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature', usage],
    { 'ca.pem': root.certificate, 'ca.key': root.key },
  );
  const config = `
[tsa]
default_tsa = a
[a]
dir = .
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;
  const query = runOpenssl(['ts', '-query', '-data', 'data', '-sha512', '-cert'], { data: DATA });
  const reply = runOpenssl(
    [
      ...['ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query', '-token_out'],
      ...['-signer', 'tsa.pem', '-inkey', 'tsa.key'],
    ],
    {
      ...{ query, 'tsa.cnf': config, serial: '01\n' },
      ...{ 'tsa.pem': tsa.certificate, 'tsa.key': tsa.key },
    },
  );
  return { token: reply, root: root.certificate };
}

const TSA_ONLY = 'extendedKeyUsage=critical,timeStamping';

describeOpenssl('tokens of other authorities', () => {
  it.each([
    ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
    ['P-256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
  ])('pass with %s', (_, newKey) => {
    const { token: foreign, root } = opensslToken(newKey, TSA_ONLY);
    const at = new Date();

    const { checks, info, provenAt } = verifyTimeStamp({
      ...{ name: 'timeStamp', token: foreign, stamped: [DATA], at },
      trust: parseTrustStore(root),
    });

    expect(conclude(checks)).toMatchObject({ indication: 'TOTAL-PASSED' });
    expect(info).toMatchObject({ policy: '1.2.3.4.1', accuracyMs: 1500 });
    expect(Math.abs(provenAt!.getTime() - at.getTime())).toBeLessThan(60_000);
  });
});
