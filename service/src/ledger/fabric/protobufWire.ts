/**
 * The fields of protobuf messages as Fabric's own (Go) decoder sees them: of a scalar the last one counts, a message that
 * occurs several times is merged. Generated classes for JavaScript replace instead of merging, so that a transaction could
 * be made which peers and service read differently.
 */

/** Fields of one message by number. Bytes share memory with what was read. */
export interface WireMessage {
  /** All length-delimited values of a field, in order. */
  all(field: number): readonly Uint8Array[];
  /** Bytes of a scalar field; empty when absent. */
  bytes(field: number): Uint8Array;
  /** Text of a scalar field; empty when absent. @throws SyntaxError if it is not UTF-8. */
  text(field: number): string;
  /** An unsigned number; 0 when absent. Inexact above 2⁵³. */
  number(field: number): number;
  /** A message field: all its occurrences merged; without fields when absent. */
  message(field: number): WireMessage;
  /** A message serialised into a field of type `bytes`: the last one counts. */
  embedded(field: number): WireMessage;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;
const MAX_VARINT_BYTES = 10;

/**
 * Reads the fields of one protobuf message; nothing inside of them is read yet.
 *
 * @param bytes - attacker-controlled.
 * @throws SyntaxError if they are no message. Groups, which Fabric never had, are refused.
 */
export function readMessage(bytes: Uint8Array): WireMessage {
  const delimited = new Map<number, Uint8Array[]>();
  const numbers = new Map<number, bigint>();
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(cursor);
    const field = Number(tag >> 3n);
    if (field < 1 || field > 0x1fff_ffff) throw new SyntaxError('a field has no valid number');
    const wireType = Number(tag & 7n);
    if (wireType === VARINT) numbers.set(field, readVarint(cursor));
    else if (wireType === DELIMITED) {
      const value = take(cursor, Number(readVarint(cursor)));
      const list = delimited.get(field);
      if (list === undefined) delimited.set(field, [value]);
      else list.push(value);
    } else if (wireType === FIXED64) take(cursor, 8);
    else if (wireType === FIXED32) take(cursor, 4);
    else throw new SyntaxError(`a field has wire type ${wireType}`);
  }
  return wireMessage(delimited, numbers);
}

function wireMessage(
  delimited: ReadonlyMap<number, readonly Uint8Array[]>,
  numbers: ReadonlyMap<number, bigint>,
): WireMessage {
  const all = (field: number): readonly Uint8Array[] => delimited.get(field) ?? [];
  const bytes = (field: number): Uint8Array => all(field).at(-1) ?? new Uint8Array();
  return {
    all,
    bytes,
    text: (field) => decodeText(bytes(field)),
    number: (field) => Number(numbers.get(field) ?? 0n),
    message: (field) => {
      const parts = all(field);
      return readMessage(parts.length === 1 ? bytes(field) : Buffer.concat(parts));
    },
    embedded: (field) => readMessage(bytes(field)),
  };
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readVarint(cursor: Cursor): bigint {
  let value = 0n;
  for (let count = 0; count < MAX_VARINT_BYTES; count += 1) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) break;
    cursor.at += 1;
    value |= BigInt(byte & 0x7f) << BigInt(7 * count);
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new SyntaxError('a number does not end');
}

function take(cursor: Cursor, length: number): Uint8Array {
  const end = cursor.at + length;
  if (!Number.isSafeInteger(length) || end > cursor.bytes.length) {
    throw new SyntaxError('a field is longer than the message');
  }
  const value = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return value;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new SyntaxError('a text is not UTF-8', { cause });
  }
}
