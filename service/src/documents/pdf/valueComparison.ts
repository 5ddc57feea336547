/** Comparing PDF values of two revisions. */
import type { PdfFile } from './pdfFile.ts';
import {
  asArray,
  asName,
  asReference,
  isKind,
  stringBytes,
  type PdfDictionary,
  type PdfValue,
} from './pdfValue.ts';

/** Whether a member may change like this; undefined is a member that is absent. */
export type Rule = (before: PdfValue | undefined, after: PdfValue | undefined) => boolean;

/** Whether two values say the same; references by number, streams never. */
export function isEqual(before: PdfValue | undefined, after: PdfValue | undefined): boolean {
  if (!isComposite(before)) return before === after;
  switch (before.kind) {
    case 'name':
      return asName(after) === before.name;
    case 'string':
      return isKind(after, 'string') && areBytesEqual(stringBytes(before), stringBytes(after));
    case 'reference':
      return isSameReference(before, after);
    case 'array':
      return areItemsEqual(before.items, asArray(after)?.items);
    case 'dictionary':
      return differsOnlyBy(before, after, {});
    case 'stream':
      return false;
  }
}

function isComposite(value: PdfValue | undefined): value is Extract<PdfValue, { kind: string }> {
  return value !== null && typeof value === 'object';
}

function areBytesEqual(before: Uint8Array, after: Uint8Array): boolean {
  return Buffer.compare(before, after) === 0;
}

function areItemsEqual(
  before: readonly PdfValue[],
  after: readonly PdfValue[] | undefined,
): boolean {
  return before.length === after?.length && before.every((item, i) => isEqual(item, after[i]));
}

/** Whether two streams have equal dictionaries and the same bytes, as they stand in their files. */
export function isSameStream(
  base: PdfFile,
  before: PdfValue,
  file: PdfFile,
  after: PdfValue,
): boolean {
  if (!isKind(before, 'stream') || !isKind(after, 'stream')) return false;
  return (
    isEqual(before.dictionary, after.dictionary) &&
    areBytesEqual(
      base.bytes.subarray(before.dataStart, base.streamEnd(before)),
      file.bytes.subarray(after.dataStart, file.streamEnd(after)),
    )
  );
}

/** Both are the same reference: what stands behind it is judged by itself. */
export function isSameReference(
  before: PdfValue | undefined,
  after: PdfValue | undefined,
): boolean {
  const [old, now] = [asReference(before), asReference(after)];
  return old !== null && old.number === now?.number && old.generation === now.generation;
}

/** Whether two dictionaries differ only in members that have a rule, and each such member follows it. */
export function differsOnlyBy(
  before: PdfValue | undefined,
  after: PdfValue | undefined,
  rules: Readonly<Record<string, Rule>>,
): boolean {
  if (!isClear(before) || !isClear(after)) return false;
  const keys = new Set([...before.entries.keys(), ...after.entries.keys()]);
  return [...keys].every((key) => {
    const [old, now] = [before.entries.get(key), after.entries.get(key)];
    if (isEqual(old, now)) return true;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    return now !== undefined && rule?.(old, now) === true;
  });
}

/** A dictionary that all readers read alike. */
export function isClear(value: PdfValue | undefined): value is PdfDictionary {
  return isKind(value, 'dictionary') && !value.isAmbiguous;
}
