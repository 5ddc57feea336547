import Sqlite from 'better-sqlite3';
import type { TestService } from './testService.ts';

/** Tables that a refused request may touch: sessions and places reserved in status lists bind nobody. */
const FREE_TABLES = new Set(['Meta', 'Session', 'IdempotencyKey']);

/** What a service has written: rows of every table of the store, and the ledger's height. */
export async function worldSnapshot({ service, config }: TestService): Promise<object> {
  const database = new Sqlite(config.databaseUrl.replace(/^file:/, ''), { readonly: true });
  try {
    const tables = database
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
      .pluck()
      .all() as string[];
    const rows = tables
      .filter((table) => !FREE_TABLES.has(table))
      .map((table) => [
        table,
        database.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number,
      ]);
    return { ...Object.fromEntries(rows), height: (await service.ledger.head()).height } as object;
  } finally {
    database.close();
  }
}
