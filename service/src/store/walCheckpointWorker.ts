/** The thread that copies write-ahead logs into their databases. Started by `walCheckpointThread.ts`. */
import { parentPort } from 'node:worker_threads';
import Sqlite, { type Database } from 'better-sqlite3';

/** `PASSIVE` disturbs nobody and copies what it can; `TRUNCATE` needs all writers to wait and empties the log. */
export type CheckpointMode = 'PASSIVE' | 'TRUNCATE';

/** `close` gives up the connection to the file. */
export interface CheckpointRequest {
  readonly path: string;
  readonly work: CheckpointMode | 'close';
}

/** Null: done; else why not. One reply a request, in order. */
export type CheckpointReply = string | null;

const BUSY_TIMEOUT_MS = 1000;

const connections = new Map<string, Database>();

parentPort?.on('message', (request: CheckpointRequest) => {
  let reply: CheckpointReply = null;
  try {
    serve(request);
  } catch (error) {
    reply = String(error);
  }
  parentPort?.postMessage(reply);
});

function serve({ path, work }: CheckpointRequest): void {
  const known = connections.get(path);
  if (work === 'close') {
    connections.delete(path);
    known?.close();
    return;
  }
  const database = known ?? new Sqlite(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
  connections.set(path, database);
  database.pragma(`wal_checkpoint(${work})`);
}
