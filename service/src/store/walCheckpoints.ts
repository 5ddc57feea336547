import { stat } from 'node:fs/promises';
import { leaveCheckpointThread, withCheckpointThread } from './walCheckpointThread.ts';
import type { WriteLock } from './writeLock.ts';

/** Keeps the write-ahead log short. */
export interface WalCheckpoints {
  /** Call after commits; starts a round when the log has grown enough and none is under way. Never rejects. */
  readonly afterCommit: () => Promise<void>;
  /** Waits for a round under way. Call before the last connection closes. */
  readonly close: () => Promise<void>;
}

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
  let round: Promise<void> | null = null;
  let roundAt = roundBytes;
  let hasFailed = false;

  const runRound = async (): Promise<void> => {
    await withCheckpointThread(path, async (thread) => {
      await thread.ask('PASSIVE');
      await lock.run(() => thread.ask('TRUNCATE'));
    });
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
      await leaveCheckpointThread(path).catch(() => undefined); // a thread that died has no connection
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(`${path}-wal`)).size;
}
