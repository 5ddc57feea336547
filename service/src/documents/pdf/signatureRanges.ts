/** Which bytes a signature covers, and the CMS in the gap between (ISO 32000-1 §12.8.1). */
import { failed, passed, type Check } from '../../report.ts';
import type { PdfFile } from './pdfFile.ts';
import { asArray, asCount, isKind, type PdfDictionary } from './pdfValue.ts';

export interface SignatureRanges {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** The covered bytes and the gap are the file's first n bytes. */
  readonly signedLength: number;
  /** Hexadecimal digits of `Contents`. */
  readonly contents: Uint8Array;
}

const NAME = 'pdf.byteRange';

/**
 * Checks that the byte range starts at 0, leaves out exactly the string of `Contents` with its delimiters, and holds
 * the rest of the signature dictionary.
 *
 * @returns the ranges only if the check passed.
 */
export function checkByteRange(
  file: PdfFile,
  signature: PdfDictionary,
): { readonly check: Check; readonly ranges: SignatureRanges | null } {
  const fault = findFault(file, signature);
  if (typeof fault === 'string') {
    return { check: failed(NAME, 'FORMAT_FAILURE', fault), ranges: null };
  }
  const { gapStart, gapEnd, signedLength } = fault;
  const { bytes } = file;
  if (signedLength > bytes.length) {
    const check = failed(NAME, 'HASH_FAILURE', 'ByteRange ends behind the file: it was cut short');
    return { check, ranges: null };
  }
  return {
    check: passed(NAME, `bytes 0 to ${signedLength} are covered but for the signature itself`),
    ranges: {
      before: bytes.subarray(0, gapStart),
      after: bytes.subarray(gapEnd, signedLength),
      signedLength,
      contents: bytes.subarray(gapStart + 1, gapEnd - 1),
    },
  };
}

interface Gap {
  readonly gapStart: number;
  readonly gapEnd: number;
  readonly signedLength: number;
}

function findFault(file: PdfFile, signature: PdfDictionary): Gap | string {
  const contents = signature.entries.get('Contents');
  if (signature.isAmbiguous) return 'the signature dictionary names a key twice';
  if (signature.source !== file.bytes) return 'the signature dictionary is in a compressed stream';
  if (!isKind(contents, 'string') || file.bytes[contents.start] !== 0x3c) {
    return 'Contents is no hexadecimal string';
  }
  const gap = readByteRange(signature);
  if (typeof gap === 'string') return gap;
  if (gap.gapStart !== contents.start || gap.gapEnd !== contents.end) {
    return 'ByteRange leaves out other bytes than the signature';
  }
  return gap.signedLength >= signature.end ? gap : 'ByteRange ends inside the signature';
}

function readByteRange(signature: PdfDictionary): Gap | string {
  const items = asArray(signature.entries.get('ByteRange'))?.items ?? [];
  const numbers = items.map((item) => asCount(item) ?? -1);
  const [start, gapStart = 0, gapEnd = 0, length = 0] = numbers;
  if (numbers.length !== 4 || numbers.includes(-1)) return 'ByteRange is not four whole numbers';
  if (start !== 0) return 'ByteRange does not start at the first byte';
  return { gapStart, gapEnd, signedLength: gapEnd + length };
}

/** Longest CMS that is read: signatures with chains, time-stamps and revocation data stay far below. */
const MAX_CMS_BYTES = 4 * 1024 * 1024;

/**
 * Decodes `Contents`: digits only, one DER element, then zeros.
 *
 * @returns the DER element, or a sentence that says what is wrong.
 */
export function decodeContents(contents: Uint8Array): Uint8Array | string {
  if (contents.length % 2 !== 0 || contents.length > 2 * MAX_CMS_BYTES) return 'odd or too long';
  const decoded = Buffer.from(Buffer.from(contents).toString('latin1'), 'hex');
  // Node stops at the first character that is no digit
  if (decoded.length !== contents.length / 2) return 'characters other than hexadecimal digits';
  const length = derLength(decoded);
  if (length === null || length > decoded.length) return 'no DER element';
  for (let i = length; i < decoded.length; i++) {
    if (decoded[i] !== 0) return 'bytes other than zero behind the CMS';
  }
  return decoded.subarray(0, length);
}

/** @returns bytes of the element with its header; null for an indefinite length. */
function derLength(bytes: Uint8Array): number | null {
  const first = bytes[1] ?? 0x80;
  if (first < 0x80) return 2 + first;
  const count = first - 0x80;
  if (count < 1 || count > 4) return null;
  let length = 0;
  for (let i = 2; i < 2 + count; i++) length = length * 256 + (bytes[i] ?? 0);
  return 2 + count + length;
}
