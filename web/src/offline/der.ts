/** Strict reading of DER (X.690 §10); every byte here is attacker-controlled. */
import { MalformedError, type Bytes } from './bytes.ts';

/** Universal tags as whole identifier octets. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  bmpString: 0x1e,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element; its arrays are views into the bytes it was read from. */
export interface DerElement {
  readonly tag: number;
  readonly content: Bytes;
  /** Identifier, length and content. */
  readonly bytes: Bytes;
}

const MAX_CHILDREN = 1024;
const MAX_OID_BYTES = 64;

export function malformed(what: string): MalformedError {
  return new MalformedError('CERTIFICATE_MALFORMED', what);
}

/** Reads exactly one element of the given tag with nothing behind it. @throws MalformedError, as all of this file. */
export function readDer(bytes: Bytes, tag: number): DerElement {
  const element = readElement(bytes, 0);
  if (element.bytes.length !== bytes.length) throw malformed('bytes follow the DER element');
  return expectTag(element, tag);
}

/** Reads the elements inside a constructed one, at most 1,024. */
export function readChildren(parent: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (const child of walkChildren(parent)) {
    if (children.length === MAX_CHILDREN) throw malformed('a DER element has too many members');
    children.push(child);
  }
  return children;
}

/** Walks over the elements inside a constructed one, however many there are. */
export function* walkChildren(parent: DerElement): Generator<DerElement> {
  for (let offset = 0; offset < parent.content.length;) {
    const child = readElement(parent.content, offset);
    yield child;
    offset += child.bytes.length;
  }
}

export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element?.tag !== tag) throw malformed(`an element with tag ${tag} is missing`);
  return element;
}

/** Reads an OBJECT IDENTIFIER. @returns the dotted form. */
export function readOid(element: DerElement | undefined): string {
  const { content } = expectTag(element, TAG.oid);
  const isWhole = ((content.at(-1) ?? 0x80) & 0x80) === 0;
  if (!isWhole || content.length > MAX_OID_BYTES) {
    throw malformed('an object identifier is empty, too long or cut off');
  }
  const arcs = readArcs(content);
  const first = arcs[0] ?? 0n;
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [root, first - 40n * root, ...arcs.slice(1)].join('.');
}

function readArcs(content: Uint8Array): bigint[] {
  const arcs: bigint[] = [];
  let arc = 0n;
  let isFirstByte = true;
  for (const byte of content) {
    if (isFirstByte && byte === 0x80) throw malformed('an arc is not in its shortest form');
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    isFirstByte = (byte & 0x80) === 0;
    if (isFirstByte) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  return arcs;
}

export function readBoolean(element: DerElement): boolean {
  const { content } = expectTag(element, TAG.boolean);
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) {
    throw malformed('a BOOLEAN is neither 00 nor FF');
  }
  return content[0] === 0xff;
}

/** @returns the content octets of an INTEGER in its shortest form. */
export function readInteger(element: DerElement | undefined): Bytes {
  const { content } = expectTag(element, TAG.integer);
  const [first, second = 0] = content;
  const isLong =
    content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || isLong) throw malformed('an INTEGER is not in its shortest form');
  return content;
}

/** @returns an INTEGER that must lie in 0 to 2³¹ − 1. */
export function readSmallInteger(element: DerElement | undefined): number {
  const content = readInteger(element);
  if (content.length > 4 || (content[0] ?? 0) >= 0x80) {
    throw malformed('an INTEGER is negative or too large');
  }
  return content.reduce((value, byte) => value * 256 + byte, 0);
}

/** @returns the numbers of the bits that are set, at most 32 bits. */
export function readNamedBits(element: DerElement): ReadonlySet<number> {
  const { content } = expectTag(element, TAG.bitString);
  const unused = content[0] ?? 8;
  const bits = content.subarray(1);
  const isEmpty = bits.length === 0 && unused > 0;
  if (unused > 7 || bits.length > 4 || isEmpty || ((bits.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0)
    throw malformed('a BIT STRING is empty, too long or has unused bits set');
  const all = [...bits].flatMap((byte, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (0x80 >> bit)).map((bit) => index * 8 + bit),
  );
  return new Set(all);
}

/** Reads a UTCTime or GeneralizedTime in the one form certificates may use (RFC 5280 §4.1.2.5): seconds and Z. */
export function readTime(element: DerElement | undefined): Date {
  const text = String.fromCharCode(...(element?.content.subarray(0, 16) ?? []));
  if (element?.tag === TAG.utcTime && /^\d{12}Z$/.test(text)) {
    return toInstant((Number(text.slice(0, 2)) >= 50 ? '19' : '20') + text); // RFC 5280 §4.1.2.5.1
  }
  if (element?.tag === TAG.generalizedTime && /^\d{14}Z$/.test(text)) return toInstant(text);
  throw malformed('a time is neither UTCTime nor GeneralizedTime with seconds and Z');
}

/** @param digits - yyyymmddhhmmssZ. */
function toInstant(digits: string): Date {
  const iso = digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== iso) {
    throw malformed('a time does not exist in the calendar'); // engines take 30 February for 2 March
  }
  return instant;
}

function readElement(bytes: Bytes, offset: number): DerElement {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw malformed('a DER element is cut off');
  if ((tag & 0x1f) === 0x1f) throw malformed('a DER element has a tag number above 30');
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const length = first < 0x80 ? first : readLength(bytes, offset + 2, lengthBytes);
  const start = offset + 2 + lengthBytes;
  if (start + length > bytes.length) throw malformed('a DER element is cut off');
  return {
    tag,
    content: bytes.subarray(start, start + length),
    bytes: bytes.subarray(offset, start + length),
  };
}

/** X.690 §10.1: definite, and the shortest form. */
function readLength(bytes: Uint8Array, offset: number, count: number): number {
  if (count < 1 || count > 3 || offset + count > bytes.length) {
    throw malformed('a DER length is indefinite, cut off or above 16 MB');
  }
  let length = 0;
  for (let index = 0; index < count; index += 1) {
    length = length * 256 + (bytes[offset + index] ?? 0);
  }
  if (length < 0x80 || length < 256 ** (count - 1)) {
    throw malformed('a DER length is not in its shortest form');
  }
  return length;
}
