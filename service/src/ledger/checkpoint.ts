import { hash, X509Certificate } from 'node:crypto';

import { ServiceError } from '../errors.ts';
import { verifySignature } from '../keys/publicKey.ts';
import type { PublicKey } from '../keys/publicKey.ts';
import { fromDerSignature, toDerSignature } from '../keys/signatureValue.ts';
import type { Signer } from '../keys/signer.ts';

/** State of a log: its first `size` leaves have the RFC 6962 root hash `rootHash`. */
export interface TreeHead {
  /** Name of the log, unique in the world: a URL without its scheme. */
  readonly origin: string;
  readonly size: number;
  /** SHA-256, 32 bytes. */
  readonly rootHash: Uint8Array;
}

/** One signature line of a signed note. */
export interface NoteSignature {
  readonly name: string;
  /** First 4 bytes of the SHA-256 of the signer's SubjectPublicKeyInfo, lower-case hex. */
  readonly keyHash: string;
  /** What follows the key hash; for ECDSA the DER-encoded signature. */
  readonly signature: Uint8Array;
}

/** A parsed checkpoint: `text` is what is signed, with its last newline. */
export interface SignedCheckpoint extends TreeHead {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const MAX_CHECKPOINT_CHARACTERS = 16_384;
const MAX_SIGNATURES = 16; // C2SP signed-note: a verifier must take at least 16
const KEY_HASH_BYTES = 4;

/**
 * Writes and signs a checkpoint (C2SP tlog-checkpoint; signed-note with an ECDSA key).
 *
 * @param signer - the node key; its certificate's key identifies the signature line.
 * @returns the note: text, empty line, one signature line.
 */
export async function signCheckpoint(head: TreeHead, signer: Signer): Promise<string> {
  const certificate = signer.certificationPath[0];
  if (certificate === undefined || signer.algorithm !== 'ES256') {
    throw new ServiceError(
      'KEY_UNFIT',
      'checkpoints are signed by an ES256 key with a certificate',
    );
  }
  const text = checkpointText(head);
  const signature = toDerSignature(await signer.sign(Buffer.from(text, 'utf8')));
  const keyHash = keyHashOf(
    new X509Certificate(certificate).publicKey.export({ format: 'der', type: 'spki' }),
  );
  const line = Buffer.concat([Buffer.from(keyHash, 'hex'), signature]).toString('base64');
  return `${text}\n\u2014 ${head.origin} ${line}\n`;
}

/** The text of a checkpoint: origin, size and root, a line each. */
export function checkpointText(head: TreeHead): string {
  return `${head.origin}\n${head.size}\n${Buffer.from(head.rootHash).toString('base64')}\n`;
}

/**
 * Parses a signed checkpoint (attacker-controlled). Signatures are not checked.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function parseCheckpoint(note: string): SignedCheckpoint {
  if (note.length > MAX_CHECKPOINT_CHARACTERS) throw malformed('is too long');
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw malformed('has no signatures');
  const text = note.slice(0, end + 1);
  const [origin = '', size = '', root = ''] = text.split('\n');
  if (!isName(origin)) throw malformed('has no origin');
  if (!isSize(size)) throw malformed('has no size');
  const rootHash = fromBase64(root);
  if (rootHash?.length !== 32) throw malformed('has no root hash');
  return {
    origin,
    size: Number(size),
    rootHash,
    text,
    signatures: parseSignatures(note.slice(end + 2)),
  };
}

/**
 * Says whether a checkpoint carries a good signature by an ECDSA P-256 key under the log's own name.
 * @param publicKey - the key the reader trusts, from a certificate.
 */
export function isSignedBy(checkpoint: SignedCheckpoint, publicKey: PublicKey): boolean {
  if (publicKey.algorithm !== 'ES256') return false;
  const keyHash = keyHashOf(publicKey.spki);
  const text = Buffer.from(checkpoint.text, 'utf8');
  return checkpoint.signatures.some((line) => {
    const signature = fromDerSignature(line.signature);
    const isOurs = line.keyHash === keyHash && line.name === checkpoint.origin;
    return isOurs && signature !== null && verifySignature(publicKey, text, signature);
  });
}

/**
 * Identifies a key in signature lines: first 4 bytes of SHA-256 of its SubjectPublicKeyInfo, lower-case hex.
 * @param spki - DER.
 */
export function keyHashOf(spki: Uint8Array): string {
  return hash('sha256', spki, 'hex').slice(0, KEY_HASH_BYTES * 2);
}

function parseSignatures(block: string): readonly NoteSignature[] {
  if (!block.endsWith('\n')) throw malformed('ends inside a signature line');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed('has too many signatures');
  return lines.map((line) => {
    const [dash, name = '', encoded = '', ...rest] = line.split(' ');
    const bytes = fromBase64(encoded);
    if (
      dash !== '\u2014' ||
      rest.length > 0 ||
      !isName(name) ||
      bytes === null ||
      bytes.length <= KEY_HASH_BYTES
    ) {
      throw malformed('has a malformed signature line');
    }
    const keyHash = Buffer.from(bytes.subarray(0, KEY_HASH_BYTES)).toString('hex');
    return { name, keyHash, signature: bytes.subarray(KEY_HASH_BYTES) };
  });
}

/** A name in a note: not empty, without spaces and plus signs (C2SP signed-note). */
function isName(text: string): boolean {
  return text.length > 0 && text.length <= 256 && !/[\s+]/u.test(text);
}

/** A decimal number without leading zeros, at most 2⁵³ − 1. */
function isSize(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
}

/** Strict base64: the one spelling of its bytes; null if it is not. */
function fromBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : null;
}

function malformed(what: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `the checkpoint ${what}`);
}
