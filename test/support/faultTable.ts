/** What callers saw when something broke: collected by tests, shown to operators. */
import { readFileSync, writeFileSync } from 'node:fs';

/** One fault as it was observed. */
export interface FaultRow {
  readonly fault: string;
  /** What the caller did. */
  readonly asked: string;
  /** Codes or outcomes the caller got. */
  readonly seen: string;
  /** The longest a caller waited; null: nobody was left to wait. */
  readonly waitedMs: number | null;
  /** From the end of the fault to the first act recorded again; null: there was nothing to wait for. */
  readonly recoveredMs: number | null;
  /** What is gone: counted, not assumed. */
  readonly lost: string;
}

const HEADER = ['fault', 'asked', 'the caller sees', 'within', 'well again after', 'lost'];
const BEGIN = '<!-- fault table: begin -->';
const END = '<!-- fault table: end -->';

/** The rows as a table in Markdown. */
export function faultTable(rows: readonly FaultRow[]): string {
  const cells = rows.map((row) => [
    ...[row.fault, row.asked, row.seen],
    ...[seconds(row.waitedMs), seconds(row.recoveredMs), row.lost],
  ]);
  const widths = HEADER.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(HEADER), rule, ...cells.map(line)].join('\n');
}

/** Puts the table between its marks in a document. @throws Error where the marks are missing. */
export function writeFaultTable(file: string, rows: readonly FaultRow[]): void {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${file} has no place for the fault table`);
  const before = text.slice(0, begin + BEGIN.length);
  writeFileSync(file, `${before}\n\n${faultTable(rows)}\n\n${text.slice(end)}`);
}

function seconds(ms: number | null): string {
  return ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`;
}
