import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  Transaction,
} from '@prisma/driver-adapter-utils';
import type { WriteLock } from './writeLock.ts';

const READS = /^\s*(?:SELECT|PRAGMA|EXPLAIN|VALUES)\b/i;
const BUSY_TIMEOUT_MS = 5000;

/**
 * Settings of every connection to the store's file. FULL: a commit that was acknowledged survives a power cut.
 * Checkpoints are made on a thread of their own (`walCheckpoints.ts`).
 */
export const CONNECTION_PRAGMAS = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'foreign_keys = ON',
  'wal_autocheckpoint = 0',
] as const;

/**
 * Prisma's SQLite adapter on two connections.
 *
 * The stock adapter has one connection for everything: a plain query issued while a transaction is open runs inside
 * that transaction, and an acknowledged write is lost when it rolls back. Here transactions have a connection of
 * their own, begin IMMEDIATE, and all writes take one lock.
 */
export function safeSqlite(path: string, lock: WriteLock): SqlDriverAdapterFactory {
  const stock = new PrismaBetterSqlite3({ url: path, timeout: BUSY_TIMEOUT_MS });
  const open = async (): Promise<SqlDriverAdapter> => {
    const connection = await stock.connect();
    for (const pragma of CONNECTION_PRAGMAS) await connection.executeScript(`PRAGMA ${pragma}`);
    return connection;
  };
  return {
    provider: 'sqlite',
    adapterName: stock.adapterName,
    connect: async () => twoConnections(await open(), await open(), lock),
  };
}

function twoConnections(
  main: SqlDriverAdapter,
  writer: SqlDriverAdapter,
  lock: WriteLock,
): SqlDriverAdapter {
  return {
    provider: 'sqlite',
    adapterName: main.adapterName,
    queryRaw: (query) =>
      READS.test(query.sql) ? main.queryRaw(query) : lock.run(() => main.queryRaw(query)),
    executeRaw: (query) => lock.run(() => main.executeRaw(query)),
    executeScript: (script) => lock.run(() => main.executeScript(script)),
    startTransaction: async () => {
      const release = await lock.acquire();
      try {
        await run(writer, 'BEGIN IMMEDIATE');
      } catch (error) {
        release();
        throw error;
      }
      return transactionOn(writer, lock, release);
    },
    dispose: async () => {
      await main.dispose();
      await writer.dispose();
    },
  };
}

function transactionOn(
  writer: SqlDriverAdapter,
  lock: WriteLock,
  release: () => void,
): Transaction {
  return {
    provider: 'sqlite',
    adapterName: writer.adapterName,
    options: { usePhantomQuery: true }, // COMMIT and ROLLBACK are ours
    queryRaw: (query) => writer.queryRaw(query),
    executeRaw: (query) => writer.executeRaw(query),
    commit: async () => {
      try {
        await run(writer, 'COMMIT');
      } catch (error) {
        lock.failIfUnsynced(error);
        // The commit's own error is the one to tell; a failed rollback means there was nothing left to undo.
        await run(writer, 'ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        release();
      }
    },
    rollback: async () => {
      try {
        await run(writer, 'ROLLBACK');
      } finally {
        release();
      }
    },
    createSavepoint: (name) => run(writer, `SAVEPOINT ${name}`),
    rollbackToSavepoint: (name) => run(writer, `ROLLBACK TO ${name}`),
    releaseSavepoint: (name) => run(writer, `RELEASE SAVEPOINT ${name}`),
  };
}

async function run(connection: SqlDriverAdapter, sql: string): Promise<void> {
  const query: SqlQuery = { sql, args: [], argTypes: [] };
  await connection.executeRaw(query);
}
