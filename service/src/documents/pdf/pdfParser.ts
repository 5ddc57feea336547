import { ServiceError } from '../../errors.ts';
import type { PdfDictionary, PdfName, PdfString, PdfValue } from './pdfValue.ts';
import { COST, type WorkBudget } from './workBudget.ts';

const MAX_DEPTH = 100;
const MAX_MEMBERS = 65_536;
const MAX_DIGITS = 15;

/** Largest PDF that is read. */
export const MAX_PDF_BYTES = 256 * 1024 * 1024;

const WHITESPACE = 1;
const DELIMITER = 2;
/** Kinds of bytes (ISO 32000-1 §7.2.2); 0 is regular. */
const KINDS = new Uint8Array(256);
for (const byte of [0, 9, 10, 12, 13, 32]) KINDS[byte] = WHITESPACE;
for (const character of '()<>[]{}/%') KINDS[character.charCodeAt(0)] = DELIMITER;

const PERCENT = 0x25;
const SLASH = 0x2f;
const PARENTHESIS = 0x28;
const LESS = 0x3c;
const GREATER = 0x3e;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;

/** Reads PDF objects one after another from a place in the bytes (attacker-controlled). */
export class PdfParser {
  readonly bytes: Uint8Array;
  position: number;
  readonly #budget: WorkBudget;

  constructor(bytes: Uint8Array, position: number, budget: WorkBudget) {
    this.bytes = bytes;
    this.position = position;
    this.#budget = budget;
  }

  /**
   * Reads one object; the position is then behind it. Streams are the caller's: see `pdfFile.ts`.
   *
   * @throws ServiceError `DOCUMENT_MALFORMED`.
   */
  readValue(depth = 0): PdfValue {
    this.#budget.spend(COST.value);
    if (depth > MAX_DEPTH) throw malformed('objects nest too deep', this.position);
    this.skipWhitespace();
    const { bytes, position } = this;
    switch (bytes[position] ?? 0) {
      case SLASH:
        return this.#readName();
      case PARENTHESIS:
        return this.#readLiteralString();
      case LESS:
        return bytes[position + 1] === LESS ? this.#readDictionary(depth) : this.#readHexString();
      case BRACKET:
        return this.#readArray(depth);
      default:
        return this.#readPlain();
    }
  }

  /** Skips white space and comments. */
  skipWhitespace(): void {
    const { bytes } = this;
    let { position } = this;
    for (;;) {
      const byte = bytes[position];
      if (byte === undefined) break;
      if (byte === PERCENT) {
        while (position < bytes.length && bytes[position] !== 10 && bytes[position] !== 13)
          position++;
      } else if (KINDS[byte] === WHITESPACE) position++;
      else break;
    }
    this.#budget.spend((position - this.position) >> COST.scannedShift);
    this.position = position;
  }

  /** Takes the word if it stands here as a whole token, after white space. */
  takeKeyword(word: string): boolean {
    this.skipWhitespace();
    const end = this.position + word.length;
    for (let i = 0; i < word.length; i++) {
      if (this.bytes[this.position + i] !== word.charCodeAt(i)) return false;
    }
    if (KINDS[this.bytes[end] ?? 0] === 0) return false;
    this.position = end;
    return true;
  }

  /** @returns the whole number here, or null (and the position unchanged). */
  takeCount(): number | null {
    const before = this.position;
    this.skipWhitespace();
    const { bytes } = this;
    let { position } = this;
    const start = this.position;
    let value = 0;
    while (isDigit(bytes[position]) && position - start <= MAX_DIGITS) {
      value = value * 10 + (bytes[position++] ?? 0) - 0x30;
    }
    const isToken = position > start && position - start <= MAX_DIGITS;
    if (!isToken || KINDS[bytes[position] ?? 0] === 0) {
      this.position = before;
      return null;
    }
    this.position = position;
    return value;
  }

  #readName(): PdfName {
    this.#budget.spend(COST.name);
    const start = this.position + 1;
    this.position = this.#endOfRegular(start);
    const raw = latin1(this.bytes, start, this.position);
    if (!raw.includes('#')) return { kind: 'name', name: raw };
    this.#budget.spend(COST.escapedName);
    const name = raw.replaceAll(/#([0-9a-f]{2})/giu, (_match, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
    return { kind: 'name', name };
  }

  #readHexString(): PdfString {
    const start = this.position;
    const end = indexOf(this.bytes, GREATER, start) + 1;
    if (end === 0) throw malformed('string without end', start);
    this.position = end;
    return { kind: 'string', source: this.bytes, start, end };
  }

  #readLiteralString(): PdfString {
    const { bytes, position: start } = this;
    let open = 1;
    let position = start + 1;
    for (; open > 0; position++) {
      const byte = bytes[position];
      if (byte === undefined) throw malformed('string without end', start);
      if (byte === 0x5c) position++;
      else if (byte === PARENTHESIS) open++;
      else if (byte === 0x29) open--;
    }
    this.#budget.spend((position - start) >> COST.scannedShift);
    this.position = position;
    return { kind: 'string', source: bytes, start, end: position };
  }

  #readArray(depth: number): PdfValue {
    this.position++;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipWhitespace();
      if (this.bytes[this.position] === BRACKET_END) break;
      items.push(this.readValue(depth + 1));
    }
    this.position++;
    return { kind: 'array', items };
  }

  #readDictionary(depth: number): PdfDictionary {
    this.#budget.spend(COST.dictionary);
    const start = this.position;
    this.position += 2;
    const entries = new Map<string, PdfValue>();
    let isAmbiguous = false;
    for (;;) {
      this.skipWhitespace();
      const byte = this.bytes[this.position];
      if (byte === GREATER && this.bytes[this.position + 1] === GREATER) break;
      if (byte !== SLASH) throw malformed('dictionary key is no name', this.position);
      this.#budget.spend(COST.member);
      const { name } = this.#readName();
      if (entries.has(name)) isAmbiguous = true;
      if (entries.size === MAX_MEMBERS) throw malformed('dictionary too large', start);
      entries.set(name, this.readValue(depth + 1));
    }
    this.position += 2;
    const { bytes: source, position: end } = this;
    return { kind: 'dictionary', entries, isAmbiguous, source, start, end };
  }

  /** Number, reference, `true`, `false` or `null`. */
  #readPlain(): PdfValue {
    const start = this.position;
    const count = this.takeCount();
    if (count !== null) return this.#readReference(count) ?? count;
    const end = this.#endOfRegular(start);
    const word = latin1(this.bytes, start, Math.min(end, start + 40));
    this.position = end;
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)$/u.test(word)) return Number(word);
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    throw malformed('no object', start);
  }

  /** `12 0 R` begins like a number: only what follows tells. */
  #readReference(number: number): PdfValue | undefined {
    const after = this.position;
    const generation = this.takeCount();
    this.#budget.spend(COST.reference - COST.value);
    if (generation !== null && this.takeKeyword('R'))
      return { kind: 'reference', number, generation };
    this.position = after;
    return undefined;
  }

  #endOfRegular(start: number): number {
    let end = start;
    while (end < this.bytes.length && KINDS[this.bytes[end] ?? 0] === 0) end++;
    this.#budget.spend((end - start) >> COST.scannedShift);
    return end;
  }
}

export function malformed(what: string, at: number): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a readable PDF: ${what} (at byte ${at})`);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

function indexOf(bytes: Uint8Array, byte: number, from: number): number {
  return bytes.indexOf(byte, from);
}
