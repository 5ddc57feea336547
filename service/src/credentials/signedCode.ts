/** What all codes have in common: COSE_Sign1 over CWT claims, as digits behind a mark and a web address. */
import type { ServiceError } from '../errors.ts';
import type { SignatureAlgorithm } from '../keys/signer.ts';
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

const CWT_TYPE = 61; // CoAP content format of application/cwt
const KEY_IDENTIFIER_BYTES = 8;

/** One kind of code. */
export interface CodeKind {
  /** Stands before the digits, without its dot: `YX1`. */
  readonly mark: string;
  /** Longest text that is looked at, characters. */
  readonly maxTextLength: number;
  /** Says `CODE_MALFORMED` in the words of this kind. */
  malformed(reason: string): ServiceError;
}

/** The code signer: its algorithm, and SHA-256 of its certificate in hex. */
export interface CodeSigner {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: string;
}

export interface PreparedCode {
  readonly toBeSigned: Uint8Array;
  /** @param signature - r‖s, 64 bytes. */
  complete(signature: Uint8Array): EncodedCode;
}

export interface EncodedCode {
  /** COSE_Sign1. */
  readonly bytes: Uint8Array;
  /** What the QR symbol holds: `https://<host>/v#<mark>.<digits>`. */
  readonly text: string;
}

/** A code that was read, but not verified: nothing in it may be relied on. */
export interface SignedCode {
  /** First 8 bytes of SHA-256 of the signer's certificate, lower-case hex. */
  readonly keyIdentifier: string;
  readonly sign1: Sign1;
}

/**
 * Builds a code. Pure: the same input gives the same bytes to sign.
 *
 * @param payload - the encoded claims.
 * @param publicUrl - where the public page is, without path.
 */
export function prepareCode(
  { mark }: CodeKind,
  {
    payload,
    signer,
    publicUrl,
  }: Readonly<{ payload: Uint8Array; signer: CodeSigner; publicUrl: string }>,
): PreparedCode {
  const keyIdentifier = Buffer.from(signer.keyId.slice(0, 2 * KEY_IDENTIFIER_BYTES), 'hex');
  const content = {
    protectedBytes: encodeProtectedHeader(
      signer.algorithm,
      new Map<number, CborValue>([
        [COSE_HEADER.keyIdentifier, Uint8Array.from(keyIdentifier)],
        [COSE_HEADER.type, CWT_TYPE],
      ]),
    ),
    payload,
  };
  return {
    toBeSigned: sign1ToBeSigned(content),
    complete(signature) {
      const bytes = encodeSign1(content, signature);
      return { bytes, text: `${publicUrl}/v#${mark}.${encodeDigits(bytes)}` };
    },
  };
}

/** Whether a text looks like a code of this kind, so that it should be read as one and no other kind. */
export function isCodeText({ mark, maxTextLength }: CodeKind, text: string): boolean {
  return new RegExp(`(?:^|#)${mark}\\.`).test(text.slice(0, maxTextLength).trimStart());
}

/**
 * The bytes behind a code's text: `https://<host>/v#<mark>.<digits>` (any host; a code is judged by its signature, not by
 * its address), `#<mark>.<digits>` or `<mark>.<digits>`, white space around it allowed.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError `CODE_MALFORMED`.
 */
export function readCodeText(kind: CodeKind, text: string): Uint8Array {
  const { mark, maxTextLength } = kind;
  const form = new RegExp(`^(?:(?:https?://[^/?#\\s]{1,255}/v)?#)?${mark}\\.([0-9]+)$`);
  const match = text.length > maxTextLength ? null : form.exec(text.trim());
  if (match === null) throw kind.malformed(`text is not of the form ${mark}.<digits>`);
  return decodeDigits(match[1] ?? '');
}

/**
 * Reads the COSE_Sign1 of a code; its claims are the kind's own to read.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `CODE_MALFORMED`.
 */
export function parseCode(kind: CodeKind, bytes: Uint8Array): SignedCode {
  const sign1 = parseSign1(bytes);
  const keyIdentifier = sign1.protectedHeader.get(COSE_HEADER.keyIdentifier);
  if (
    !(keyIdentifier instanceof Uint8Array) ||
    keyIdentifier.length !== KEY_IDENTIFIER_BYTES ||
    sign1.protectedHeader.get(COSE_HEADER.type) !== CWT_TYPE ||
    sign1.protectedHeader.size !== 3 ||
    sign1.unprotectedHeader.size !== 0
  ) {
    throw kind.malformed('header is not exactly alg, kid and typ');
  }
  return { keyIdentifier: Buffer.from(keyIdentifier).toString('hex'), sign1 };
}
