import { PdfParser, malformed } from './pdfParser.ts';
import {
  asArray,
  asCount,
  asDictionary,
  asName,
  asReference,
  isKind,
  type PdfDictionary,
  type PdfStream,
  type PdfValue,
} from './pdfValue.ts';
import { decodeStream } from './streamFilter.ts';
import type { WorkBudget } from './workBudget.ts';
import { readXrefSections, type XrefEntry, type XrefSection } from './xref.ts';

/** An object with its number, and where it stands if that is the file itself. */
export interface IndirectObject {
  readonly number: number;
  readonly generation: number;
  readonly value: PdfValue;
}

/** A PDF opened for reading: cross-references are read, objects when asked for. */
export interface PdfFile {
  readonly bytes: Uint8Array;
  /** Of the newest revision. */
  readonly trailer: PdfDictionary;
  /** Newest first. */
  readonly sections: readonly XrefSection[];
  /** Offset that `startxref` names. */
  readonly startXref: number;
  /** @returns where the object is said to stand; undefined if no section names it. */
  entryOf(number: number): XrefEntry | undefined;
  /** @returns the object of this number, in whatever generation; null if there is none. */
  objectAt(number: number): PdfValue;
  /** @returns the object behind a reference, any other value as it is; null for a missing object (§7.3.10). */
  resolve(value: PdfValue | undefined): PdfValue;
  /** @returns the resolved member; null if it, or the dictionary, is not there. */
  member(dictionary: PdfDictionary | null, key: string): PdfValue;
  /** @returns the resolved member as a dictionary, or null. */
  dictionaryAt(dictionary: PdfDictionary | null, key: string): PdfDictionary | null;
  /** @returns what stands in the array behind a value, unresolved; nothing if it is no array. */
  itemsOf(value: PdfValue | undefined): readonly PdfValue[];
  /** @returns offset behind the stream's data. */
  streamEnd(stream: PdfStream): number;
  /** @returns decoded data; only Flate and no filter. */
  streamData(stream: PdfStream): Uint8Array;
}

const MAX_REFERENCE_CHAIN = 8;
const MAX_OBJECTS_IN_STREAM = 100_000;

interface ObjectStream {
  readonly data: Uint8Array;
  readonly numbers: readonly number[];
  readonly offsets: readonly number[];
}

/**
 * Opens a PDF (attacker-controlled) by its cross-reference sections; nothing is repaired or guessed.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be read strictly, or is encrypted.
 */
export function openPdf(bytes: Uint8Array, budget: WorkBudget): PdfFile {
  requireHeader(bytes);
  const { sections, startXref } = readXrefSections(bytes, budget);
  const [newest] = sections;
  if (newest === undefined) throw malformed('no cross-reference section', startXref);
  if (sections.some((section) => section.trailer.entries.has('Encrypt'))) {
    throw malformed('the file is encrypted; remove its password protection first', newest.start);
  }
  return new OpenPdf(bytes, budget, sections, newest.trailer, startXref);
}

/**
 * The same file as it stood before its newest sections were added.
 *
 * @param age - how many sections are newer; 0 is the file itself.
 */
export function revisionOf(file: PdfFile, age: number, budget: WorkBudget): PdfFile {
  const sections = file.sections.slice(age);
  const [newest] = sections;
  if (newest === undefined) throw malformed('no such revision', file.startXref);
  for (const { entries } of sections) budget.spend(entries.size);
  return new OpenPdf(file.bytes, budget, sections, newest.trailer, newest.start);
}

function requireHeader(bytes: Uint8Array): void {
  const header = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (!/^%PDF-[12]\.\d$/u.test(header)) throw malformed('it does not begin with %PDF-', 0);
}

/** What a newer section says of an object hides what older ones say (§7.5.6). */
function mergeEntries(sections: readonly XrefSection[]): ReadonlyMap<number, XrefEntry> {
  const [newest, ...older] = sections;
  if (newest === undefined || older.length === 0) return newest?.entries ?? new Map();
  const merged = new Map<number, XrefEntry>();
  for (const section of sections.toReversed()) {
    for (const [number, entry] of section.entries) merged.set(number, entry);
  }
  return merged;
}

class OpenPdf implements PdfFile {
  readonly bytes: Uint8Array;
  readonly trailer: PdfDictionary;
  readonly sections: readonly XrefSection[];
  readonly startXref: number;
  readonly #budget: WorkBudget;
  readonly #entries: ReadonlyMap<number, XrefEntry>;
  readonly #objects = new Map<number, PdfValue>();
  readonly #objectStreams = new Map<number, ObjectStream>();
  readonly #inProgress = new Set<number>();

  constructor(
    bytes: Uint8Array,
    budget: WorkBudget,
    sections: readonly XrefSection[],
    trailer: PdfDictionary,
    startXref: number,
  ) {
    this.bytes = bytes;
    this.#budget = budget;
    this.sections = sections;
    this.trailer = trailer;
    this.startXref = startXref;
    this.#entries = mergeEntries(sections);
  }

  entryOf(number: number): XrefEntry | undefined {
    return this.#entries.get(number);
  }

  objectAt(number: number): PdfValue {
    return this.#objectOf(number, this.entryOf(number)?.generation ?? 0);
  }

  resolve(value: PdfValue | undefined): PdfValue {
    let resolved = value ?? null;
    for (let i = 0; isKind(resolved, 'reference'); i++) {
      if (i === MAX_REFERENCE_CHAIN) throw malformed('references go in circles', 0);
      resolved = this.#objectOf(resolved.number, resolved.generation);
    }
    return resolved;
  }

  member(dictionary: PdfDictionary | null, key: string): PdfValue {
    return this.resolve(dictionary?.entries.get(key));
  }

  dictionaryAt(dictionary: PdfDictionary | null, key: string): PdfDictionary | null {
    return asDictionary(this.member(dictionary, key));
  }

  itemsOf(value: PdfValue | undefined): readonly PdfValue[] {
    return asArray(this.resolve(value))?.items ?? [];
  }

  streamEnd(stream: PdfStream): number {
    const length = asCount(this.member(stream.dictionary, 'Length'));
    const end = stream.dataStart + (length ?? this.bytes.length);
    const parser = new PdfParser(this.bytes, end, this.#budget);
    if (end > this.bytes.length || !parser.takeKeyword('endstream')) {
      throw malformed('stream length is wrong', stream.dataStart);
    }
    return end;
  }

  streamData(stream: PdfStream): Uint8Array {
    const raw = this.bytes.subarray(stream.dataStart, this.streamEnd(stream));
    return decodeStream(raw, stream, (value) => this.resolve(value), this.#budget);
  }

  #objectOf(number: number, generation: number): PdfValue {
    const known = this.#objects.get(number);
    const entry = this.entryOf(number);
    if (entry === undefined || entry.kind === 'free' || entry.generation !== generation)
      return null;
    if (known !== undefined) return known;
    if (this.#inProgress.has(number)) throw malformed('an object needs itself to be read', 0);
    this.#inProgress.add(number);
    const value =
      entry.kind === 'inFile'
        ? readIndirectObject(this.bytes, entry.offset, number, generation, this.#budget).value
        : this.#readFromObjectStream(entry.stream, entry.index, number);
    this.#inProgress.delete(number);
    this.#objects.set(number, value);
    return value;
  }

  #readFromObjectStream(streamNumber: number, index: number, number: number): PdfValue {
    const stream = this.#objectStreamOf(streamNumber);
    const offset = stream.offsets[index];
    if (offset === undefined || stream.numbers[index] !== number) {
      throw malformed(`object ${number} is not in object stream ${streamNumber}`, 0);
    }
    return new PdfParser(stream.data, offset, this.#budget).readValue();
  }

  #objectStreamOf(number: number): ObjectStream {
    const known = this.#objectStreams.get(number);
    if (known !== undefined) return known;
    if (this.entryOf(number)?.kind !== 'inFile') throw malformed(`no object stream ${number}`, 0);
    const stream = this.resolve({ kind: 'reference', number, generation: 0 });
    if (!isKind(stream, 'stream') || asName(stream.dictionary.entries.get('Type')) !== 'ObjStm') {
      throw malformed(`object ${number} is no object stream`, 0);
    }
    const read = this.#readObjectStream(stream);
    this.#objectStreams.set(number, read);
    return read;
  }

  #readObjectStream(stream: PdfStream): ObjectStream {
    const { entries } = stream.dictionary;
    const count = asCount(this.resolve(entries.get('N')));
    const first = asCount(this.resolve(entries.get('First')));
    if (count === null || first === null || count > MAX_OBJECTS_IN_STREAM) {
      throw malformed('object stream without N or First', stream.dataStart);
    }
    const data = this.streamData(stream);
    const parser = new PdfParser(data, 0, this.#budget);
    const numbers: number[] = [];
    const offsets: number[] = [];
    for (let i = 0; i < count; i++) {
      this.#budget.spend(2);
      const [number, offset] = [parser.takeCount(), parser.takeCount()];
      if (number === null || offset === null)
        throw malformed('object stream header', stream.dataStart);
      numbers.push(number);
      offsets.push(first + offset);
    }
    return { data, numbers, offsets };
  }
}

/** An object read at its place in the file. */
export interface PlacedObject extends IndirectObject {
  readonly start: number;
  /** Behind `endobj`; for a stream: first byte of its data. */
  readonly end: number;
}

/**
 * Reads `n g obj … endobj` at an offset.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if another object or none stands there.
 */
export function readIndirectObject(
  bytes: Uint8Array,
  offset: number,
  number: number,
  generation: number,
  budget: WorkBudget,
): PlacedObject {
  const parser = new PdfParser(bytes, offset, budget);
  const isThere =
    offset < bytes.length &&
    parser.takeCount() === number &&
    parser.takeCount() === generation &&
    parser.takeKeyword('obj');
  if (!isThere)
    throw malformed(`object ${number} ${generation} is not where the table says`, offset);
  const value = parser.readValue();
  if (isKind(value, 'dictionary') && parser.takeKeyword('stream')) {
    const dataStart = skipEndOfLine(bytes, parser.position);
    const stream: PdfStream = { kind: 'stream', dictionary: value, dataStart };
    return { number, generation, value: stream, start: offset, end: dataStart };
  }
  if (!parser.takeKeyword('endobj')) throw malformed(`object ${number} without endobj`, offset);
  return { number, generation, value, start: offset, end: parser.position };
}

/** §7.3.8.1: CR LF or LF, not CR alone. */
function skipEndOfLine(bytes: Uint8Array, position: number): number {
  const afterReturn = bytes[position] === 13 ? position + 1 : position;
  if (bytes[afterReturn] !== 10) throw malformed('stream keyword without line end', position);
  return afterReturn + 1;
}

/** @returns the document catalogue. @throws ServiceError `DOCUMENT_MALFORMED` if there is none. */
export function catalogueOf(file: PdfFile): PdfDictionary {
  const root = asReference(file.trailer.entries.get('Root'));
  const catalogue = root === null ? null : asDictionary(file.resolve(root));
  if (catalogue === null || asName(file.resolve(catalogue.entries.get('Type'))) !== 'Catalog') {
    throw malformed('no document catalogue', file.startXref);
  }
  return catalogue;
}
