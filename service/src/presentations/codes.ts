/** Codes that a phone or a window shows: QR texts over 16 random bytes, and digits that can be said aloud. */
import { randomInt } from 'node:crypto';
import { freshBytes } from '../freshBytes.ts';
import type { HolderStore } from '../store/store.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'; // RFC 4648 §6
const CODE_BYTES = 16;
const CODE_PATTERN = /^(YXP|YXW)\.([A-Z2-7]{26})$/;
/** Spaces, hyphens and dots, as people write digits in groups. */
const BETWEEN_DIGITS = /[\s\p{Pd}·.]/gu;
const MAX_DIGITS = 15; // safe as an integer

/** `YXP`: a presentation; `YXW`: a window that asks. */
export type CodePrefix = 'YXP' | 'YXW';

/** A code as it is shown, once, and the keyed hash by which it is found. */
export interface ShownCode {
  readonly text: string;
  readonly hash: string;
}

/** What a clerk scanned or typed. */
export type ReadCode =
  | { readonly kind: 'qr'; readonly hash: string }
  | { readonly kind: 'spoken'; readonly hash: string };

type Hasher = Readonly<{ store: { readonly holders: Pick<HolderStore, 'keyedHash'> } }>;

/** Makes the text of a QR code: prefix, full stop, 26 characters of base 32. */
export function makeCode(parts: Hasher, prefix: CodePrefix): ShownCode {
  const text = `${prefix}.${toBase32(freshBytes(CODE_BYTES))}`;
  return { text, hash: hashOf(parts, prefix, text) };
}

/** Makes spoken codes, equally likely each. @param digits - 1 to 15. */
export function makeSpokenCodes(
  parts: Hasher,
  digits: number,
  count: number,
): readonly ShownCode[] {
  return Array.from({ length: count }, () => {
    const text = String(randomInt(10 ** digits)).padStart(digits, '0');
    return { text, hash: hashOf(parts, 'spoken', text) };
  });
}

/**
 * Reads what a clerk scanned or typed: small letters, full-width characters, spaces and hyphens do not matter.
 *
 * @param text - attacker-controlled.
 * @returns null for what has no form of a code.
 */
export function readCode(parts: Hasher, text: string): ReadCode | null {
  const tidy = tidied(text);
  if (CODE_PATTERN.test(tidy)) return { kind: 'qr', hash: hashOf(parts, 'YXP', tidy) };
  const digits = tidy.replaceAll(BETWEEN_DIGITS, '');
  return new RegExp(`^[0-9]{1,${MAX_DIGITS}}$`).test(digits)
    ? { kind: 'spoken', hash: hashOf(parts, 'spoken', digits) }
    : null;
}

/** Hash of a window's code as it was scanned; null for what has no form of one. */
export function readWindowCode(parts: Hasher, text: string): string | null {
  const tidy = tidied(text);
  return CODE_PATTERN.test(tidy) ? hashOf(parts, 'YXW', tidy) : null;
}

function tidied(text: string): string {
  return text.slice(0, 200).normalize('NFKC').trim().toUpperCase();
}

function hashOf({ store }: Hasher, kind: CodePrefix | 'spoken', text: string): string {
  return store.holders.keyedHash(`code/${kind}`, text);
}

/** RFC 4648 §6, without padding. */
function toBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + BASE32.charAt((held << (5 - bits)) & 31);
}
