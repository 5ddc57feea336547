/**
 * What may stand behind a signature: further signatures, document time-stamps, validation data. Everything that is
 * not surely one of these counts as content that nobody signed.
 */
import { failed, passed, type Check } from '../../report.ts';
import { ServiceError } from '../../errors.ts';
import { findLooseObject } from './looseObjects.ts';
import { openPdf, readIndirectObject, type PdfFile } from './pdfFile.ts';
import { PdfParser } from './pdfParser.ts';
import { asArray, asDictionary, asReference, isKind, type PdfValue } from './pdfValue.ts';
import { findForbiddenChange } from './permittedChanges.ts';
import { readSignedFields, type LaterSignature, type SignedField } from './signatureFields.ts';
import { isClear, isSameReference } from './valueComparison.ts';
import type { WorkBudget } from './workBudget.ts';
import type { XrefEntry, XrefSection } from './xref.ts';

const NAME = 'pdf.laterContent';

export interface LaterContentQuestion {
  readonly file: PdfFile;
  /** The signature in question; the signed revision must hold it too, at the same place. */
  readonly field: SignedField;
  /** The signed revision is the first n bytes. */
  readonly signedLength: number;
  /** All signatures with a byte range in order, earlier ones too. */
  readonly signatures: readonly LaterSignature[];
  readonly budget: WorkBudget;
}

/** Compares the newest revision with the one that was signed. */
export function checkLaterContent(question: LaterContentQuestion): Check {
  if (question.signedLength === question.file.bytes.length) {
    return passed(NAME, 'the signature covers the whole file');
  }
  const fault = explain(question);
  return fault === null
    ? passed(NAME, 'behind the signature stand further signatures and their validation data only')
    : failed(NAME, 'UNSIGNED_CONTENT', fault);
}

/** A revision that cannot be read cannot be told harmless either. */
function explain(question: LaterContentQuestion): string | null {
  try {
    return findUnsignedContent(question);
  } catch (error) {
    if (error instanceof ServiceError && !question.budget.isSpent) return error.message;
    throw error;
  }
}

function findUnsignedContent(question: LaterContentQuestion): string | null {
  const { file, field, signedLength, signatures, budget } = question;
  const later = signatures.filter((one) => one.signedLength > signedLength);
  const base = openPdf(file.bytes.subarray(0, signedLength), budget);
  const sections = file.sections.filter((section) => section.start >= signedLength);
  const numbers = changedNumbers(base, sections);
  return (
    findChainFault(file, base, sections) ??
    findMissingSignature(base, field) ??
    findStrayBytes(file, signedLength, sections, budget) ??
    findReclaimedNumber(base, sections, budget) ??
    findForbiddenChange({ file, base, later, numbers, budget }) ??
    (later.length === 0 ? findIdleObject(question, base, sections, numbers) : null)
  );
}

/** What a later signature covers has somebody who vouches for it; what nobody covers must at least be of use. */
function findIdleObject(
  { file, budget }: LaterContentQuestion,
  base: PdfFile,
  sections: readonly XrefSection[],
  numbers: readonly number[],
): string | null {
  const fresh = freshNumbers(base, sections);
  const changed = numbers.filter((number) => !fresh.has(number));
  const loose = findLooseObject({ file, sections, fresh, changed, budget });
  return loose === null ? null : `nothing leads to object ${loose}, which was added after signing`;
}

/** Without this, a later revision could show a signature that lay unused among the signed bytes. */
function findMissingSignature(base: PdfFile, field: SignedField): string | null {
  const isThere = readSignedFields(base).some(
    ({ signature }) =>
      signature.start === field.signature.start && signature.end === field.signature.end,
  );
  return isThere ? null : 'the signed revision does not know this signature';
}

/** The newer sections must lead to exactly the revision that was signed. */
function findChainFault(
  file: PdfFile,
  base: PdfFile,
  sections: readonly XrefSection[],
): string | null {
  const oldest = sections.at(-1);
  if (oldest === undefined) return 'bytes were added behind the signature';
  const signed = file.sections.slice(sections.length);
  const isChained =
    oldest.trailer.entries.get('Prev') === base.startXref &&
    signed.length === base.sections.length &&
    signed.every((section, i) => section.start === base.sections[i]?.start);
  if (!isChained) return 'a later revision does not continue the signed one';
  const root = base.trailer.entries.get('Root');
  const isRootKept = sections.every(
    ({ trailer, isAmbiguous }) =>
      !isAmbiguous && isClear(trailer) && isSameReference(root, trailer.entries.get('Root')),
  );
  return isRootKept ? null : 'a later revision has another root';
}

/** Every byte behind the signature must belong to an object, a section or `startxref`. */
function findStrayBytes(
  file: PdfFile,
  signedLength: number,
  sections: readonly XrefSection[],
  budget: WorkBudget,
): string | null {
  const spans = sections.flatMap((section) => [
    { start: section.start, end: section.end },
    ...(section.beside === null ? [] : [section.beside]),
    ...objectSpans(file, section, signedLength, budget),
  ]);
  spans.sort((a, b) => a.start - b.start || a.end - b.end);
  let position = signedLength;
  for (const span of spans) {
    if (span.start < position) {
      if (span.end <= position) continue; // a cross-reference stream is object and section in one
      return 'objects overlap in a later revision';
    }
    if (!isFiller(file.bytes, position, span.start, budget)) return STRAY;
    position = span.end;
  }
  const isEndClean = isFiller(file.bytes, position, file.bytes.length, budget);
  return isEndClean && !endsInSpace(file.bytes) ? null : STRAY;
}

const STRAY = 'a later revision holds bytes that belong to no object';

interface Span {
  readonly start: number;
  readonly end: number;
}

function objectSpans(
  file: PdfFile,
  section: XrefSection,
  signedLength: number,
  budget: WorkBudget,
): readonly Span[] {
  const spans: Span[] = [];
  for (const [number, entry] of section.entries) {
    if (entry.kind !== 'inFile' || entry.offset < signedLength) continue;
    if (entry.offset === section.start || entry.offset === section.beside?.start) continue;
    const { offset, generation } = entry;
    const object = readIndirectObject(file.bytes, offset, number, generation, budget);
    const { value } = object;
    const end = isKind(value, 'stream') ? endOfStream(file, value, budget) : object.end;
    spans.push({ start: offset, end });
  }
  return spans;
}

function endOfStream(
  file: PdfFile,
  stream: Extract<PdfValue, { kind: 'stream' }>,
  budget: WorkBudget,
): number {
  const parser = new PdfParser(file.bytes, file.streamEnd(stream), budget);
  if (!parser.takeKeyword('endstream') || !parser.takeKeyword('endobj')) {
    throw new ServiceError('DOCUMENT_MALFORMED', 'a stream of a later revision has no end');
  }
  return parser.position;
}

/** Behind the last `%%EOF` stands one end of line at most: who added more has added bytes. */
function endsInSpace(bytes: Uint8Array): boolean {
  const tail = Buffer.from(bytes.subarray(-3)).toString('latin1');
  return !/F(?:\r\n|\r|\n)?$/u.test(tail);
}

/** White space, `startxref n` and `%%EOF`; before it one widespread library leaves its name as a comment. */
function isFiller(bytes: Uint8Array, start: number, end: number, budget: WorkBudget): boolean {
  if (end - start > 4096) return false;
  budget.spend(1);
  const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
  return /^[\0\t\n\f\r ]*(?:(?:%iText[-\w .()]{0,80}[\n\r]+)?startxref\s+\d{1,10}\s+%%EOF[\0\t\n\f\r ]*)?$/u.test(
    text,
  );
}

/** Numbers whose newest entry is not the signed one. */
function changedNumbers(base: PdfFile, sections: readonly XrefSection[]): readonly number[] {
  const numbers = new Set<number>();
  for (const section of sections) {
    for (const [number, entry] of section.entries) {
      if (!isSameEntry(entry, base.entryOf(number))) numbers.add(number);
    }
  }
  return [...numbers];
}

function isSameEntry(entry: XrefEntry, old: XrefEntry | undefined): boolean {
  if (old === undefined || old.kind === 'free') return entry.kind === 'free';
  if (entry.kind === 'inFile' && old.kind === 'inFile') {
    return entry.offset === old.offset && entry.generation === old.generation;
  }
  return (
    entry.kind === 'inStream' &&
    old.kind === 'inStream' &&
    entry.stream === old.stream &&
    entry.index === old.index
  );
}

/**
 * Signed content may name objects that did not exist when it was signed: filling such a number later would change
 * what was signed ("shadow" documents).
 */
function findReclaimedNumber(
  base: PdfFile,
  sections: readonly XrefSection[],
  budget: WorkBudget,
): string | null {
  const fresh = freshNumbers(base, sections);
  const isReclaimed =
    fresh.size > 0 &&
    base.sections.some(
      (section) =>
        mentions(section.trailer, fresh, budget) ||
        [...section.entries].some(([number, { kind, generation }]) => {
          if (kind === 'free') return false;
          const value = base.resolve({ kind: 'reference', number, generation });
          return mentions(value, fresh, budget);
        }),
    );
  return isReclaimed ? RECLAIMED : null;
}

/** Numbers that came into use behind the signature. */
function freshNumbers(base: PdfFile, sections: readonly XrefSection[]): ReadonlySet<number> {
  const fresh = new Set<number>();
  for (const section of sections) {
    for (const [number, entry] of section.entries) {
      const isOld = (base.entryOf(number)?.kind ?? 'free') !== 'free';
      if (entry.kind !== 'free' && !isOld) fresh.add(number);
    }
  }
  return fresh;
}

const RECLAIMED = 'a later revision defines an object that signed content already refers to';

function mentions(value: PdfValue, numbers: ReadonlySet<number>, budget: WorkBudget): boolean {
  budget.spend(1);
  const reference = asReference(value);
  if (reference !== null) return numbers.has(reference.number);
  const items = asArray(value)?.items ?? asDictionary(value)?.entries.values() ?? [];
  for (const item of items) if (mentions(item, numbers, budget)) return true;
  return false;
}
