import { setImmediate as turn } from 'node:timers/promises';
import { writeTable } from '../matters/matterTable.ts';
import type { ImportRow, ImportRowFilter, ImportStore } from '../store/store.ts';

export const ROW_COLUMNS = ['row', 'outcome', 'identifier', 'code', 'pointer', 'message'] as const;
/** What a spreadsheet opens with ease. */
const MOST_ROWS = 100_000;
const AT_ONCE = 200;

/**
 * What became of an import's rows, as a table for spreadsheets; rows after the first 100,000 are left out.
 *
 * @param from - `cursor`: rows after it; the rest: only those that fit.
 */
export async function writeRowTable(
  imports: Pick<ImportStore, 'rows'>,
  id: string,
  from: ImportRowFilter & Readonly<{ cursor?: string | undefined }>,
): Promise<string> {
  const { cursor: after, ...filter } = from;
  const rows: ImportRow[] = [];
  let cursor = after ?? null;
  do {
    const page = { limit: AT_ONCE, ...(cursor === null ? {} : { cursor }) };
    const found = await imports.rows(id, filter, page);
    rows.push(...found.items);
    cursor = found.nextCursor;
    await turn(); // others have their turn between pages
  } while (cursor !== null && rows.length < MOST_ROWS);
  return writeTable([ROW_COLUMNS, ...rows.map(toCells)]);
}

function toCells({ number, outcome, identifier, fault }: ImportRow): readonly string[] {
  const { code = '', pointer = null, message = '' } = fault ?? {};
  return [String(number), outcome, identifier ?? '', code, pointer ?? '', message];
}
