/** Forms in which a text may hide in bytes. */
import { createHash } from 'node:crypto';
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { sm3Hex } from '../../service/src/documents/digest.ts';

export interface Disguise {
  readonly form: string;
  readonly bytes: Buffer;
}

/** A text as UTF-8 and UTF-16, hex, base64 at every alignment, JSON escapes, plain digests. */
export function disguisesOf(text: string): readonly Disguise[] {
  const utf8 = Buffer.from(text, 'utf8');
  const utf16 = Buffer.from(text, 'utf16le');
  const digests = [
    ['SHA-256', createHash('sha256').update(utf8).digest()],
    ['SM3', Buffer.from(sm3Hex(utf8), 'hex')],
  ] as const;
  return [
    { form: 'UTF-8', bytes: utf8 },
    { form: 'UTF-16LE', bytes: utf16 },
    { form: 'UTF-16BE', bytes: Buffer.from(utf16).swap16() },
    { form: 'JSON escapes', bytes: Buffer.from(escaped(text)) },
    { form: 'percent', bytes: Buffer.from(encodeURIComponent(text)) },
    ...hexOf('UTF-8', utf8),
    ...base64Of('UTF-8', utf8),
    ...digests.flatMap(([name, bytes]) => [
      { form: name, bytes },
      ...hexOf(name, bytes),
      ...base64Of(name, bytes),
    ]),
  ];
}

function escaped(text: string): string {
  return [...text.matchAll(/[\s\S]/g)]
    .map(([unit]) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function hexOf(of: string, bytes: Buffer): readonly Disguise[] {
  const hex = bytes.toString('hex');
  return [
    { form: `hex of ${of}`, bytes: Buffer.from(hex) },
    { form: `HEX of ${of}`, bytes: Buffer.from(hex.toUpperCase()) },
  ];
}

/** What does not depend on the neighbours, for each of the three places in a group. */
function base64Of(of: string, bytes: Buffer): readonly Disguise[] {
  return [0, 1, 2].flatMap((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const text = padded.toString('base64').replaceAll('=', '');
    const end = padded.length % 3 === 0 ? text.length : text.length - 1;
    const sure = text.slice(shift === 0 ? 0 : shift + 1, end);
    const url = sure.replaceAll('+', '-').replaceAll('/', '_');
    return [...new Set([sure, url])].map((one) => ({
      form: `base64 of ${of}`,
      bytes: Buffer.from(one),
    }));
  });
}

const MIN_INFLATED = 8;

/** The bytes and whatever in them inflates. */
export function withInflated(bytes: Buffer): readonly Buffer[] {
  const found = [bytes];
  for (let at = 0; at + 2 < bytes.length; at++) {
    const inflate = inflaterAt(bytes, at);
    if (inflate === null) continue;
    const inflated = tryTo(() => inflate(bytes));
    if (inflated !== null && inflated.length >= MIN_INFLATED) found.push(inflated);
  }
  return found;
}

type Inflate = (bytes: Buffer) => Buffer;

function inflaterAt(bytes: Buffer, at: number): Inflate | null {
  const [first = 0, second = 0] = bytes.subarray(at, at + 2);
  if (first === 0x78 && (first * 256 + second) % 31 === 0)
    return (all) => inflateSync(all.subarray(at)); // RFC 1950 §2.2
  if (first === 0x1f && second === 0x8b) return (all) => gunzipSync(all.subarray(at));
  const isZip = bytes.length >= at + 30 && bytes.readUInt32BE(at) === 0x504b0304;
  if (!isZip) return null;
  const [name, extra] = [bytes.readUInt16LE(at + 26), bytes.readUInt16LE(at + 28)];
  return (all) => inflateRawSync(all.subarray(at + 30 + name + extra)); // APPNOTE §4.3.7
}

function tryTo(inflate: () => Buffer): Buffer | null {
  try {
    return inflate();
  } catch {
    return null; // these bytes only looked compressed
  }
}
