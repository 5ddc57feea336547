/** The code printed on a file: COSE_Sign1 over CWT claims, as digits behind a web address. */

import { createHash } from 'node:crypto';

import { ContractError, formatIdentifier } from '@yinxin/chaincode/model';

import { shanghaiDayNumber } from '../civilTime.ts';
import { ServiceError } from '../errors.ts';
import type { Subject } from '../report.ts';
import {
  encodeClaims,
  parseClaims,
  type DocumentCodeClaims,
  type LicenceCodeSubject,
  type SealSignatureCodeSubject,
} from './documentCodeClaims.ts';
import { toCodeName, type HolderKind } from './holderName.ts';
import {
  isCodeText,
  parseCode,
  prepareCode,
  readCodeText,
  type CodeKind,
  type CodeSigner,
  type EncodedCode,
  type SignedCode,
} from './signedCode.ts';
import { statusReference } from './statusReference.ts';

/** Longest host (with port) whose codes fit a version 15 symbol at level M, whatever the licence. */
export const MAX_HOST_LENGTH = 30;

const DOCUMENT_CODE: CodeKind = { mark: 'YX1', maxTextLength: 2048, malformed };

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
  readonly signer: CodeSigner;
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

export interface EncodedDocumentCode extends EncodedCode {
  /** SHA-256 of its bytes, lower-case hex: the act's `codeDigest`. */
  readonly digest: string;
}

/** A code that was read, but not verified: nothing in it may be relied on. */
export interface DocumentCode extends SignedCode {
  readonly bytes: Uint8Array;
  /** SHA-256 of {@link bytes}, lower-case hex. */
  readonly digest: string;
  /** A licence by its identifier, a seal signature by the id of its act. */
  readonly subject: Subject;
  readonly claims: DocumentCodeClaims;
}

/** Builds the code's content. Pure: the same input gives the same bytes to sign. */
export function prepareDocumentCode(input: DocumentCodeInput): PreparedDocumentCode {
  const { signer, publicUrl } = input;
  const payload = encodeClaims(toClaims(input));
  const prepared = prepareCode(DOCUMENT_CODE, { payload, signer, publicUrl });
  return {
    toBeSigned: prepared.toBeSigned,
    complete(signature) {
      const { bytes, text } = prepared.complete(signature);
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
  return parseDocumentCodeBytes(readCodeText(DOCUMENT_CODE, text));
}

/**
 * Reads the COSE_Sign1 of a code.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `CODE_MALFORMED`.
 */
export function parseDocumentCodeBytes(bytes: Uint8Array): DocumentCode {
  const code = parseCode(DOCUMENT_CODE, bytes);
  const claims = parseClaims(code.sign1.payload);
  return { ...code, bytes, digest: sha256(bytes), subject: toSubject(claims), claims };
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
  return isCodeText(DOCUMENT_CODE, text);
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
