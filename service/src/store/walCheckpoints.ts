import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CheckpointRequest } from './walCheckpointWorker.ts';
import type { WriteLock } from './writeLock.ts';

/** Keeps the write-ahead log short. */
export interface WalCheckpoints {
  /** Call after commits; starts a round when the log has grown enough and none is under way. Never rejects. */
  readonly afterCommit: () => Promise<void>;
  /** Waits for a round under way. Call before the last connection closes. */
  readonly close: () => Promise<void>;
}

const WORKER = join(import.meta.dirname, 'walCheckpointWorker.ts');
const ROUND_BYTES = 16 * 1024 * 1024;

/**
 * Moves checkpoints (SQLite, "Write-Ahead Logging" §3.1) off the event loop, where SQLite's own would hold it for
 * the disk's syncs. A round copies most of the log while others write; then writers wait until the rest is copied too,
 * so that the log starts anew. Without that it would grow as long as writes come.
 *
 * @param lock - taken by whoever writes the file.
 * @param onFailure - the log is not kept short any more: SQLite must do it itself.
 */
export function walCheckpoints(
  path: string,
  lock: WriteLock,
  onFailure: () => void,
  roundBytes = ROUND_BYTES,
): WalCheckpoints {
  let worker: Worker | null = null;
  let round: Promise<void> | null = null;
  let roundAt = roundBytes;
  let hasFailed = false;

  const ask = async (thread: Worker, request: CheckpointRequest): Promise<void> => {
    thread.ref(); // the process must not end meanwhile
    const answer = once(thread, 'message'); // rejects on the thread's `error`
    thread.postMessage(request);
    await answer;
    thread.unref();
  };

  const runRound = async (): Promise<void> => {
    worker ??= startWorker(path);
    const thread = worker;
    await ask(thread, 'PASSIVE');
    await lock.run(() => ask(thread, 'TRUNCATE'));
    roundAt = (await sizeOf(path)) + roundBytes; // readers can keep it from being emptied
  };

  const begin = async (): Promise<void> => {
    try {
      if ((await sizeOf(path)) >= roundAt) await runRound();
    } catch {
      hasFailed = true; // whatever it was: the one who takes over will meet it too
      onFailure();
    } finally {
      round = null;
    }
  };

  return {
    async afterCommit() {
      if (!hasFailed) await (round ??= begin());
    },
    async close() {
      await round;
      if (worker === null || hasFailed) return;
      worker.ref();
      const ended = once(worker, 'exit');
      worker.postMessage('close' satisfies CheckpointRequest);
      await ended;
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(`${path}-wal`)).size;
}

function startWorker(path: string): Worker {
  const worker = new Worker(WORKER, { workerData: { path } });
  worker.unref();
  worker.on('error', () => undefined); // whoever asked is told by the rejection
  return worker;
}
