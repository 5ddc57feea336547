import { z } from 'zod';
import { listCertificates, type CertificateEntry } from '../certificates/listCertificates.ts';
import { OUR_REASONS, revokeCertificate } from '../certificates/revokeCertificate.ts';
import { ServiceError } from '../errors.ts';
import { KEY_PURPOSES } from '../keys/signer.ts';
import { defineRoute, type Answer, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { bytes, json } from './payload.ts';
import { cutPage, instant, pageOf, sha256, wholeListQuery } from './shapes.ts';

const certificateShape = z
  .strictObject({
    fingerprint: sha256,
    owner: z.string(),
    purpose: z.enum(KEY_PURPOSES),
    algorithm: z.enum(['ES256', 'SM2']),
    subject: z.string(),
    serialNumber: z.string(),
    issuerKeyId: z.string(),
    notBefore: instant,
    notAfter: instant,
    state: z.enum(['notYetValid', 'valid', 'expired', 'revoked', 'issuerRevoked']),
    revokedAt: instant.nullable(),
    reason: z.enum(OUR_REASONS).nullable(),
  })
  .meta({ id: 'Certificate', description: 'A certificate of this city’s own authorities' });

const byCertificate = z.strictObject({ fingerprint: sha256 });
const byAuthority = z.strictObject({ ca: z.string().regex(/^[0-9a-f]{40}$/) });
const revocation = z.strictObject({ reason: z.enum(OUR_REASONS) });

const OCSP_REQUEST = 'application/ocsp-request';
const OCSP_RESPONSE = 'application/ocsp-response';
const MAX_OCSP_REQUEST_BYTES = 16_384;

/** Certificates of our own, and what the world may ask about them. */
export function certificateRoutes(parts: AppParts): readonly Route[] {
  return [...administrationRoutes(parts), ...statusRoutes(parts)];
}

function administrationRoutes({ certificates }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/certificates',
      summary: 'Certificates of this city’s own authorities, by owner',
      access: ['securityAdmin', 'operator', 'auditor'],
      query: wholeListQuery,
      answers: { 200: pageOf(certificateShape) },
      async run({ query }) {
        const all = await listCertificates(certificates.parts);
        const page = cutPage(all, ({ fingerprint }) => fingerprint, query);
        const items = page.items.map(present);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/certificates/{fingerprint}/revoke',
      summary: 'Revoke a certificate for good; its key is replaced where it is needed',
      access: ['securityAdmin'],
      params: byCertificate,
      payload: json(revocation),
      answers: { 200: certificateShape },
      async run({ principal, params: { fingerprint }, body: { reason } }) {
        const entry = await revokeCertificate(certificates.parts, principal, {
          ...{ fingerprint, reason },
        });
        return { status: 200, json: present(entry) };
      },
    }),
  ];
}

/** Their addresses stand in certificates: they stay. */
function statusRoutes({ certificates }: AppParts): readonly Route[] {
  const answerOcsp = async (
    request: Uint8Array,
    headers: Record<string, string>,
  ): Promise<Answer> => ({
    status: 200,
    bytes: await certificates.answerOcsp(request),
    headers: { 'content-type': OCSP_RESPONSE, ...headers },
  });
  return [
    defineRoute({
      method: 'get',
      path: '/crl/{ca}.crl',
      summary: 'Revocation list of a certification authority, by its key identifier (RFC 5280 §5)',
      access: 'public',
      params: byAuthority,
      answers: { 200: { mediaTypes: ['application/pkix-crl'] } },
      async run({ params: { ca } }) {
        await certificates.keepCrlsFresh();
        const crl = certificates.parts.crls.find(ca);
        if (crl === null) throw new ServiceError('NOT_FOUND', `no authority ${ca}`);
        const headers = {
          'content-type': 'application/pkix-crl',
          'cache-control': 'public, max-age=300', // a revocation shows within five minutes
          'last-modified': crl.thisUpdate.toUTCString(),
        };
        return { status: 200, bytes: crl.der, headers };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/ocsp',
      summary: 'Status of a certificate (RFC 6960)',
      access: 'public',
      payload: bytes(OCSP_REQUEST, MAX_OCSP_REQUEST_BYTES),
      answers: { 200: { mediaTypes: [OCSP_RESPONSE] } },
      isIdempotent: false,
      run: ({ body }) => answerOcsp(body, {}),
    }),
    defineRoute({
      method: 'get',
      path: '/ocsp/{request}',
      summary: 'Status of a certificate; the request in base64 (RFC 6960 appendix A.1)',
      access: 'public',
      params: z.strictObject({ request: z.base64().max(1024) }),
      answers: { 200: { mediaTypes: [OCSP_RESPONSE] } },
      run: ({ params: { request } }) =>
        answerOcsp(new Uint8Array(Buffer.from(request, 'base64')), {
          'cache-control': 'public, max-age=60',
        }),
    }),
  ];
}

function present(entry: CertificateEntry): Readonly<Record<string, unknown>> {
  return {
    ...entry,
    notBefore: entry.notBefore.toISOString(),
    notAfter: entry.notAfter.toISOString(),
    revokedAt: entry.revokedAt?.toISOString() ?? null,
  };
}
