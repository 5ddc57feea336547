/** Writing PDF objects and whole files (ISO 32000-1 §7.3, §7.5). */
import { deflateSync } from 'node:zlib';

/** A piece of a file: Latin-1 text or bytes. */
export type Piece = string | Uint8Array;

/** Streams shorter than this stay readable as they are. */
const MIN_DEFLATED_BYTES = 512;
/** Measured on subset fonts: level 6 takes four times as long for 4 % less. */
const DEFLATE_LEVEL = 1;

/** @returns a number in at most four decimals. */
export function formatNumber(value: number): string {
  const rounded = Math.round(value * 10_000) / 10_000;
  // exponents are no PDF numbers; -0 looks odd
  return Object.is(rounded, -0) ? '0' : Math.abs(rounded) < 1e21 ? String(rounded) : '0';
}

/** @returns a text string: ASCII as literal, anything else as UTF-16BE with byte order mark (§7.9.2.2). */
export function formatText(text: string): string {
  if (/^[\x20-\x7e]*$/u.test(text)) return `(${text.replaceAll(/[\\()]/gu, '\\$&')})`;
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  return `<${bytes.toString('hex')}>`;
}

/** @returns a date in UTC (§7.9.4). */
export function formatDate(date: Date): string {
  return `(D:${date.toISOString().replaceAll(/[-:T]/gu, '').slice(0, 14)}Z)`;
}

/** @returns a name with everything but plain characters escaped (§7.3.5). */
export function formatName(name: string): string {
  const escaped = Buffer.from(name, 'latin1')
    .toString('latin1')
    .replaceAll(
      /[^A-Za-z0-9_.+:*-]/gu,
      (character) => `#${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
  return `/${escaped}`;
}

/**
 * Makes a stream object's body.
 *
 * @param members - further dictionary members, such as `/Type/XObject`.
 */
export function formatStream(members: string, data: Uint8Array, isCompressed = true): Piece[] {
  const isWorthIt = isCompressed && data.length >= MIN_DEFLATED_BYTES;
  const stored = isWorthIt ? deflateSync(data, { level: DEFLATE_LEVEL }) : data;
  const filter = isWorthIt ? '/Filter/FlateDecode' : '';
  return [`<<${members}${filter}/Length ${stored.length}>>\nstream\n`, stored, '\nendstream'];
}

/** Pieces in one buffer, and where each numbered object begins. */
export interface AssembledObjects {
  readonly bytes: Buffer;
  /** By object number. */
  readonly offsets: ReadonlyMap<number, number>;
}

/** Collects numbered objects and lays them out one after another. */
export class PdfObjects {
  readonly #bodies = new Map<number, readonly Piece[]>();
  #next: number;

  /** @param first - number of the first object; 1 for a new file. */
  constructor(first = 1) {
    this.#next = first;
  }

  /** One more than the highest number given out. */
  get size(): number {
    return this.#next;
  }

  /** Gives out a number for an object that is put later. */
  reserve(): number {
    return this.#next++;
  }

  /** Adds an object under the next number, which it returns. */
  add(...body: readonly Piece[]): number {
    const number = this.reserve();
    this.put(number, ...body);
    return number;
  }

  put(number: number, ...body: readonly Piece[]): void {
    this.#bodies.set(number, body);
  }

  /**
   * Lays out `before`, all objects by ascending number, and what `after` makes of their offsets.
   *
   * @param offset - where `before` will stand in the file.
   */
  assemble(
    before: readonly Piece[],
    offset: number,
    after: (offsets: ReadonlyMap<number, number>, end: number) => readonly Piece[],
  ): AssembledObjects {
    const pieces: Piece[] = [...before];
    let end = offset + lengthOf(before);
    const offsets = new Map<number, number>();
    for (const [number, body] of [...this.#bodies].sort(([a], [b]) => a - b)) {
      const object = [`${number} 0 obj\n`, ...body, '\nendobj\n'];
      offsets.set(number, end);
      end += lengthOf(object);
      pieces.push(...object);
    }
    pieces.push(...after(offsets, end));
    return { bytes: join(pieces), offsets };
  }
}

/** @returns one cross-reference table with trailer, `startxref` and `%%EOF` (§7.5.4, §7.5.5). */
export function formatXrefTable(
  offsets: ReadonlyMap<number, number>,
  trailer: string,
  start: number,
): string {
  const lines: string[] = ['xref\n'];
  for (const run of consecutiveRuns([...offsets.keys()])) {
    lines.push(`${run[0]} ${run.length}\n`);
    for (const number of run) {
      // object 0 heads the list of free objects
      const entry =
        number === 0 ? '0000000000 65535 f' : `${tenDigits(offsets.get(number))} 00000 n`;
      lines.push(`${entry} \n`);
    }
  }
  lines.push(`trailer\n<<${trailer}>>\nstartxref\n${start}\n%%EOF\n`);
  return lines.join('');
}

/** @param numbers - in any order. @returns them ascending, cut where one is left out. */
export function consecutiveRuns(numbers: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs;
}

function tenDigits(offset = 0): string {
  return String(offset).padStart(10, '0');
}

function lengthOf(pieces: readonly Piece[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}

function join(pieces: readonly Piece[]): Buffer {
  const bytes = Buffer.allocUnsafe(lengthOf(pieces));
  let offset = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') bytes.write(piece, offset, 'latin1');
    else bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
