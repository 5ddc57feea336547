import Database from 'better-sqlite3';

import { ServiceError } from '../errors.ts';

/** An exclusive claim on a file by this process. */
export interface ProcessLock {
  release(): void;
}

/**
 * Claims `<file>-lock` for this process.
 *
 * The claim is an exclusive lock that the operating system holds for SQLite, so it ends with the
 * process, however that dies: nothing stale is left for the next one to judge.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE` while another process (or another part of this one) holds it.
 */
export function lockForProcess(file: string): ProcessLock {
  const database = new Database(`${file}-lock`, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new ServiceError('LEDGER_UNAVAILABLE', 'the ledger is open in another process', {
      cause,
    });
  }
  return { release: () => void database.close() };
}
