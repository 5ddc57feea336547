/** The credential of a licence: an SD-JWT (RFC 9901) in which every field can be disclosed by itself. */

import { createHash } from 'node:crypto';

import { ContractError, parseIdentifier } from '@yinxin/chaincode/model';

import { ServiceError } from '../errors.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, passed, type Check } from '../report.ts';
import { hideMembers, parseDisclosure, reveal, type Disclosure } from './disclosures.ts';
import {
  parseJws,
  prepareJws,
  verifyJws,
  type JsonObject,
  type JsonValue,
  type Jws,
  type JwsSigner,
} from './jws.ts';
import { latestEnd } from './signerPeriod.ts';
import { toStatusReference, type StatusReference } from './statusReference.ts';

/** SD-JWT VC: media type of a digital credential. */
export const CREDENTIAL_TYPE = 'dc+sd-jwt';

const VERIFIABLE_CREDENTIAL_TYPE = 'urn:yinxin:licence:'; // `vct` is this and the type code
const MAX_TEXT_LENGTH = 256 * 1024;
const MAX_JWT_LENGTH = 128 * 1024;
const MAX_DISCLOSURES = 512;
const DISCLOSURE_CLAUSE = 'RFC 9901 §7.1';
const TIME_CLAUSE = 'RFC 7519 §4.1';

/** The parts of a credential whose members can be disclosed one by one. */
export const CREDENTIAL_SECTIONS = ['holder', 'fields'] as const;
export type CredentialSection = (typeof CREDENTIAL_SECTIONS)[number];

export interface CredentialInput {
  readonly identifier: string;
  readonly issuedAt: Date;
  /** Last instant of validity; `null`: unlimited. `exp` is cut at the end of the signer's certificate. */
  readonly validUntil: Date | null;
  readonly status: StatusReference;
  readonly holder: JsonObject;
  readonly fields: JsonObject;
}

export interface PreparedCredential {
  readonly toBeSigned: Uint8Array;
  /** @param signature - r‖s, 64 bytes. */
  complete(signature: Uint8Array): EncodedCredential;
}

export interface EncodedCredential {
  /** `<JWT>~<disclosure>~…~`, with every disclosure. */
  readonly text: string;
  /** SHA-256 of the JWT's characters, lower-case hex: the act's `credentialDigest`. */
  readonly digest: string;
}

/** Which members are shown; a section left out shows none. */
export type Selection = Partial<Readonly<Record<CredentialSection, readonly string[]>>>;

/** A credential that was read, but not verified. */
export interface Credential {
  readonly identifier: string;
  /** Credit code. */
  readonly issuer: string;
  readonly issuedAt: Date;
  /** First instant at which it is no longer good, whole seconds. */
  readonly expiresAt: Date;
  readonly status: StatusReference;
  /** What is disclosed of the holder and of the fields. */
  readonly holder: JsonObject;
  readonly fields: JsonObject;
  /** SHA-256 of the JWT's characters, lower-case hex; the same for every selection of fields. */
  readonly digest: string;
  readonly jws: Jws;
  readonly disclosures: readonly Disclosure[];
  readonly isConsistent: boolean;
}

/**
 * Builds a credential under ES256; the signing key's certificates stand in its header. Salts are fresh each time.
 *
 * @throws ServiceError `KEY_UNFIT` if the key does not sign ES256 or has no certificate.
 */
export function prepareCredential(input: CredentialInput, signer: JwsSigner): PreparedCredential {
  const { typeCode, issuer } = parseIdentifier(input.identifier);
  const holder = hideMembers(input.holder);
  const fields = hideMembers(input.fields);
  const prepared = prepareJws(
    CREDENTIAL_TYPE,
    {
      _sd_alg: 'sha-256',
      exp: Math.floor(expiryOf(input, signer) / 1000),
      fields: fields.object,
      holder: holder.object,
      iat: Math.floor(input.issuedAt.getTime() / 1000),
      iss: issuer,
      licence: input.identifier,
      status: { status_list: { idx: input.status.index, uri: input.status.uri } },
      vct: VERIFIABLE_CREDENTIAL_TYPE + typeCode,
    },
    signer,
  );
  return {
    toBeSigned: prepared.toBeSigned,
    complete(signature) {
      const jwt = prepared.complete(signature);
      return {
        text: join(jwt, [...holder.disclosures, ...fields.disclosures]),
        digest: sha256(jwt),
      };
    },
  };
}

/**
 * Leaves only the chosen members disclosed.
 *
 * @param text - a credential with at least these disclosures.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is no credential.
 */
export function presentCredential(text: string, selection: Selection): string {
  const { jwt, disclosures, jws } = split(text);
  const payload = jws.payload;
  const shown = CREDENTIAL_SECTIONS.flatMap((section) => {
    const digests = new Set(digestsOf(payload[section]));
    const names = new Set(selection[section] ?? []);
    return disclosures.filter(
      ({ name, digest }) => name !== null && names.has(name) && digests.has(digest),
    );
  });
  return join(jwt, shown);
}

/**
 * Reads a credential: an SD-JWT of the form of {@link prepareCredential}, without key binding.
 *
 * @param text - attacker-controlled; at most 256 KiB and 512 disclosures.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function parseCredential(text: string): Credential {
  const { jwt, disclosures, jws } = split(text);
  const { payload, isConsistent } = reveal(jws.payload, disclosures);
  const { exp, fields, holder, iat, iss, licence, status, vct, ...others } = payload;
  const { identifier, issuer, typeCode } = parseLicence(licence);
  if (
    iss !== issuer ||
    vct !== VERIFIABLE_CREDENTIAL_TYPE + typeCode ||
    Object.keys(others).length > 0
  ) {
    throw malformed('claims are not those of a licence');
  }
  return {
    identifier,
    issuer,
    issuedAt: instant(iat),
    expiresAt: instant(exp),
    status: parseStatus(status),
    holder: section(holder),
    fields: section(fields),
    digest: sha256(jwt),
    jws,
    disclosures,
    isConsistent,
  };
}

/**
 * Verifies a credential's signature, path (purpose `credentialSigner`, as of `signedAt`, else `at`), disclosures, issuer and times.
 * The status of the licence is not looked at here.
 *
 * @returns the JWS's checks, then `credential.disclosures`, `credential.issuer`, `credential.issuedAt` and
 * `credential.expiresAt`.
 */
export function verifyCredential(
  credential: Credential,
  question: {
    readonly trust: TrustStore;
    readonly at: Date;
    /** When it was signed, if that is proven: its signer is judged then. */
    readonly signedAt?: Date;
  },
): readonly Check[] {
  return [
    ...verifyJws(credential.jws, {
      ...{ trust: question.trust, at: question.signedAt ?? question.at },
      purpose: 'credentialSigner',
    }),
    credential.isConsistent
      ? passed('credential.disclosures', 'each is behind its digest', DISCLOSURE_CLAUSE)
      : failed(
          'credential.disclosures',
          'HASH_FAILURE',
          'one has no digest of its own',
          DISCLOSURE_CLAUSE,
        ),
    checkIssuer(credential),
    ...checkTimes(credential, question.at),
  ];
}

function checkIssuer({ issuer, jws }: Credential): Check {
  const certified = jws.certificates[0]?.subject.creditCode ?? 'no credit code';
  return certified === issuer
    ? passed('credential.issuer', `the certificate names ${issuer}`)
    : failed(
        'credential.issuer',
        'CERTIFICATE_CONSTRAINTS_FAILURE',
        `issued by ${issuer}, its signer's certificate names ${certified}`,
      );
}

const MAX_CLOCK_SKEW_MS = 60_000;

function checkTimes({ issuedAt, expiresAt }: Credential, at: Date): readonly Check[] {
  const issued = `issued at ${issuedAt.toISOString()}`;
  const ends = `good before ${expiresAt.toISOString()}`;
  return [
    issuedAt.getTime() > at.getTime() + MAX_CLOCK_SKEW_MS
      ? failed('credential.issuedAt', 'NOT_YET_VALID', issued, TIME_CLAUSE)
      : passed('credential.issuedAt', issued, TIME_CLAUSE),
    at.getTime() >= expiresAt.getTime()
      ? failed('credential.expiresAt', 'EXPIRED', ends, TIME_CLAUSE)
      : passed('credential.expiresAt', ends, TIME_CLAUSE),
  ];
}

interface SplitCredential {
  readonly jwt: string;
  readonly jws: Jws;
  readonly disclosures: readonly Disclosure[];
}

function split(text: string): SplitCredential {
  if (text.length > MAX_TEXT_LENGTH || !text.endsWith('~')) {
    throw malformed('too long, or does not end with a tilde');
  }
  const [jwt = '', ...disclosures] = text.slice(0, -1).split('~', MAX_DISCLOSURES + 2);
  if (disclosures.length > MAX_DISCLOSURES) {
    throw malformed(`more than ${MAX_DISCLOSURES} disclosures`);
  }
  return {
    jwt,
    jws: parseJws(jwt, CREDENTIAL_TYPE, { maxLength: MAX_JWT_LENGTH }),
    disclosures: disclosures.map(parseDisclosure),
  };
}

function join(jwt: string, disclosures: readonly Disclosure[]): string {
  return `${[jwt, ...disclosures.map(({ text }) => text)].join('~')}~`;
}

/** Milliseconds; the first instant after the last of validity, or the signer's end. */
function expiryOf(input: CredentialInput, signer: JwsSigner): number {
  const end = latestEnd(signer).getTime();
  return input.validUntil === null
    ? end
    : Math.min(end, (Math.floor(input.validUntil.getTime() / 1000) + 1) * 1000);
}

function parseLicence(value: JsonValue | undefined): {
  readonly identifier: string;
  readonly issuer: string;
  readonly typeCode: string;
} {
  const identifier = typeof value === 'string' ? value.slice(0, 128) : '';
  try {
    return { identifier, ...parseIdentifier(identifier) };
  } catch (cause) {
    if (cause instanceof ContractError) {
      throw malformed('it names no licence', cause);
    }
    throw cause;
  }
}

function parseStatus(value: JsonValue | undefined): StatusReference {
  const list = isObject(value) ? value['status_list'] : undefined;
  const reference = isObject(list) ? toStatusReference(list['idx'], list['uri']) : null;
  if (reference === null) {
    throw malformed('status is no reference to a status list');
  }
  return reference;
}

function digestsOf(value: JsonValue | undefined): readonly JsonValue[] {
  const digests = isObject(value) ? value['_sd'] : undefined;
  return Array.isArray(digests) ? (digests as readonly JsonValue[]) : []; // Array.isArray forgets the member type
}

function section(value: JsonValue | undefined): JsonObject {
  if (!isObject(value)) {
    throw malformed('holder or fields are missing');
  }
  return value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function instant(value: JsonValue | undefined): Date {
  if (
    typeof value !== 'number' ||
    !Number.isInteger(value) ||
    value < 0 ||
    value > 253_402_300_799
  ) {
    throw malformed('a time is missing or out of range');
  }
  return new Date(value * 1000);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

function malformed(reason: string, cause?: unknown): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a credential: ${reason}`, { cause });
}
