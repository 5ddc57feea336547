import { organisationOf, type Principal } from '../access.ts';
import { ulid } from '../ulid.ts';
import { stagedNote, type ImportParts } from './parts.ts';
import { readTable, type TableRow } from './readTable.ts';
import { findTextEncoding, type TableSource } from './textEncoding.ts';

export interface ImportRequest {
  readonly source: TableSource;
  /** Of rows that name no type themselves; empty: every row names its own. */
  readonly typeCode: string;
  /** Checks every row and issues none. */
  readonly isDryRun: boolean;
}

const ROWS_A_WRITE = 200;

/**
 * Reads a table and keeps its rows durably, none of them looked at yet.
 *
 * @returns the import's id.
 * @throws ServiceError `NOT_AUTHORISED`, `IMPORT_MALFORMED`, `REQUEST_TOO_LARGE`; the import is then `failed`.
 */
export async function stageImport(
  parts: ImportParts,
  principal: Principal,
  { source, typeCode, isDryRun }: ImportRequest,
): Promise<string> {
  organisationOf(principal, 'issuer');
  const { clock, store } = parts;
  const encoding = await findTextEncoding(source);
  const createdAt = clock.now();
  const id = ulid(createdAt);
  await store.imports.add({ id, typeCode, isDryRun, createdBy: principal.id, createdAt });
  try {
    let rows: TableRow[] = [];
    for await (const row of readTable(source, encoding)) {
      rows.push(row);
      if (rows.length < ROWS_A_WRITE) continue;
      await store.imports.addRows(id, rows);
      rows = [];
    }
    await store.imports.addRows(id, rows);
    await store.meta.set(stagedNote(id), createdAt.toISOString());
  } catch (error) {
    await store.imports.finish(id, 'failed', clock.now());
    throw error;
  }
  return id;
}
