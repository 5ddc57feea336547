/** The code printed on a file: COSE_Sign1 over CWT claims, as digits behind a web address. */

import { createHash } from 'node:crypto';

import { ContractError, formatIdentifier } from '@yinxin/chaincode/model';

import { shanghaiDayNumber } from '../civilTime.ts';
import { ServiceError } from '../errors.ts';
import type { SignatureAlgorithm } from '../keys/signer.ts';
import type { Subject } from '../report.ts';
import type { CborValue } from './cbor.ts';
import {
  COSE_HEADER,
  encodeProtectedHeader,
  encodeSign1,
  parseSign1,
  sign1ToBeSigned,
  type Sign1,
} from './cose.ts';
import { decodeDigits, encodeDigits } from './digits.ts';
import {
  encodeClaims,
  parseClaims,
  type DocumentCodeClaims,
  type LicenceCodeSubject,
  type SealSignatureCodeSubject,
} from './documentCodeClaims.ts';
import { toCodeName, type HolderKind } from './holderName.ts';
import { statusReference } from './statusReference.ts';

/** Longest host (with port) whose codes fit a version 15 symbol at level M, whatever the licence. */
export const MAX_HOST_LENGTH = 30;

const MARK = 'YX1.';
const MAX_TEXT_LENGTH = 2048;
const CWT_TYPE = 61; // CoAP content format of application/cwt
const KEY_IDENTIFIER_BYTES = 8;

/** The licence a code is made for. */
export interface LicenceCodeInput extends Omit<LicenceCodeSubject, 'holderName' | 'validUntilDay'> {
  readonly holder: { readonly name: string; readonly kind: HolderKind };
  /** Last instant of validity, inside it; `null`: unlimited. */
  readonly validUntil: Date | null;
  readonly status: { readonly list: number; readonly index: number };
}

/** The sealed document a code is made for; `holder` is the seal's. */
export interface SealSignatureCodeInput extends Omit<SealSignatureCodeSubject, 'holderName'> {
  readonly holder: { readonly name: string; readonly kind: HolderKind };
}

export interface DocumentCodeInput {
  /** The code signer: its algorithm, and SHA-256 of its certificate in hex. */
  readonly signer: { readonly algorithm: SignatureAlgorithm; readonly keyId: string };
  /** Where the public page is, without path: `https://licences.example.cn`. */
  readonly publicUrl: string;
  /** Credit code of the issuing authority; of a seal signature, of the seal's holder. */
  readonly issuer: string;
  readonly issuedAt: Date;
  readonly subject: LicenceCodeInput | SealSignatureCodeInput;
}

export interface PreparedDocumentCode {
  readonly toBeSigned: Uint8Array;
  /** @param signature - r‖s, 64 bytes. */
  complete(signature: Uint8Array): EncodedDocumentCode;
}

export interface EncodedDocumentCode {
  /** COSE_Sign1. */
  readonly bytes: Uint8Array;
  /** SHA-256 of {@link bytes}, lower-case hex: the act's `codeDigest`. */
  readonly digest: string;
  /** What the QR symbol holds: `https://<host>/v#YX1.<digits>`. */
  readonly text: string;
}

/** A code that was read, but not verified: nothing in it may be relied on. */
export interface DocumentCode {
  readonly bytes: Uint8Array;
  /** SHA-256 of {@link bytes}, lower-case hex. */
  readonly digest: string;
  /** First 8 bytes of SHA-256 of the signer's certificate, lower-case hex. */
  readonly keyIdentifier: string;
  /** A licence by its identifier, a seal signature by the id of its act. */
  readonly subject: Subject;
  readonly claims: DocumentCodeClaims;
  readonly sign1: Sign1;
}

/** Builds the code's content. Pure: the same input gives the same bytes to sign. */
export function prepareDocumentCode(input: DocumentCodeInput): PreparedDocumentCode {
  const { algorithm, keyId } = input.signer;
  const keyIdentifier = Buffer.from(keyId.slice(0, 2 * KEY_IDENTIFIER_BYTES), 'hex');
  const content = {
    protectedBytes: encodeProtectedHeader(
      algorithm,
      new Map<number, CborValue>([
        [COSE_HEADER.keyIdentifier, Uint8Array.from(keyIdentifier)],
        [COSE_HEADER.type, CWT_TYPE],
      ]),
    ),
    payload: encodeClaims(toClaims(input)),
  };
  return {
    toBeSigned: sign1ToBeSigned(content),
    complete(signature) {
      const bytes = encodeSign1(content, signature);
      const text = `${input.publicUrl}/v#${MARK}${encodeDigits(bytes)}`;
      return { bytes, digest: sha256(bytes), text };
    },
  };
}

/**
 * Reads the text of a code: `https://<host>/v#YX1.<digits>` (any host; a code is judged by its signature, not by
 * its address), `#YX1.<digits>` or `YX1.<digits>`, white space around it allowed.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError `CODE_MALFORMED` for anything else, or if the digits hold no code of the known form.
 */
export function parseDocumentCode(text: string): DocumentCode {
  const match =
    text.length > MAX_TEXT_LENGTH
      ? null
      : /^(?:(?:https?:\/\/[^/?#\s]{1,255}\/v)?#)?YX1\.([0-9]+)$/.exec(text.trim());
  if (match === null) {
    throw malformed('text is not of the form YX1.<digits>');
  }
  return parseDocumentCodeBytes(decodeDigits(match[1] ?? ''));
}

/**
 * Reads the COSE_Sign1 of a code.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `CODE_MALFORMED`.
 */
export function parseDocumentCodeBytes(bytes: Uint8Array): DocumentCode {
  const sign1 = parseSign1(bytes);
  const keyIdentifier = sign1.protectedHeader.get(COSE_HEADER.keyIdentifier);
  if (
    !(keyIdentifier instanceof Uint8Array) ||
    keyIdentifier.length !== KEY_IDENTIFIER_BYTES ||
    sign1.protectedHeader.get(COSE_HEADER.type) !== CWT_TYPE ||
    sign1.protectedHeader.size !== 3 ||
    sign1.unprotectedHeader.size !== 0
  ) {
    throw malformed('header is not exactly alg, kid and typ');
  }
  const claims = parseClaims(sign1.payload);
  return {
    bytes,
    digest: sha256(bytes),
    keyIdentifier: Buffer.from(keyIdentifier).toString('hex'),
    subject: toSubject(claims),
    claims,
    sign1,
  };
}

function toSubject({ issuer, subject }: DocumentCodeClaims): Subject {
  if (subject.kind === 'seal-signature') {
    return { kind: 'seal-signature', identifier: subject.actId };
  }
  const { typeCode, serial, version } = subject;
  try {
    return { kind: 'licence', identifier: formatIdentifier({ typeCode, issuer, serial, version }) };
  } catch (cause) {
    if (cause instanceof ContractError) {
      throw malformed('it names no possible licence', cause);
    }
    throw cause;
  }
}

/** Whether a text looks like a document code, so that it should be read as one and no other kind. */
export function isDocumentCodeText(text: string): boolean {
  return /(?:^|#)YX1\./.test(text.slice(0, MAX_TEXT_LENGTH).trimStart());
}

/**
 * Makes sure that the codes of this address fit the printed symbol.
 *
 * @param publicUrl - `http(s)://<host>[:<port>]`, nothing behind.
 * @throws ServiceError `CONFIGURATION_INVALID` if it has another form, or host and port together more than
 * {@link MAX_HOST_LENGTH} characters.
 */
export function assertHostFits(publicUrl: string): void {
  const match = /^https?:\/\/([A-Za-z0-9.:[\]-]+)$/.exec(publicUrl);
  if (match === null) {
    throw new ServiceError('CONFIGURATION_INVALID', 'public URL is not of the form https://<host>');
  }
  const host = match[1] ?? '';
  if (host.length > MAX_HOST_LENGTH) {
    throw new ServiceError(
      'CONFIGURATION_INVALID',
      `host ${host} has ${host.length} characters; codes have room for ${MAX_HOST_LENGTH}`,
    );
  }
}

function toClaims(input: DocumentCodeInput): DocumentCodeClaims {
  const { issuer, issuedAt, subject } = input;
  const holderName = toCodeName(subject.holder.name, subject.holder.kind);
  if (subject.kind === 'seal-signature') {
    return { issuer, issuedAt, expiresAt: null, status: null, subject: { ...subject, holderName } };
  }
  const { validUntil, status } = subject;
  return {
    issuer,
    issuedAt,
    expiresAt:
      validUntil === null ? null : new Date((Math.floor(validUntil.getTime() / 1000) + 1) * 1000),
    status: statusReference(input.publicUrl, status),
    subject: {
      ...subject,
      holderName,
      validUntilDay: validUntil === null ? null : shanghaiDayNumber(validUntil),
    },
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function malformed(reason: string, cause?: unknown): ServiceError {
  return new ServiceError('CODE_MALFORMED', `not a document code: ${reason}`, { cause });
}
