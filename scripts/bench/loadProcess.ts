import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadJob, LoadResult } from './loadWorker.ts';

/** Runs a job in a process of its own, so that measuring takes no time from what is measured but the machine's. */
export async function runLoadJob(job: LoadJob): Promise<LoadResult> {
  const child = fork(join(import.meta.dirname, 'loadWorker.ts'), { stdio: 'inherit' });
  try {
    return await new Promise((resolve, reject) => {
      child.once('message', (result) => {
        resolve(result as LoadResult); // what loadWorker.ts sends
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        reject(new Error(`the load process ended with ${code ?? 'a signal'}`));
      });
      child.send(job);
    });
  } finally {
    child.kill();
  }
}
