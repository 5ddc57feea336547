/** What a document security store may hold and how it may grow (ISO 32000-2 §12.8.4.3, §12.8.4.4). */
import type { PdfFile } from './pdfFile.ts';
import { asArray, asName, asReference, isKind, type PdfValue } from './pdfValue.ts';
import { differsOnlyBy, isClear, isEqual, isSameReference, type Rule } from './valueComparison.ts';

interface Revisions {
  readonly base: PdfFile;
  readonly file: PdfFile;
}

const STORE_LISTS = ['Certs', 'CRLs', 'OCSPs'] as const;
const RECORD_LISTS: readonly string[] = ['Cert', 'CRL', 'OCSP'];

/**
 * Whether a value can only be a security store: no page, form or content has nothing but such members, so that nothing
 * visible can hide here.
 */
export function isStore(file: PdfFile, value: PdfValue): boolean {
  if (!isClear(value)) return false;
  return [...value.entries].every(([key, member]) => {
    if (key === 'Type') return asName(member) === 'DSS';
    if (key === 'VRI') return isRecords(file, file.resolve(member));
    return (
      (STORE_LISTS as readonly string[]).includes(key) && isStreamList(file, file.resolve(member))
    );
  });
}

/** A store that was there: lists may change, records only be added; neither may go away. */
export function isStoreExtended(
  { base, file }: Revisions,
  before: PdfValue,
  after: PdfValue,
): boolean {
  const isList: Rule = (_old, now) => isStreamList(file, file.resolve(now));
  const lists = Object.fromEntries(STORE_LISTS.map((key) => [key, isList]));
  return (
    isStore(file, after) &&
    differsOnlyBy(before, after, {
      ...lists,
      Type: (old, now) => old === undefined && asName(now) === 'DSS',
      VRI: (old, now) =>
        isSameReference(old, now) ||
        isRecordsExtended({ base, file }, base.resolve(old), file.resolve(now)),
    })
  );
}

/** Streams that stand by themselves: certificates, lists, responses. */
export function isStreamList(file: PdfFile, value: PdfValue): boolean {
  const items = asArray(value)?.items;
  return (
    items?.every((item) => asReference(item) !== null && isKind(file.resolve(item), 'stream')) ===
    true
  );
}

/** What was recorded of a signature stays as it is. */
export function isRecordsExtended({ file }: Revisions, before: PdfValue, after: PdfValue): boolean {
  if (!isRecords(file, after) || !isClear(after)) return false;
  if (before === null) return true;
  return (
    isClear(before) &&
    [...before.entries].every(([key, record]) => isEqual(record, after.entries.get(key)))
  );
}

function isRecords(file: PdfFile, value: PdfValue): boolean {
  return (
    isClear(value) &&
    [...value.entries].every(
      ([key, record]) =>
        (key === 'Type' && asName(record) === 'VRI') ||
        (/^[0-9A-F]{40}$/u.test(key) && isRecord(file, file.resolve(record))),
    )
  );
}

function isRecord(file: PdfFile, value: PdfValue): boolean {
  if (!isClear(value)) return false;
  return [...value.entries].every(([key, member]) => {
    const resolved = file.resolve(member);
    if (RECORD_LISTS.includes(key)) return isStreamList(file, resolved);
    if (key === 'Type') return asName(member) === 'VRI';
    if (key === 'TU') return isKind(resolved, 'string');
    return key === 'TS' && (isKind(resolved, 'stream') || isKind(resolved, 'string'));
  });
}
