/**
 * Messages of Fabric as evidence that strangers bring. Parts of a proposal are hashed one behind the other, so that a
 * lenient reader could be shown other borders between them than the peers saw; here a message has one reading or none.
 */
import { ServiceError } from '../../errors.ts';

/** What a field holds: a varint up to 2⁵³ − 1; bytes, a text or a message; or any number of those. */
export type FieldKind = 'number' | 'bytes' | 'list';

/** Members of a message by name, with their field numbers. */
export type Shape = Readonly<Record<string, readonly [field: number, kind: FieldKind]>>;

/** A message as read: what is absent is 0, no bytes, or an empty list. */
export type Message<S extends Shape> = {
  readonly [Name in keyof S]: {
    number: number;
    bytes: Uint8Array;
    list: readonly Uint8Array[];
  }[S[Name][1]];
};

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const MAX_VARINT_BYTES = 8; // 2⁵³ − 1 fits in
const MAX_LIST_LENGTH = 64;

/**
 * Reads one protobuf message. A field that the shape does not name, of another wire type, or a second time where it is
 * no list, is refused. What passes means the same to Fabric's own readers.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function readMessage<const S extends Shape>(bytes: Uint8Array, shape: S): Message<S> {
  const found: Record<string, number | Uint8Array | Uint8Array[]> = {};
  for (const [name, [, kind]] of Object.entries(shape)) found[name] = emptyOf(kind);
  const seen = new Set<string>();
  let offset = 0;
  while (offset < bytes.length) {
    const tag = readVarint(bytes, offset);
    const [name, kind] = memberOf(shape, tag.value);
    if (kind !== 'list' && seen.has(name)) throw malformed(`${name} occurs twice`);
    seen.add(name);
    const field =
      kind === 'number' ? readVarint(bytes, tag.end) : readLengthDelimited(bytes, tag.end);
    const list = found[name];
    if (!Array.isArray(list)) found[name] = field.value;
    else if (list.length === MAX_LIST_LENGTH) throw malformed(`${name} is too long`);
    else list.push(field.value as Uint8Array); // lists are of bytes
    offset = field.end;
  }
  return found as Message<S>; // each member was set by its kind
}

/** @throws ServiceError `DOCUMENT_MALFORMED` if the bytes are not UTF-8. */
export function readUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('a text is not UTF-8');
  }
}

interface Field<V> {
  readonly value: V;
  /** Offset behind it. */
  readonly end: number;
}

function memberOf(shape: Shape, tag: number): readonly [name: string, kind: FieldKind] {
  const wireType = tag % 8;
  const number = Math.floor(tag / 8);
  const member = Object.entries(shape).find(
    ([, [field, kind]]) =>
      field === number && wireType === (kind === 'number' ? VARINT : LENGTH_DELIMITED),
  );
  if (member === undefined) throw malformed(`field ${number} of wire type ${wireType} is unknown`);
  return [member[0], member[1][1]];
}

function emptyOf(kind: FieldKind): number | Uint8Array | Uint8Array[] {
  if (kind === 'number') return 0;
  return kind === 'bytes' ? new Uint8Array() : [];
}

function readVarint(bytes: Uint8Array, offset: number): Field<number> {
  let value = 0;
  for (let place = 0; place < MAX_VARINT_BYTES; place += 1) {
    const byte = bytes[offset + place];
    if (byte === undefined) throw malformed('a number is cut off');
    value += (byte % 128) * 128 ** place;
    if (byte >= 128) continue;
    if (!Number.isSafeInteger(value)) break;
    return { value, end: offset + place + 1 };
  }
  throw malformed('a number is too large');
}

function readLengthDelimited(bytes: Uint8Array, offset: number): Field<Uint8Array> {
  const length = readVarint(bytes, offset);
  const end = length.end + length.value;
  if (end > bytes.length) throw malformed('a field is cut off');
  return { value: bytes.subarray(length.end, end), end };
}

function malformed(what: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `a message of Fabric is malformed: ${what}`);
}
