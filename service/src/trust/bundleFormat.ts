/** The trust bundle: what an offline verifier needs besides its own roots, signed below them. */
import { createHash } from 'node:crypto';
import { TRUST_PURPOSES, type TrustScope } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { parseJws, signJws, type JsonObject, type Jws } from '../credentials/jws.ts';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import { parseCertificate, type Certificate } from '../pki/certificate.ts';
import type { AuthorityName } from '../pki/cityPki.ts';

/** Media type, without `application/`. */
export const TRUST_BUNDLE_TYPE = 'yinxin-trust-bundle+jws';
/** Longest text that is looked at, characters: a thousand authorities and two hundred status lists. */
export const MAX_TRUST_BUNDLE_LENGTH = 32 * 1024 * 1024;

/** An entry of the trust list. */
export interface BundledAnchor {
  readonly certificate: Certificate;
  readonly name: string;
  /** When it was recognised, RFC 3339. */
  readonly since: string;
  readonly scope: TrustScope;
}

/** What a bundle holds. Its signer's word: read only after its signature was verified. */
export interface TrustBundle {
  readonly issuer: AuthorityName;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Of every authority, retired ones too: a document code names its own by eight bytes only. */
  readonly codeSigners: readonly Certificate[];
  readonly credentialSigners: readonly Certificate[];
  /** CA certificates below this city's roots. */
  readonly intermediates: readonly Certificate[];
  /** CAs of other cities that are recognised. */
  readonly recognised: readonly BundledAnchor[];
  /** DER. */
  readonly crls: readonly Uint8Array[];
  /** Token Status Lists as they are published. */
  readonly statusLists: readonly string[];
  /** Licences on those lists that are not in force, by what became of them; all others that were issued are. */
  readonly exceptions: readonly StateExceptions[];
  /** The ledger's signed checkpoint (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
}

/** Licences in one state, each as {@link exceptionName} gives it. */
export interface StateExceptions {
  readonly state: ExceptionState;
  readonly licences: readonly string[];
}

/** What a licence can have become; `superseded`: another version took its place. */
export const EXCEPTION_STATES = [
  'suspended',
  'withdrawn',
  'cancelled',
  'lapsed',
  'transferred',
  'revoked',
  'superseded',
] as const;
export type ExceptionState = (typeof EXCEPTION_STATES)[number];

/** A licence in a list of exceptions: first 12 bytes of the SHA-256 of its whole identifier, base64url. */
export function exceptionName(identifier: string): string {
  return createHash('sha256').update(identifier).digest().subarray(0, 12).toString('base64url');
}

/** A bundle that was read, but not verified. */
export interface ReadTrustBundle {
  readonly jws: Jws;
  readonly bundle: TrustBundle;
}

const instant = z.iso.datetime();
const base64 = z.string().max(90_000);
const schema = z.strictObject({
  schemaVersion: z.literal(1),
  issuer: z.strictObject({ creditCode: z.string().length(18), name: z.string().min(1).max(200) }),
  issuedAt: instant,
  expiresAt: instant,
  codeSigners: z.array(base64).max(20_000),
  credentialSigners: z.array(base64).max(20_000),
  intermediates: z.array(base64).max(256),
  recognised: z
    .array(
      z.strictObject({
        certificate: base64,
        name: z.string().min(1).max(200),
        since: instant,
        scope: z.strictObject({
          purposes: z.array(z.enum(TRUST_PURPOSES)).min(1),
          sealKinds: z.array(z.string()).min(1).nullable(),
          licenceTypes: z.array(z.string()).min(1).nullable(),
          from: instant,
          until: instant.nullable(),
        }),
      }),
    )
    .max(1000),
  crls: z.array(z.string().max(MAX_TRUST_BUNDLE_LENGTH)).max(1000),
  statusLists: z.array(z.string().max(200_000)).max(10_000),
  exceptions: z
    .array(
      z.strictObject({
        state: z.enum(EXCEPTION_STATES),
        licences: z.array(z.string().length(16)).max(2_000_000),
      }),
    )
    .max(EXCEPTION_STATES.length),
  checkpoint: z.string().max(10_000),
});

/** Signs a bundle. @param signer - the operator's credential key (ES256). */
export async function signTrustBundle(bundle: TrustBundle, signer: Signer): Promise<string> {
  const { issuer, statusLists, checkpoint } = bundle;
  const payload: JsonObject = {
    schemaVersion: 1,
    issuer: { creditCode: issuer.creditCode, name: issuer.name },
    issuedAt: bundle.issuedAt.toISOString(),
    expiresAt: bundle.expiresAt.toISOString(),
    codeSigners: bundle.codeSigners.map(encode),
    credentialSigners: bundle.credentialSigners.map(encode),
    intermediates: bundle.intermediates.map(encode),
    recognised: bundle.recognised.map(({ certificate, name, since, scope }) => {
      const { purposes, sealKinds, licenceTypes, from, until } = scope;
      return {
        ...{ certificate: encode(certificate), name, since },
        scope: { purposes, sealKinds, licenceTypes, from, until },
      };
    }),
    crls: bundle.crls.map((der) => Buffer.from(der).toString('base64')),
    exceptions: bundle.exceptions.map(({ state, licences }) => ({ state, licences })),
    ...{ statusLists, checkpoint },
  };
  return await signJws(TRUST_BUNDLE_TYPE, payload, signer);
}

/**
 * Reads a bundle.
 *
 * @param text - attacker-controlled; at most {@link MAX_TRUST_BUNDLE_LENGTH}.
 * @throws ServiceError `DOCUMENT_MALFORMED`, also for a signed object of another type.
 */
export function parseTrustBundle(text: string): ReadTrustBundle {
  const jws = parseJws(text.trim(), TRUST_BUNDLE_TYPE, { maxLength: MAX_TRUST_BUNDLE_LENGTH });
  const parsed = schema.safeParse(jws.payload);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`/${issue?.path.join('/') ?? ''} is not as agreed`);
  }
  const { data } = parsed;
  return {
    jws,
    bundle: {
      ...data,
      issuedAt: new Date(data.issuedAt),
      expiresAt: new Date(data.expiresAt),
      codeSigners: data.codeSigners.map(decodeCertificate),
      credentialSigners: data.credentialSigners.map(decodeCertificate),
      intermediates: data.intermediates.map(decodeCertificate),
      recognised: data.recognised.map((anchor) => ({
        ...anchor,
        certificate: decodeCertificate(anchor.certificate),
      })),
      crls: data.crls.map(decode),
    },
  };
}

function encode({ der }: Certificate): string {
  return Buffer.from(der).toString('base64');
}

function decodeCertificate(text: string): Certificate {
  try {
    return parseCertificate(decode(text));
  } catch (cause) {
    if (cause instanceof ServiceError && cause.code === 'CERTIFICATE_MALFORMED') {
      throw malformed('a certificate cannot be read');
    }
    throw cause;
  }
}

function decode(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw malformed('a member is not base64');
  return new Uint8Array(bytes);
}

function malformed(reason: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `no trust bundle: ${reason}`);
}
