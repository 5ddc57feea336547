/** Signed checkpoints of the ledger's log: C2SP tlog-checkpoint in a signed note. */
import { decodeBase64, encodeUtf8, sha256, toHex, type Bytes } from '../../../offline/bytes.ts';
import type { Certificate } from '../../../offline/certificate.ts';
import { fromDerSignature, verifySignature } from '../../../offline/publicKey.ts';
import { join } from './merkle.ts';

interface NoteSignature {
  readonly name: string;
  /** Lower-case hex. */
  readonly keyHash: string;
  /** DER. */
  readonly signature: Bytes;
}

export interface Checkpoint {
  /** As it came. */
  readonly note: string;
  /** What is signed, with its last newline. */
  readonly text: string;
  readonly origin: string;
  /** Batches in the log. */
  readonly size: number;
  /** SHA-256, 32 bytes. */
  readonly root: Bytes;
  readonly signatures: readonly NoteSignature[];
}

const MAX_CHARACTERS = 16_384;
const MAX_SIGNATURES = 16;
const KEY_HASH_BYTES = 4;
const HASH_BYTES = 32;
const SPKI_PREFIX = decodeBase64('MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA=') ?? new Uint8Array();

/**
 * Reads a checkpoint; signatures are not judged.
 *
 * @param note - attacker-controlled.
 * @returns null for what is none.
 */
export function readCheckpoint(note: string): Checkpoint | null {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || note.length > MAX_CHARACTERS) return null;
  const text = note.slice(0, end + 1);
  const head = readHead(text.split('\n'));
  const signatures = readSignatures(note.slice(end + 2));
  return head === null || signatures === null ? null : { ...{ note, text, signatures }, ...head };
}

function readHead(lines: readonly string[]): Pick<Checkpoint, 'origin' | 'size' | 'root'> | null {
  const [origin = '', size = '', encoded = ''] = lines;
  const root = decodeBase64(encoded);
  return isName(origin) && isSize(size) && root?.length === HASH_BYTES
    ? { origin, root, size: Number(size) }
    : null;
}

/** Whether one of the signatures, under the log's own name, is right by the certificate's key. */
export async function isCheckpointSignedBy(
  { text, origin, signatures }: Checkpoint,
  { key }: Certificate,
): Promise<boolean> {
  if (key.algorithm !== 'ES256') return false;
  const keyHash = await keyHashOf(key.point);
  const ours = signatures.filter((one) => one.keyHash === keyHash && one.name === origin);
  for (const { signature } of ours) {
    const raw = fromDerSignature(signature);
    if (raw !== null && (await verifySignature(key, encodeUtf8(text), raw)) === 'right')
      return true;
  }
  return false;
}

/** Name of a key in signature lines: first 4 bytes of the SHA-256 of its SubjectPublicKeyInfo. */
async function keyHashOf(point: Bytes): Promise<string> {
  const digest = await sha256(join(SPKI_PREFIX, point));
  return toHex(digest.subarray(0, KEY_HASH_BYTES));
}

function readSignatures(block: string): readonly NoteSignature[] | null {
  const lines = block.slice(0, -1).split('\n');
  if (!block.endsWith('\n') || lines.length > MAX_SIGNATURES) return null;
  const read = lines.map(readSignature);
  return read.every((one) => one !== null) ? read : null;
}

function readSignature(line: string): NoteSignature | null {
  const [dash, name = '', encoded = '', ...rest] = line.split(' ');
  const bytes = decodeBase64(encoded);
  if (dash !== '\u2014' || rest.length > 0 || !isName(name)) return null;
  if (bytes === null || bytes.length <= KEY_HASH_BYTES) return null;
  const keyHash = toHex(bytes.subarray(0, KEY_HASH_BYTES));
  return { name, keyHash, signature: bytes.slice(KEY_HASH_BYTES) };
}

function isName(text: string): boolean {
  return text.length > 0 && text.length <= 256 && !/[\s+]/u.test(text);
}

/** Decimal, without leading zeros, at most 2⁵³ − 1. */
function isSize(text: string): boolean {
  return /^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
}
