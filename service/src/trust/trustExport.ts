/** A city's own CAs as another city takes them over: signed by its operator, judged by the certificates inside. */
import { TRUST_PURPOSES, type TrustScope } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { parseJws, signJws, type JsonObject, type Jws } from '../credentials/jws.ts';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import type { AuthorityName } from '../pki/cityPki.ts';
import { conclude } from '../report.ts';
import { verifyOperatorSignature } from './operatorSignature.ts';

/** Media type, without `application/`. */
export const TRUST_EXPORT_TYPE = 'yinxin-trust-export+jws';
/** Longest text that is looked at, characters. */
export const MAX_TRUST_EXPORT_LENGTH = 512 * 1024;

const MAX_AUTHORITIES = 32;
const CLOCK_TOLERANCE_MS = 300_000;

/** One CA with the scope that its city suggests. */
export interface ExportedAuthority {
  readonly certificate: Certificate;
  readonly name: string;
  readonly suggestedScope: TrustScope;
  /** Where its city publishes revocation lists. */
  readonly crlUrls: readonly string[];
}

export interface TrustExport {
  readonly issuer: AuthorityName;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly authorities: readonly ExportedAuthority[];
}

/** An export that was read and holds together; whether its city is trusted is for people to say. */
export interface ReadTrustExport extends TrustExport {
  /** Subject of the certificate that signed it. */
  readonly signedBy: string;
}

const instant = z.iso.datetime();
const scopeSchema = z.strictObject({
  purposes: z.array(z.enum(TRUST_PURPOSES)).min(1).max(TRUST_PURPOSES.length),
  sealKinds: z.array(z.string().min(1).max(32)).min(1).max(50).nullable(),
  licenceTypes: z.array(z.string().length(21)).min(1).max(500).nullable(),
  from: instant,
  until: instant.nullable(),
});
const schema = z.strictObject({
  schemaVersion: z.literal(1),
  issuer: z.strictObject({ creditCode: z.string().length(18), name: z.string().min(1).max(200) }),
  issuedAt: instant,
  expiresAt: instant,
  authorities: z
    .array(
      z.strictObject({
        certificate: z.string().max(12_000),
        name: z.string().min(1).max(200),
        suggestedScope: scopeSchema,
        crlUrls: z.array(z.string().max(2000)).max(16),
      }),
    )
    .min(1)
    .max(MAX_AUTHORITIES),
});

/** Signs an export. @param signer - the operator's credential key (ES256). */
export async function signTrustExport(content: TrustExport, signer: Signer): Promise<string> {
  const payload = {
    schemaVersion: 1,
    issuer: { creditCode: content.issuer.creditCode, name: content.issuer.name },
    issuedAt: content.issuedAt.toISOString(),
    expiresAt: content.expiresAt.toISOString(),
    authorities: content.authorities.map(({ certificate, name, suggestedScope, crlUrls }) => ({
      certificate: Buffer.from(certificate.der).toString('base64'),
      name,
      suggestedScope: toJson(suggestedScope),
      crlUrls,
    })),
  };
  return await signJws(TRUST_EXPORT_TYPE, payload, signer);
}

/**
 * Reads an export and checks that it is whole: signed by a key of its issuer under one of the CAs it names, and in its
 * period. That says who made it only to people who compare the fingerprints with what that city told them.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError `TRUST_EXPORT_MALFORMED` (also a signed object of another type), `TRUST_EXPORT_NOT_GENUINE`,
 * `TRUST_EXPORT_EXPIRED`.
 */
export function readTrustExport(text: string, now: Date): ReadTrustExport {
  const { jws, content } = parseTrustExport(text);
  const anchors = content.authorities.map(({ certificate }) => certificate);
  const { indication, subIndication } = conclude(
    verifyOperatorSignature(jws, {
      trust: { anchors, intermediates: [] },
      at: content.issuedAt,
      issuer: content.issuer.creditCode,
    }),
  );
  const [signer] = jws.certificates;
  if (indication !== 'TOTAL-PASSED' || signer === undefined) {
    throw notGenuine(`its signature does not hold: ${subIndication ?? 'no signer'}`);
  }
  if (content.issuedAt.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) {
    throw notGenuine(`it is dated ${content.issuedAt.toISOString()}, which is to come`);
  }
  if (now > content.expiresAt) {
    throw new ServiceError(
      'TRUST_EXPORT_EXPIRED',
      `the export was good until ${content.expiresAt.toISOString()}; ask for a new one`,
    );
  }
  return { ...content, signedBy: signer.subject.text };
}

function parseTrustExport(text: string): { readonly jws: Jws; readonly content: TrustExport } {
  try {
    const jws = parseJws(text.trim(), TRUST_EXPORT_TYPE, { maxLength: MAX_TRUST_EXPORT_LENGTH });
    return { jws, content: toContent(jws.payload) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ServiceError('TRUST_EXPORT_MALFORMED', `no trust export: ${error.message}`);
  }
}

function toContent(payload: JsonObject): TrustExport {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ServiceError(
      'DOCUMENT_MALFORMED',
      `/${issue?.path.join('/') ?? ''} is not as agreed`,
    );
  }
  const { issuer, issuedAt, expiresAt, authorities } = parsed.data;
  return {
    issuer,
    issuedAt: new Date(issuedAt),
    expiresAt: new Date(expiresAt),
    authorities: authorities.map(({ certificate, ...rest }) => ({
      ...rest,
      certificate: parseCertificate(decode(certificate)),
    })),
  };
}

function decode(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) {
    throw new ServiceError('DOCUMENT_MALFORMED', 'a certificate is not base64');
  }
  return new Uint8Array(bytes);
}

function toJson({ purposes, sealKinds, licenceTypes, from, until }: TrustScope): JsonObject {
  return { purposes, sealKinds, licenceTypes, from, until };
}

function notGenuine(reason: string): ServiceError {
  return new ServiceError('TRUST_EXPORT_NOT_GENUINE', `the export is not genuine: ${reason}`);
}
