import type { Database } from 'better-sqlite3';
import { ulid } from '../../ulid.ts';
import { lockedUntil, type SpokenLimits } from '../presentations.ts';
import { toStoredTime } from './rows.ts';

/** The trail of wrong spoken codes, an account each. Both calls stand within a write. */
export interface SpokenFailures {
  lockedUntil(accountId: string, limits: SpokenLimits, at: Date): Date | null;
  add(accountId: string, limits: SpokenLimits, at: Date): void;
}

export function spokenFailures(database: Database): SpokenFailures {
  const since = database
    .prepare<[string, string], string>(
      'SELECT at FROM SpokenFailure WHERE accountId = ? AND at > ? ORDER BY at',
    )
    .pluck();
  const insert = database.prepare<[string, string, string]>(
    'INSERT INTO SpokenFailure (id, accountId, at) VALUES (?, ?, ?)',
  );
  const sweep = database.prepare<[string]>(
    'DELETE FROM SpokenFailure WHERE rowid IN (SELECT rowid FROM SpokenFailure WHERE at < ? LIMIT 16)',
  );
  const oldest = ({ dayMs }: SpokenLimits, at: Date): string =>
    toStoredTime(new Date(at.getTime() - dayMs));
  return {
    lockedUntil: (accountId, limits, at) => {
      const failures = since.all(accountId, oldest(limits, at));
      return lockedUntil(
        failures.map((one) => new Date(one)),
        limits,
        at,
      );
    },
    add: (accountId, limits, at) => {
      sweep.run(oldest(limits, at));
      insert.run(ulid(at), accountId, toStoredTime(at));
    },
  };
}
