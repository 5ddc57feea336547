/** PDF objects as read (ISO 32000-1 §7.3). Everything in them is attacker-controlled. */

export type PdfValue =
  | null
  | boolean
  | number
  | PdfName
  | PdfString
  | PdfReference
  | PdfArray
  | PdfDictionary
  | PdfStream;

export interface PdfName {
  readonly kind: 'name';
  readonly name: string;
}

/** `start` to `end` of `source` is the string as it stands there, delimiters included. */
export interface PdfString {
  readonly kind: 'string';
  readonly source: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface PdfReference {
  readonly kind: 'reference';
  readonly number: number;
  readonly generation: number;
}

export interface PdfArray {
  readonly kind: 'array';
  readonly items: readonly PdfValue[];
}

export interface PdfDictionary {
  readonly kind: 'dictionary';
  readonly entries: ReadonlyMap<string, PdfValue>;
  /** A key stands there twice: readers disagree which one counts. */
  readonly isAmbiguous: boolean;
  readonly source: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface PdfStream {
  readonly kind: 'stream';
  readonly dictionary: PdfDictionary;
  /** First byte of the stream's data in the file. */
  readonly dataStart: number;
}

/** @returns the member if it is a dictionary (or a stream's dictionary), else null. */
export function asDictionary(value: PdfValue | undefined): PdfDictionary | null {
  if (value === null || typeof value !== 'object') return null;
  if (value.kind === 'stream') return value.dictionary;
  return value.kind === 'dictionary' ? value : null;
}

export function asArray(value: PdfValue | undefined): PdfArray | null {
  return isKind(value, 'array') ? value : null;
}

export function asReference(value: PdfValue | undefined): PdfReference | null {
  return isKind(value, 'reference') ? value : null;
}

export function asName(value: PdfValue | undefined): string | null {
  return isKind(value, 'name') ? value.name : null;
}

/** @returns a whole number of at least zero, else null. */
export function asCount(value: PdfValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

type Composite = Extract<PdfValue, { kind: string }>;

export function isKind<K extends Composite['kind']>(
  value: PdfValue | undefined,
  kind: K,
): value is Extract<Composite, { kind: K }> {
  return value !== null && typeof value === 'object' && value.kind === kind;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** Decodes a literal or hexadecimal string to its bytes (ISO 32000-1 §7.3.4). */
export function stringBytes(string: PdfString): Uint8Array {
  const raw = string.source.subarray(string.start + 1, string.end - 1);
  return string.source[string.start] === 0x3c ? hexBytes(raw) : literalBytes(raw);
}

/** Decodes a text string: UTF-16BE or UTF-8 with byte order mark, else Latin-1 in place of PDFDocEncoding. */
export function stringText(string: PdfString): string {
  const bytes = Buffer.from(stringBytes(string));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return bytes
      .subarray(2, bytes.length - (bytes.length % 2))
      .swap16()
      .toString('utf16le');
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return bytes.subarray(3).toString('utf8');
  }
  return bytes.toString('latin1');
}

function hexBytes(raw: Uint8Array): Uint8Array {
  const digits = Buffer.from(raw)
    .toString('latin1')
    .replaceAll(/[\0\t\n\f\r ]/gu, '');
  return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex');
}

function literalBytes(raw: Uint8Array): Uint8Array {
  const decoded = Buffer.from(raw)
    .toString('latin1')
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll(/\\([0-7]{1,3}|[^])/gu, (_match, escape: string) => unescape(escape));
  return Buffer.from(decoded, 'latin1');
}

function unescape(escape: string): string {
  if (escape === '\n') return '';
  if (/^[0-7]/u.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 0xff);
  const code = ESCAPES[escape];
  return code === undefined ? escape : String.fromCharCode(code);
}
