import type { JobRegister, JobWatch } from '../health/jobRegister.ts';

/** Work that goes on beside requests, and ends with the service. */
export interface BackgroundJobs {
  add(stop: () => Promise<void>): void;
  /** For a job with a rhythm of its own: what is to be told of its rounds. */
  watch(name: string, intervalMs: number): JobWatch;
  /**
   * Runs a job again and again, never twice at once; a failed round is reported.
   *
   * @param name - by which operators know it.
   * @param run - may say that its round failed without being reported: it has told of it already.
   */
  every(name: string, intervalMs: number, run: (round: Round) => Promise<void>): void;
  stop(): Promise<void>;
}

export interface Round {
  fail(error: unknown): void;
}

/** @param onFailure - told when a round fails; the next one comes all the same. */
export function backgroundJobs(
  register: JobRegister,
  onFailure: (error: unknown) => void,
): BackgroundJobs {
  const stops: (() => Promise<void>)[] = [];
  return {
    add: (stop) => void stops.push(stop),
    watch: (name, intervalMs) => register.add(name, intervalMs),
    every(name, intervalMs, run) {
      const watch = register.add(name, intervalMs);
      let running: Promise<void> | null = null;
      const timer = setInterval(() => {
        running ??= runRound(run, watch)
          .catch(onFailure)
          .finally(() => (running = null));
      }, intervalMs);
      stops.push(async () => {
        clearInterval(timer);
        await running;
      });
    },
    async stop() {
      await Promise.all(stops.splice(0).map((stop) => stop()));
    },
  };
}

async function runRound(run: (round: Round) => Promise<void>, watch: JobWatch): Promise<void> {
  const failures: unknown[] = [];
  try {
    await run({ fail: (error) => void failures.push(error) });
  } catch (error) {
    watch.failed(error);
    throw error;
  }
  if (failures.length > 0) watch.failed(failures[0]);
  else watch.succeeded();
}
