/** CBOR in its deterministic form (RFC 8949 §4.2.1), for the few types that codes need. */
import { compareBytes, decodeUtf8, encodeUtf8, MalformedError, type Bytes } from './bytes.ts';

/** Integers are safe integers; floats, undefined, bignums and other simple values do not occur. */
export type CborValue =
  number | string | boolean | null | Bytes | readonly CborValue[] | CborMap | CborTag;
export type CborMap = ReadonlyMap<number | string, CborValue>;

/** A tagged value (RFC 8949 §3.4). */
export interface CborTag {
  readonly tag: number;
  readonly value: CborValue;
}

const MAX_BYTES = 65_536;
const MAX_DEPTH = 8;
const MAX_MEMBERS = 1024;

interface Reader {
  readonly bytes: Bytes;
  offset: number;
  members: number;
}

/**
 * Decodes exactly one value.
 *
 * @param bytes - attacker-controlled; at most 64 KiB, 8 levels deep, 1,024 members in all.
 * @throws MalformedError `CODE_MALFORMED` for whatever is not deterministic: longer heads than needed, indefinite
 * lengths, unsorted or repeated keys, invalid UTF-8, floats, trailing bytes.
 */
export function decodeCbor(bytes: Bytes): CborValue {
  if (bytes.length > MAX_BYTES) throw malformed('too long');
  const reader: Reader = { bytes, offset: 0, members: 0 };
  const value = readValue(reader, 0);
  if (reader.offset !== bytes.length) throw malformed('bytes after the value');
  return value;
}

/** The bytes of `['Signature1', …]` (RFC 9052 §4.4): a short text, then byte strings. */
export function encodeSignatureInput(context: string, parts: readonly Uint8Array[]): Bytes {
  const chunks = [
    [0x80 | (parts.length + 1), 0x60 | context.length],
    [...encodeUtf8(context)],
    ...parts.flatMap((part) => [encodeLength(part.length), part]),
  ];
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** Head of a byte string below 64 KiB. */
function encodeLength(length: number): readonly number[] {
  if (length < 24) return [0x40 | length];
  return length < 256 ? [0x58, length] : [0x59, length >> 8, length & 0xff];
}

function readValue(reader: Reader, depth: number): CborValue {
  reader.members += 1;
  if (depth > MAX_DEPTH || reader.members > MAX_MEMBERS) {
    throw malformed('too deep or too many members');
  }
  const { major, argument } = readHead(reader);
  switch (major) {
    case 0:
      return argument;
    case 1:
      return readNegative(argument);
    case 2:
      return take(reader, argument).slice();
    case 3:
      return readText(take(reader, argument));
    case 4:
      return readArray(reader, argument, depth);
    case 5:
      return readMap(reader, argument, depth);
    case 6:
      return { tag: argument, value: readValue(reader, depth + 1) };
    default:
      return readSimple(argument);
  }
}

function readHead(reader: Reader): { readonly major: number; readonly argument: number } {
  const lead = takeByte(reader);
  const major = lead >> 5;
  const additional = lead & 0x1f;
  if (additional < 24) return { major, argument: additional };
  if (additional > 27 || major === 7) throw malformed('a head that does not occur');
  const length = 2 ** (additional - 24);
  let argument = 0;
  for (let index = 0; index < length; index += 1) argument = argument * 256 + takeByte(reader);
  const least = additional === 24 ? 24 : 2 ** (length * 4);
  if (argument < least || !Number.isSafeInteger(argument)) {
    throw malformed('head longer than needed, or number out of range');
  }
  return { major, argument };
}

function readNegative(argument: number): number {
  if (argument === Number.MAX_SAFE_INTEGER) throw malformed('number out of range');
  return -1 - argument;
}

function readText(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text === null) throw malformed('text is not UTF-8');
  return text;
}

function readArray(reader: Reader, length: number, depth: number): readonly CborValue[] {
  const members: CborValue[] = [];
  while (members.length < length) members.push(readValue(reader, depth + 1)); // every member takes a byte
  return members;
}

function readMap(reader: Reader, length: number, depth: number): CborMap {
  const map = new Map<number | string, CborValue>();
  let previous: Uint8Array | null = null;
  for (let index = 0; index < length; index += 1) {
    const start = reader.offset;
    const key = readValue(reader, depth + 1);
    if (typeof key !== 'number' && typeof key !== 'string') {
      throw malformed('map key is neither a number nor text');
    }
    const keyBytes = reader.bytes.subarray(start, reader.offset);
    if (previous !== null && compareBytes(previous, keyBytes) >= 0) {
      throw malformed('map keys are not in order or repeated');
    }
    previous = keyBytes;
    map.set(key, readValue(reader, depth + 1));
  }
  return map;
}

function readSimple(argument: number): boolean | null {
  if (argument < 20 || argument > 22) throw malformed('unknown simple value');
  return argument === 22 ? null : argument === 21;
}

function takeByte(reader: Reader): number {
  const byte = reader.bytes[reader.offset];
  if (byte === undefined) throw malformed('ends too early');
  reader.offset += 1;
  return byte;
}

function take(reader: Reader, length: number): Bytes {
  const end = reader.offset + length;
  if (end > reader.bytes.length) throw malformed('ends too early');
  const taken = reader.bytes.subarray(reader.offset, end);
  reader.offset = end;
  return taken;
}

function malformed(reason: string): MalformedError {
  return new MalformedError('CODE_MALFORMED', `not deterministic CBOR: ${reason}`);
}
