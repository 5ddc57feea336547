import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Signer } from '../../../../service/src/keys/signer.ts';
import type { Certificate } from '../../../../service/src/pki/certificate.ts';
import {
  encodeExtendedKeyUsage,
  encodeExtension,
} from '../../../../service/src/pki/certificateEncoding.ts';
import {
  encodeDer,
  encodeExplicit,
  encodeSequence,
} from '../../../../service/src/pki/derEncoding.ts';
import { readChildren, readDer, TAG } from '../../../../service/src/pki/der.ts';
import { EXTENSION } from '../../../../service/src/pki/extensions.ts';
import {
  encodeOcspCertificateId,
  readOcspCertificateId,
} from '../../../../service/src/pki/revocation/ocspCertificateId.ts';
import {
  issueOcspResponse,
  type OcspAnswer,
} from '../../../../service/src/pki/revocation/ocspEncoding.ts';
import {
  encodeOcspRequest,
  parseOcspRequest,
} from '../../../../service/src/pki/revocation/ocspRequest.ts';
import {
  OCSP_OID,
  parseOcspResponse,
} from '../../../../service/src/pki/revocation/ocspResponse.ts';
import { readOcspStatus } from '../../../../service/src/pki/revocation/ocspStatus.ts';
import { buildCa, buildCertificate, type Entity } from '../../../support/certificates.ts';

const AT = new Date('2026-06-01T00:00:00Z');
const LATER = new Date('2026-06-02T00:00:00Z');
const REVOKED = { revokedAt: new Date('2026-05-01T00:00:00Z'), reason: 'keyCompromise' } as const;
const OCSP_SIGNING = encodeExtendedKeyUsage([OCSP_OID.signing], false);
const NO_CHECK = encodeExtension(EXTENSION.ocspNoCheck, false, encodeDer(TAG.null));

const root = buildCa(null, 'root');
const ca = buildCa(root, 'ca');
const leaf = buildCertificate(ca);

function signerOf(entity: Entity): Signer {
  const { certificate, algorithm } = entity;
  return {
    ...{ algorithm, purpose: 'intermediateCa', certificationPath: [certificate.der] },
    keyId: createHash('sha256').update(certificate.der).digest('hex'),
    sign: (bytes) => Promise.resolve(entity.sign(bytes)),
  };
}

interface Options {
  readonly status?: OcspAnswer['status'];
  readonly about?: Certificate;
  readonly issuer?: Certificate;
  /** Certificates that come along. */
  readonly bring?: readonly Entity[];
}

async function respond(by: Entity, options: Options = {}): Promise<Uint8Array> {
  const { status = 'good', about = leaf.certificate, issuer = ca.certificate } = options;
  const id = readOcspCertificateId(readDer(encodeOcspCertificateId(about, issuer), TAG.sequence));
  const response = await issueOcspResponse(
    {
      answers: [{ id, status }],
      ...{ producedAt: AT, thisUpdate: AT, nextUpdate: LATER, archiveCutoff: AT, nonce: null },
    },
    signerOf(by),
  );
  return options.bring === undefined ? response : bringAlong(response, options.bring);
}

/** Adds `[0] certs` to a BasicOCSPResponse. */
function bringAlong(response: Uint8Array, entities: readonly Entity[]): Uint8Array {
  const [status, bytes] = readChildren(readDer(response, TAG.sequence));
  const [type, octets] = readChildren(readDer(bytes!.content, TAG.sequence));
  const basic = readChildren(readDer(octets!.content, TAG.sequence));
  const certificates = entities.map(({ certificate }) => certificate.der);
  const whole = encodeSequence(
    ...basic.map((member) => member.bytes),
    encodeExplicit(0, encodeSequence(...certificates)),
  );
  return encodeSequence(
    status!.bytes,
    encodeExplicit(0, encodeSequence(type!.bytes, encodeDer(TAG.octetString, whole))),
  );
}

const ask = (response: Uint8Array): ReturnType<typeof readOcspStatus> =>
  readOcspStatus({ certificate: leaf.certificate, issuer: ca.certificate, response });

describe('readOcspStatus', () => {
  it('believes the issuer, by P-256 and by SM2', async () => {
    const sm2 = buildCa(root, 'sm2', { algorithm: 'SM2' });
    const { certificate } = buildCertificate(sm2);
    const issuer = sm2.certificate;
    const response = await respond(sm2, { about: certificate, issuer });

    expect(ask(await respond(ca))).toEqual({
      ...{ kind: 'good', thisUpdate: AT, nextUpdate: LATER, expiredSince: AT },
    });
    expect(readOcspStatus({ certificate, issuer, response })).toMatchObject({ kind: 'good' });
  });

  it('reads when and why', async () => {
    expect(ask(await respond(ca, { status: REVOKED }))).toMatchObject({
      kind: 'revoked',
      ...REVOKED,
    });
    expect(ask(await respond(ca, { status: 'unknown' }))).toMatchObject({ kind: 'unknown' });
  });

  it('is not about other certificates, nor other issuers', async () => {
    const other = buildCertificate(ca).certificate;
    expect(ask(await respond(ca, { about: other }))).toEqual({ kind: 'other' });
    expect(ask(await respond(root, { issuer: root.certificate }))).toEqual({ kind: 'other' });
  });

  it('believes whom the issuer appointed for it', async () => {
    const responder = buildCertificate(ca, { extensions: [OCSP_SIGNING, NO_CHECK] });
    expect(ask(await respond(responder, { bring: [responder] }))).toMatchObject({ kind: 'good' });
  });

  it.each<[string, () => Entity, string]>([
    [
      'anybody else below it',
      () => buildCertificate(ca, { extensions: [NO_CHECK] }),
      'may not sign OCSP',
    ],
    [
      'whom another appointed',
      () => buildCertificate(root, { extensions: [OCSP_SIGNING, NO_CHECK] }),
      'not issued by',
    ],
    [
      'whose status nobody knows',
      () => buildCertificate(ca, { extensions: [OCSP_SIGNING] }),
      'could itself be revoked',
    ],
    [
      'whose time is over',
      () =>
        buildCertificate(ca, {
          extensions: [OCSP_SIGNING, NO_CHECK],
          notAfter: '2026-05-31T00:00:00Z',
        }),
      'was not valid',
    ],
  ])('does not believe %s', async (_, build, why) => {
    const responder = build();
    expect(ask(await respond(responder, { bring: [responder] }))).toEqual({
      kind: 'fault',
      detail: expect.stringContaining(why),
    });
  });

  it('does not believe a stranger under the issuer’s name', async () => {
    const impostor = { ...ca, sign: root.sign.bind(root) };
    expect(ask(await respond(impostor))).toEqual({
      kind: 'fault',
      detail: 'the response is not signed by its responder',
    });
    const absent = buildCertificate(ca, { extensions: [OCSP_SIGNING, NO_CHECK] });
    expect(ask(await respond(absent))).toMatchObject({ kind: 'fault' });
  });

  it('never says more of a changed response than the issuer said', async () => {
    const genuine = await respond(ca, { status: REVOKED });
    fc.assert(
      fc.property(fc.nat(genuine.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = genuine.slice();
        changed[at] = changed[at]! ^ change;
        const { kind } = ask(changed);
        return kind === 'other' || kind === 'fault' || kind === 'revoked';
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    new Uint8Array(),
    Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x03),
    new Uint8Array(2_000_000),
  ])('says nothing for what is no answer', (response) => {
    expect(ask(response)).toEqual({ kind: 'other' });
  });
});

describe('parsers of OCSP', () => {
  const request = encodeOcspRequest(leaf.certificate, ca.certificate, Uint8Array.of(1));
  const attempt = (parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean => {
    try {
      parse(bytes);
      return true;
    } catch (error) {
      return (error as { code?: unknown }).code === 'CERTIFICATE_MALFORMED';
    }
  };

  it('throw one error for whatever bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) =>
        [parseOcspRequest, parseOcspResponse].every((parse) => attempt(parse, bytes)),
      ),
      { numRuns: 2000 },
    );
  });

  it('throw one error for whatever is changed in a request', () => {
    fc.assert(
      fc.property(fc.nat(request.length - 1), fc.nat(255), (at, byte) => {
        const changed = request.slice();
        changed[at] = byte;
        return attempt(parseOcspRequest, changed);
      }),
      { numRuns: 2000 },
    );
  });
});
