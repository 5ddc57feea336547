/** CBOR in its deterministic form (RFC 8949 §4.2.1), for the few types that codes need. */

import { ServiceError } from '../errors.ts';

/** Integers are safe integers; floats, undefined, bignums and other simple values do not occur. */
export type CborValue =
  number | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap | CborTag;
export type CborKey = number | string;
export type CborMap = ReadonlyMap<CborKey, CborValue>;

/** A tagged value (RFC 8949 §3.4). */
export class CborTag {
  readonly tag: number;
  readonly value: CborValue;

  constructor(tag: number, value: CborValue) {
    this.tag = tag;
    this.value = value;
  }
}

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const SIMPLE = 7;

const MAX_BYTES = 65_536;
const MAX_DEPTH = 8;
const MAX_MEMBERS = 1024;

/**
 * Encodes a value deterministically: shortest heads, definite lengths, map keys in bytewise order.
 *
 * @throws ServiceError `INTERNAL` for a number that is no safe integer.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const out: Writer = { bytes: new Uint8Array(256), length: 0 };
  writeValue(value, out);
  return out.bytes.slice(0, out.length);
}

/**
 * Decodes exactly one value and accepts only what {@link encodeCbor} writes.
 *
 * @param bytes - attacker-controlled; at most 64 KiB, 8 levels deep, 1,024 members in all.
 * @throws ServiceError `CODE_MALFORMED` for anything else: longer heads than needed, indefinite lengths, unsorted or
 * repeated keys, invalid UTF-8, floats, trailing bytes.
 */
export function decodeCbor(bytes: Uint8Array): CborValue {
  if (bytes.length > MAX_BYTES) {
    throw malformed('too long');
  }
  const reader: Reader = { bytes, offset: 0, members: 0 };
  const value = readValue(reader, 0);
  if (reader.offset !== bytes.length) {
    throw malformed('bytes after the value');
  }
  return value;
}

/** `bytes` is exchanged for a longer array when it is full. */
interface Writer {
  bytes: Uint8Array;
  length: number;
}

function append(out: Writer, added: ArrayLike<number>): void {
  const length = out.length + added.length;
  if (length > out.bytes.length) {
    const longer = new Uint8Array(2 * length);
    longer.set(out.bytes.subarray(0, out.length));
    out.bytes = longer;
  }
  out.bytes.set(added, out.length);
  out.length = length;
}

function writeValue(value: CborValue, out: Writer): void {
  if (typeof value === 'number') {
    writeInteger(value, out);
  } else if (typeof value === 'string') {
    writeBytes(TEXT, Buffer.from(value, 'utf8'), out);
  } else if (value === null || typeof value === 'boolean') {
    append(out, [(SIMPLE << 5) | (value === null ? 22 : value ? 21 : 20)]);
  } else if (value instanceof Uint8Array) {
    writeBytes(BYTES, value, out);
  } else {
    writeCompound(value, out);
  }
}

function writeCompound(value: readonly CborValue[] | CborMap | CborTag, out: Writer): void {
  if (value instanceof CborTag) {
    writeHead(TAG, value.tag, out);
    writeValue(value.value, out);
  } else if (isMap(value)) {
    writeMap(value, out);
  } else {
    writeHead(ARRAY, value.length, out);
    for (const member of value) {
      writeValue(member, out);
    }
  }
}

function isMap(value: readonly CborValue[] | CborMap): value is CborMap {
  return value instanceof Map;
}

function writeInteger(value: number, out: Writer): void {
  if (!Number.isSafeInteger(value)) {
    throw new ServiceError('INTERNAL', 'a CBOR number must be a safe integer');
  }
  if (value < 0) {
    writeHead(NEGATIVE, -1 - value, out);
  } else {
    writeHead(UNSIGNED, value, out);
  }
}

function writeBytes(major: number, bytes: Uint8Array, out: Writer): void {
  writeHead(major, bytes.length, out);
  append(out, bytes);
}

function writeMap(map: CborMap, out: Writer): void {
  const entries = [...map].map(([key, value]) => ({ key: encodeCbor(key), value }));
  entries.sort((a, b) => Buffer.compare(a.key, b.key));
  writeHead(MAP, entries.length, out);
  for (const { key, value } of entries) {
    append(out, key);
    writeValue(value, out);
  }
}

function writeHead(major: number, argument: number, out: Writer): void {
  const lead = major << 5;
  if (argument < 24) {
    append(out, [lead | argument]);
  } else if (argument < 2 ** 8) {
    append(out, [lead | 24, argument]);
  } else if (argument < 2 ** 16) {
    append(out, [lead | 25, argument >> 8, argument & 0xff]);
  } else if (argument < 2 ** 32) {
    append(out, [lead | 26, ...uint32(argument)]);
  } else {
    append(out, [lead | 27, ...uint32(Math.floor(argument / 2 ** 32)), ...uint32(argument)]);
  }
}

/** Of the lower 32 bits. */
function uint32(value: number): readonly number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

interface Reader {
  readonly bytes: Uint8Array;
  offset: number;
  members: number;
}

interface Head {
  readonly major: number;
  readonly argument: number;
}

function readValue(reader: Reader, depth: number): CborValue {
  reader.members += 1;
  if (depth > MAX_DEPTH || reader.members > MAX_MEMBERS) {
    throw malformed('too deep or too many members');
  }
  const { major, argument } = readHead(reader);
  switch (major) {
    case UNSIGNED:
      return argument;
    case NEGATIVE:
      return readNegative(argument);
    case BYTES:
      return take(reader, argument).slice();
    case TEXT:
      return readText(take(reader, argument));
    case ARRAY:
      return readArray(reader, argument, depth);
    case MAP:
      return readMap(reader, argument, depth);
    case TAG:
      return new CborTag(argument, readValue(reader, depth + 1));
    default:
      return readSimple(argument);
  }
}

function readHead(reader: Reader): Head {
  const lead = takeByte(reader);
  const major = lead >> 5;
  const additional = lead & 0x1f;
  if (additional < 24) {
    return { major, argument: additional };
  }
  if (additional > 27 || major === SIMPLE) {
    throw malformed('indefinite length, reserved head, float or other simple value');
  }
  const length = 2 ** (additional - 24);
  let argument = 0;
  for (let index = 0; index < length; index++) {
    argument = argument * 256 + takeByte(reader);
  }
  const least = additional === 24 ? 24 : 2 ** (length * 4);
  if (argument < least || !Number.isSafeInteger(argument)) {
    throw malformed('head longer than needed, or number out of range');
  }
  return { major, argument };
}

function readNegative(argument: number): number {
  if (argument === Number.MAX_SAFE_INTEGER) {
    throw malformed('number out of range');
  }
  return -1 - argument;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw malformed('text is not UTF-8', cause); // the decoder throws for nothing else
  }
}

function readArray(reader: Reader, length: number, depth: number): readonly CborValue[] {
  const members: CborValue[] = [];
  for (let index = 0; index < length; index++) {
    members.push(readValue(reader, depth + 1)); // ends by itself: every member takes a byte
  }
  return members;
}

function readMap(reader: Reader, length: number, depth: number): CborMap {
  const map = new Map<CborKey, CborValue>();
  let previousKey: Uint8Array | null = null;
  for (let index = 0; index < length; index++) {
    const start = reader.offset;
    const key = readValue(reader, depth + 1);
    if (typeof key !== 'number' && typeof key !== 'string') {
      throw malformed('map key is neither a number nor text');
    }
    const keyBytes = reader.bytes.subarray(start, reader.offset);
    if (previousKey !== null && Buffer.compare(previousKey, keyBytes) >= 0) {
      throw malformed('map keys are not in order or repeated');
    }
    previousKey = keyBytes;
    map.set(key, readValue(reader, depth + 1));
  }
  return map;
}

function readSimple(argument: number): boolean | null {
  if (argument < 20 || argument > 22) {
    throw malformed('unknown simple value');
  }
  return argument === 22 ? null : argument === 21;
}

function takeByte(reader: Reader): number {
  const byte = reader.bytes[reader.offset];
  if (byte === undefined) {
    throw malformed('ends too early');
  }
  reader.offset += 1;
  return byte;
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.offset + length;
  if (end > reader.bytes.length) {
    throw malformed('ends too early');
  }
  const taken = reader.bytes.subarray(reader.offset, end);
  reader.offset = end;
  return taken;
}

function malformed(reason: string, cause?: unknown): ServiceError {
  return new ServiceError('CODE_MALFORMED', `not deterministic CBOR: ${reason}`, { cause });
}
