/** The one thread of a process that makes checkpoints, for all its files: it costs far more memory than work. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CheckpointReply, CheckpointRequest } from './walCheckpointWorker.ts';
import { WriteLock } from './writeLock.ts';

export interface CheckpointThread {
  /** @throws Error if it could not be done. */
  readonly ask: (work: CheckpointRequest['work']) => Promise<void>;
}

const WORKER = join(import.meta.dirname, 'walCheckpointWorker.ts');

/** One round at a time, so that writers of one file never wait for the copying of another. */
const turn = new WriteLock();
const files = new Set<string>();
let worker: Worker | null = null;

/** Runs one round for a file; starts the thread if need be. */
export async function withCheckpointThread(
  path: string,
  round: (thread: CheckpointThread) => Promise<void>,
): Promise<void> {
  await turn.run(async () => {
    worker ??= startWorker();
    files.add(path);
    const thread = worker;
    await round({ ask: (work) => askWorker(thread, { path, work }) });
  });
}

/** Gives up the thread's connection to a file; the last one ends the thread. */
export async function leaveCheckpointThread(path: string): Promise<void> {
  await turn.run(async () => {
    if (!files.delete(path) || worker === null) return;
    await askWorker(worker, { path, work: 'close' });
    if (files.size > 0) return;
    const last = worker;
    worker = null;
    await last.terminate();
  });
}

async function askWorker(thread: Worker, request: CheckpointRequest): Promise<void> {
  thread.ref(); // the process must not end meanwhile
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const answer = once(thread, 'message', { signal }); // rejects on the thread's `error`
    const end = once(thread, 'exit', { signal }).then(() => {
      throw new Error('the thread ended without an answer'); // who waits may hold all writers up
    });
    thread.postMessage(request);
    const [reply] = (await Promise.race([answer, end])) as [CheckpointReply]; // what walCheckpointWorker.ts sends
    if (reply !== null) throw new Error(reply);
  } finally {
    settled.abort();
    thread.unref();
  }
}

function startWorker(): Worker {
  const started = new Worker(WORKER);
  started.unref();
  started.on('error', () => undefined); // whoever asked is told by the rejection
  started.on('exit', () => {
    if (worker === started) worker = null;
  });
  return started;
}
