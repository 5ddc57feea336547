/** Parts of an OFD by what they are, for those who tamper with them. */
import { repack, unpack } from '../repack.ts';
import type { Case, Mechanism } from './tampered.ts';

export type Cases = Readonly<Record<string, Case | null>>;
export type Parts = ReadonlyMap<string, Uint8Array>;

export const LIST = /Signatures\.xml$/u;
export const DESCRIPTION = /Sign\w*\/Signature\.xml$/u;
export const VALUE = /SignedValue\.dat$/u;
export const SEAL = /\.esl$/u;

export const find = (parts: Parts, pattern: RegExp): string =>
  [...parts.keys()].find((name) => pattern.test(name))!;
export const text = (parts: Parts, name: string): string =>
  Buffer.from(parts.get(name)!).toString('utf8');

/** The list is not under the seal of a document that was left open for more. */
function isListOpen(parts: Parts): boolean {
  const descriptions = [...parts.keys()].filter((name) => DESCRIPTION.test(name));
  return !text(parts, descriptions.at(-1)!).includes('Signatures.xml');
}

/** Parts whose every byte some seal speaks for. */
export function protectedNames(parts: Parts): string[] {
  return [...parts.keys()].filter((name) => !LIST.test(name) || !isListOpen(parts));
}

export const ofParts = (
  name: string,
  cases: (
    parts: Parts,
    change: (changes: Record<string, Uint8Array | null>) => Uint8Array,
  ) => Cases,
): Mechanism => ({
  name,
  kind: 'ofd',
  cases: ({ bytes }) => cases(unpack(bytes), (changes) => repack(bytes, changes)),
});
