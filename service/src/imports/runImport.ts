import { everyItem } from '../store/page.ts';
import type { Import, ImportRowOutcome } from '../store/store.ts';
import { createIdentifierSet, type IdentifierSet } from './identifierSet.ts';
import { importRow, type PendingRow, type RowContext } from './importRow.ts';
import { inParallel } from './inParallel.ts';
import { importerOf, stagedNote, type ImportParts } from './parts.ts';

/** Rows worked on at once, so that group commit has company. */
export const ROWS_AT_ONCE = 32;

const PAGE = 200;

/**
 * Works through the rows of a staged import that have no outcome yet. An interrupted one goes on where it stopped and
 * issues nothing twice.
 *
 * @param isStopped - asked between rows; rows under way are finished.
 * @returns true: the import is over. False: it was stopped.
 * @throws ServiceError `LEDGER_…`, `STORE_UNAVAILABLE`: run it again later.
 */
export async function runImport(
  parts: ImportParts,
  entry: Import,
  isStopped: () => boolean = () => false,
): Promise<boolean> {
  const { store, clock } = parts;
  const principal = await importerOf(parts, entry);
  const isStaged = (await store.meta.get(stagedNote(entry.id))) !== null;
  if (principal === null || !isStaged) {
    await store.imports.finish(entry.id, 'failed', clock.now());
    return true;
  }
  let settled: Promise<IdentifierSet> | null = null;
  const context: RowContext = {
    ...{ entry, principal },
    seen: await identifiersOf(parts, entry.id, ['valid']),
    begun: createIdentifierSet(),
    settled: () => (settled ??= identifiersOf(parts, entry.id, ['issued', 'drafted'])),
  };
  const work = async (row: PendingRow): Promise<void> => {
    const result = await importRow(parts, context, row);
    await store.imports.settleRows(entry.id, [result]);
  };
  await inParallel(pendingRows(parts, entry.id), work, { width: ROWS_AT_ONCE, isStopped });
  if (isStopped()) return false;
  await store.imports.finish(entry.id, 'done', clock.now());
  return true;
}

/**
 * Rows are begun in order and only so many at once: of the pending ones only the first can have been begun by an
 * earlier run.
 */
async function* pendingRows(parts: ImportParts, id: string): AsyncGenerator<PendingRow> {
  let given = 0;
  let after = 0;
  for (;;) {
    const page = await parts.store.imports.pendingRows(id, after, PAGE);
    for (const row of page) {
      yield { ...row, isUncertain: given < ROWS_AT_ONCE };
      given += 1;
      after = row.number;
    }
    if (page.length < PAGE) return;
  }
}

/** Numbers and identifiers of the rows of an import with an outcome, by number. */
export async function* rowsWith(
  parts: Pick<ImportParts, 'store'>,
  id: string,
  outcome: ImportRowOutcome,
): AsyncGenerator<{ readonly number: number; readonly identifier: string }> {
  const rows = everyItem((page) =>
    parts.store.imports.rows(id, { outcome }, { cursor: '0', ...page }),
  );
  for await (const { number, identifier } of rows) {
    if (identifier !== null) yield { number, identifier };
  }
}

async function identifiersOf(
  parts: ImportParts,
  id: string,
  outcomes: readonly ImportRowOutcome[],
): Promise<IdentifierSet> {
  const found = createIdentifierSet();
  for (const outcome of outcomes) {
    for await (const { identifier } of rowsWith(parts, id, outcome)) found.add(identifier);
  }
  return found;
}
