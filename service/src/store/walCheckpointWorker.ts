/** The thread that copies the write-ahead log into the database. Started by `walCheckpoints.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

/** `PASSIVE` disturbs nobody and copies what it can; `TRUNCATE` needs all writers to wait and empties the log. */
export type CheckpointMode = 'PASSIVE' | 'TRUNCATE';

export type CheckpointRequest = CheckpointMode | 'close';

const BUSY_TIMEOUT_MS = 1000;

const { path } = workerData as { readonly path: string }; // what walCheckpoints.ts gives
const database = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });

parentPort?.on('message', (request: CheckpointRequest) => {
  if (request === 'close') {
    database.close();
    parentPort?.close();
    return;
  }
  database.pragma(`wal_checkpoint(${request})`);
  parentPort?.postMessage('done');
});
