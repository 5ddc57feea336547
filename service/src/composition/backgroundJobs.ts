/** Work that goes on beside requests, and ends with the service. */
export interface BackgroundJobs {
  add(stop: () => Promise<void>): void;
  /** Runs a job again and again, never twice at once; a failed round is reported. */
  every(intervalMs: number, run: () => Promise<void>): void;
  stop(): Promise<void>;
}

/** @param onFailure - told when a round fails; the next one comes all the same. */
export function backgroundJobs(onFailure: (error: unknown) => void): BackgroundJobs {
  const stops: (() => Promise<void>)[] = [];
  return {
    add: (stop) => void stops.push(stop),
    every(intervalMs, run) {
      let running: Promise<void> | null = null;
      const timer = setInterval(() => {
        running ??= run()
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
