/** Adding a revision behind a PDF: its bytes stay as they are (ISO 32000-1 §7.5.6). */
import { createHash } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { formatValue } from './formatValue.ts';
import type { PdfFile } from './pdfFile.ts';
import { PdfObjects, consecutiveRuns, formatXrefTable, type Piece } from './pdfObjects.ts';
import { asArray, asCount, isKind, type PdfReference } from './pdfValue.ts';

export interface PdfUpdate {
  /** New and replaced objects; numbers go on behind those of the file. */
  readonly objects: PdfObjects;
  /** @returns the whole file, and where each object of the update begins in it. */
  finish(): { readonly bytes: Buffer; readonly offsets: ReadonlyMap<number, number> };
}

/** Begins an update of a PDF. */
export function beginUpdate(file: PdfFile): PdfUpdate {
  const objects = new PdfObjects(firstFreeNumber(file));
  const offset = file.bytes.length;
  return {
    objects,
    finish() {
      const isStream = file.sections[0]?.isStream === true;
      const xref = isStream ? objects.reserve() : null;
      const { bytes, offsets } = objects.assemble(['\n'], offset, (placed, end) =>
        xref === null
          ? [formatXrefTable(placed, formatTrailer(file, objects.size), end)]
          : formatXrefStream(placed, xref, end, formatTrailer(file, objects.size)),
      );
      return { bytes: Buffer.concat([file.bytes, bytes]), offsets };
    },
  };
}

function firstFreeNumber(file: PdfFile): number {
  let first = asCount(file.trailer.entries.get('Size')) ?? 0;
  for (const section of file.sections) {
    for (const number of section.entries.keys()) first = Math.max(first, number + 1);
  }
  return first;
}

/** Replaced objects keep their number; only generation 0 is written. */
export function requireFirstGeneration(
  reference: Pick<PdfReference, 'number' | 'generation'>,
): number {
  if (reference.generation !== 0) {
    throw new ServiceError('DOCUMENT_MALFORMED', `object ${reference.number} was deleted once`);
  }
  return reference.number;
}

function formatTrailer(file: PdfFile, size: number): string {
  const { entries } = file.trailer;
  const kept = ['Root', 'Info'].flatMap((key) => {
    const value = entries.get(key);
    return value === undefined ? [] : [`/${key} ${formatValue(value)}`];
  });
  return `/Size ${size}/Prev ${file.startXref}${kept.join('')}${formatIdentifier(file)}`;
}

/** §14.4: the first part stays, the second is new with every revision. */
function formatIdentifier(file: PdfFile): string {
  const [first] = asArray(file.resolve(file.trailer.entries.get('ID')))?.items ?? [];
  const revision = createHash('sha256').update(file.bytes).digest('hex').slice(0, 32);
  return `/ID[${isKind(first, 'string') ? formatValue(first) : `<${revision}>`}<${revision}>]`;
}

const OFFSET_BYTES = 5;

function formatXrefStream(
  placed: ReadonlyMap<number, number>,
  number: number,
  start: number,
  trailer: string,
): readonly Piece[] {
  const offsets = new Map([...placed, [number, start]]);
  const runs = consecutiveRuns([...offsets.keys()]);
  const rows = runs.flat().map((one) => {
    const row = Buffer.alloc(1 + OFFSET_BYTES + 1);
    row[0] = 1; // in the file, uncompressed
    row.writeUIntBE(offsets.get(one) ?? 0, 1, OFFSET_BYTES);
    return row;
  });
  const data = Buffer.concat(rows);
  const index = runs.map((run) => `${run[0]} ${run.length}`).join(' ');
  return [
    `${number} 0 obj\n<</Type/XRef/W[1 ${OFFSET_BYTES} 1]/Index[${index}]/Length ${data.length}${trailer}>>\nstream\n`,
    data,
    `\nendstream\nendobj\nstartxref\n${start}\n%%EOF\n`,
  ];
}
