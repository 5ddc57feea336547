import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CountedType, CountRequest } from './typeCountWorker.ts';

const WORKER = join(import.meta.dirname, 'typeCountWorker.ts');

/** Counts types of licences on a thread of its own, which ends with the answer. @throws Error if it cannot. */
export async function countTypesBeside(request: CountRequest): Promise<readonly CountedType[]> {
  const worker = new Worker(WORKER, { workerData: request });
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const answer = once(worker, 'message', { signal }); // rejects on the thread's `error`
    const end = once(worker, 'exit', { signal }).then(() => {
      throw new Error('the thread ended without an answer');
    });
    const [counted] = (await Promise.race([answer, end])) as [readonly CountedType[]]; // what the worker sends
    return counted;
  } finally {
    settled.abort();
    await worker.terminate();
  }
}
