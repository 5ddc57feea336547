/** Cross-reference tables and streams (ISO 32000-1 §7.5.4, §7.5.8). */
import { PdfParser, malformed } from './pdfParser.ts';
import {
  asArray,
  asCount,
  asName,
  isKind,
  type PdfDictionary,
  type PdfStream,
} from './pdfValue.ts';
import { decodeStream } from './streamFilter.ts';
import type { WorkBudget } from './workBudget.ts';

export type XrefEntry =
  | { readonly kind: 'free'; readonly generation: number }
  | { readonly kind: 'inFile'; readonly offset: number; readonly generation: number }
  | {
      readonly kind: 'inStream';
      readonly stream: number;
      readonly index: number;
      readonly generation: 0;
    };

/** What one revision adds: its entries and its trailer. */
export interface XrefSection {
  /** Offset of `xref` or of the cross-reference stream's object. */
  readonly start: number;
  /** Behind the trailer dictionary or behind `endobj`. */
  readonly end: number;
  readonly isStream: boolean;
  /** The stream that a table names beside itself (§7.5.8.4); null if there is none. */
  readonly beside: { readonly start: number; readonly end: number } | null;
  /** Table and stream place an object differently, so that readers may disagree. */
  readonly isAmbiguous: boolean;
  readonly trailer: PdfDictionary;
  readonly entries: ReadonlyMap<number, XrefEntry>;
}

const MAX_SECTIONS = 1000;
const MAX_OBJECT_NUMBER = 8_388_607; // ISO 32000-1 Annex C.2
const MAX_ENTRIES = 1_000_000;

/** @returns sections newest first, as `Prev` chains them, and the offset where the chain begins. */
export function readXrefSections(
  bytes: Uint8Array,
  budget: WorkBudget,
): { sections: readonly XrefSection[]; startXref: number } {
  const startXref = findStartXref(bytes, budget);
  const sections: XrefSection[] = [];
  const seen = new Set<number>();
  let offset: number | null = startXref;
  let entries = 0;
  while (offset !== null) {
    if (seen.has(offset) || sections.length === MAX_SECTIONS) {
      throw malformed('cross-reference sections go in circles', offset);
    }
    seen.add(offset);
    const section = readSection(bytes, offset, budget);
    sections.push(section);
    entries += section.entries.size;
    if (entries > MAX_ENTRIES) throw malformed('too many objects', offset);
    offset = previousOf(section.trailer, offset);
  }
  return { sections, startXref };
}

function previousOf(trailer: PdfDictionary, at: number): number | null {
  const previous = trailer.entries.get('Prev');
  if (previous === undefined) return null;
  const offset = asCount(previous);
  if (offset === null) throw malformed('Prev is no offset', at);
  return offset;
}

function findStartXref(bytes: Uint8Array, budget: WorkBudget): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf('startxref');
  const parser = new PdfParser(bytes, Math.max(at, 0), budget);
  const offset = at >= 0 && parser.takeKeyword('startxref') ? parser.takeCount() : null;
  if (offset === null || offset >= bytes.length) throw malformed('no startxref', Math.max(at, 0));
  return offset;
}

function readSection(bytes: Uint8Array, offset: number, budget: WorkBudget): XrefSection {
  const parser = new PdfParser(bytes, offset, budget);
  return parser.takeKeyword('xref')
    ? readTable(parser, offset, budget)
    : readXrefStream(bytes, offset, budget);
}

function readTable(parser: PdfParser, start: number, budget: WorkBudget): XrefSection {
  const entries = new Map<number, XrefEntry>();
  while (!parser.takeKeyword('trailer')) readSubsection(parser, entries, budget);
  const trailer = parser.readValue();
  if (!isKind(trailer, 'dictionary')) throw malformed('trailer is no dictionary', start);
  const besideOffset = asCount(trailer.entries.get('XRefStm'));
  const stream = besideOffset === null ? null : readXrefStream(parser.bytes, besideOffset, budget);
  const isAmbiguous = joinEntries(entries, stream?.entries ?? new Map());
  const section = { start, end: parser.position, isStream: false, trailer, entries };
  return { ...section, beside: stream, isAmbiguous };
}

/**
 * The table calls "free" what only readers of streams shall see (§7.5.8.4).
 *
 * @returns whether an object has two places.
 */
function joinEntries(
  entries: Map<number, XrefEntry>,
  hidden: ReadonlyMap<number, XrefEntry>,
): boolean {
  let isAmbiguous = false;
  for (const [number, entry] of hidden) {
    const known = entries.get(number);
    if (known?.kind !== 'inFile') entries.set(number, entry);
    else isAmbiguous ||= entry.kind !== 'inFile' || entry.offset !== known.offset;
  }
  return isAmbiguous;
}

function readSubsection(
  parser: PdfParser,
  entries: Map<number, XrefEntry>,
  budget: WorkBudget,
): void {
  const first = parser.takeCount();
  const count = parser.takeCount();
  if (first === null || count === null) {
    throw malformed('cross-reference subsection', parser.position);
  }
  requireNumbers(first, count, parser.position);
  for (let i = 0; i < count; i++) readTableEntry(parser, first + i, entries);
  budget.spend(count);
}

function readTableEntry(parser: PdfParser, number: number, entries: Map<number, XrefEntry>): void {
  const offset = parser.takeCount();
  const generation = parser.takeCount();
  if (offset === null || generation === null)
    throw malformed('cross-reference entry', parser.position);
  if (parser.takeKeyword('n')) addEntry(entries, number, { kind: 'inFile', offset, generation });
  else if (parser.takeKeyword('f')) addEntry(entries, number, { kind: 'free', generation });
  else throw malformed('cross-reference entry', parser.position);
}

function addEntry(entries: Map<number, XrefEntry>, number: number, entry: XrefEntry): void {
  if (entries.has(number)) throw malformed(`object ${number} stands twice in one section`, 0);
  entries.set(number, entry);
}

function requireNumbers(first: number, count: number, at: number): void {
  if (count > MAX_ENTRIES || first + count > MAX_OBJECT_NUMBER) {
    throw malformed('too many objects', at);
  }
}

function readXrefStream(bytes: Uint8Array, start: number, budget: WorkBudget): XrefSection {
  const { dictionary, data, end } = readXrefStreamData(bytes, start, budget);
  const widths =
    asArray(dictionary.entries.get('W'))?.items.map((width) => asCount(width) ?? 9) ?? [];
  const width = widths.reduce((sum, next) => sum + next, 0);
  if (widths.length !== 3 || widths.some((one) => one > 8) || width === 0) {
    throw malformed('widths of the cross-reference stream', start);
  }
  const entries = new Map<number, XrefEntry>();
  let position = 0;
  for (const [first, count] of subsectionsOf(dictionary, start)) {
    requireNumbers(first, count, start);
    if (position + count * width > data.length)
      throw malformed('cross-reference stream is short', start);
    budget.spend(count);
    for (let i = 0; i < count; i++, position += width) {
      const entry = readStreamEntry(data, position, widths);
      if (entry !== null) addEntry(entries, first + i, entry);
    }
  }
  return {
    start,
    end,
    isStream: true,
    beside: null,
    isAmbiguous: false,
    trailer: dictionary,
    entries,
  };
}

function readXrefStreamData(
  bytes: Uint8Array,
  start: number,
  budget: WorkBudget,
): { dictionary: PdfDictionary; data: Uint8Array; end: number } {
  const parser = new PdfParser(bytes, start, budget);
  const dictionary = readXrefDictionary(parser);
  if (dictionary === null) throw malformed('no cross-reference section', start);
  const dataStart = parser.position + (bytes[parser.position] === 13 ? 2 : 1);
  const length = asCount(dictionary.entries.get('Length')) ?? bytes.length; // §7.5.8.2: direct
  const end = new PdfParser(bytes, dataStart + length, budget);
  if (!end.takeKeyword('endstream') || !end.takeKeyword('endobj')) {
    throw malformed('length of the cross-reference stream', start);
  }
  const stream: PdfStream = { kind: 'stream', dictionary, dataStart };
  const raw = bytes.subarray(dataStart, dataStart + length);
  const data = decodeStream(raw, stream, (value) => value ?? null, budget);
  return { dictionary, data, end: end.position };
}

/** @returns null if no cross-reference stream stands here; else the parser is behind `stream`. */
function readXrefDictionary(parser: PdfParser): PdfDictionary | null {
  const isObject =
    parser.takeCount() !== null && parser.takeCount() !== null && parser.takeKeyword('obj');
  const dictionary = isObject ? parser.readValue() : null;
  if (!isKind(dictionary, 'dictionary')) return null;
  const isXref = asName(dictionary.entries.get('Type')) === 'XRef';
  return isXref && parser.takeKeyword('stream') ? dictionary : null;
}

function subsectionsOf(dictionary: PdfDictionary, at: number): readonly [number, number][] {
  const index = asArray(dictionary.entries.get('Index'))?.items.map((item) => asCount(item));
  const flat = index ?? [0, asCount(dictionary.entries.get('Size'))];
  const pairs: [number, number][] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const [first, count] = [flat[i] ?? null, flat[i + 1] ?? null];
    if (first === null || count === null)
      throw malformed('index of the cross-reference stream', at);
    pairs.push([first, count]);
  }
  return pairs;
}

/** @returns null for entry types of the future, which readers take for null objects (§7.5.8.3). */
function readStreamEntry(
  data: Uint8Array,
  position: number,
  widths: readonly number[],
): XrefEntry | null {
  const [first = 0, second = 0, third = 0] = widths;
  const type = first === 0 ? 1 : bigEndian(data, position, first);
  const middle = bigEndian(data, position + first, second);
  const last = bigEndian(data, position + first + second, third);
  switch (type) {
    case 0:
      return { kind: 'free', generation: last };
    case 1:
      return { kind: 'inFile', offset: middle, generation: last };
    case 2:
      return { kind: 'inStream', stream: middle, index: last, generation: 0 };
    default:
      return null;
  }
}

function bigEndian(data: Uint8Array, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) value = value * 256 + (data[i] ?? 0);
  return value;
}
