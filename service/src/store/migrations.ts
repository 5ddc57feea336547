import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database } from 'better-sqlite3';
import { ServiceError } from '../errors.ts';

/** One committed migration. */
export interface Migration {
  /** Folder name: time and subject, so that names sort in the order of application. */
  readonly name: string;
  readonly sql: string;
}

// As Prisma makes it, so that Prisma's own tools can read the history.
const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
  "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`;

interface AppliedRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: string | null;
}

/** Reads the migrations that come with the service, in order. */
export function committedMigrations(
  folder = fileURLToPath(new URL('../../prisma/migrations/sqlite', import.meta.url)),
): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'migration.sql')))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name, 'migration.sql'), 'utf8') }));
}

/**
 * Applies what is missing, each migration in one transaction. Two processes may start together: the second waits.
 *
 * @returns names of the migrations applied now.
 * @throws ServiceError `STORE_UNAVAILABLE` when an applied migration was edited afterwards, never finished, or is
 * unknown to this version of the service; nothing is applied then.
 */
export function applyMigrations(
  database: Database,
  migrations: readonly Migration[],
  at: Date,
): readonly string[] {
  database.exec(HISTORY_TABLE);
  const insert = database.prepare(
    `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES (?, ?, ?, ?, ?, 1)`,
  );
  return database
    .transaction(() => {
      const applied = database
        .prepare<[], AppliedRow>(
          'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
        )
        .all();
      const missing = missingMigrations(migrations, applied);
      const stamp = at.toISOString().replace('Z', '+00:00');
      for (const migration of missing) {
        database.exec(migration.sql);
        insert.run(randomUUID(), checksumOf(migration), migration.name, stamp, stamp);
      }
      return missing.map(({ name }) => name);
    })
    .immediate();
}

function missingMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedRow[],
): readonly Migration[] {
  for (const row of applied) {
    const migration = migrations.find(({ name }) => name === row.migration_name);
    if (migration === undefined)
      throw refusal(row.migration_name, 'is unknown here: the database belongs to a newer version');
    if (row.finished_at === null) throw refusal(row.migration_name, 'was never finished');
    if (row.checksum !== checksumOf(migration))
      throw refusal(row.migration_name, 'was edited after it was applied');
  }
  return migrations.filter(({ name }) => !applied.some((row) => row.migration_name === name));
}

function refusal(name: string, what: string): ServiceError {
  return new ServiceError('STORE_UNAVAILABLE', `migration ${name} ${what}`);
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}
