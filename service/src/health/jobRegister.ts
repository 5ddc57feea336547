import type { Clock } from '../clock.ts';
import { ServiceError, type ErrorCode } from '../errors.ts';

/** How the last round of a job of this process went. */
export interface JobRun {
  readonly name: string;
  /** When its last round ended; null: none has yet. */
  readonly lastRunAt: Date | null;
  readonly lastOutcome: 'ok' | 'failed' | 'never';
  /** Of the last round; null: it did not fail. */
  readonly lastError: ErrorCode | null;
  readonly nextRunAt: Date;
  readonly failuresInRow: number;
}

/** Told of the rounds of one job. */
export interface JobWatch {
  readonly succeeded: () => void;
  readonly failed: (error: unknown) => void;
}

/** What background jobs of this process did last; nothing of it is kept. */
export interface JobRegister {
  add(name: string, intervalMs: number): JobWatch;
  /** In the order in which they were added. */
  readonly list: () => readonly JobRun[];
}

export function jobRegister(clock: Clock): JobRegister {
  const runs = new Map<string, JobRun>();
  return {
    add(name, intervalMs) {
      const next = (): Date => new Date(clock.now().getTime() + intervalMs);
      const first = { lastOutcome: 'never', lastError: null, failuresInRow: 0 } as const;
      runs.set(name, { name, lastRunAt: null, nextRunAt: next(), ...first });
      const note = (lastError: ErrorCode | null): void => {
        const before = runs.get(name)?.failuresInRow ?? 0;
        runs.set(name, {
          ...{ name, lastRunAt: clock.now(), nextRunAt: next(), lastError },
          lastOutcome: lastError === null ? 'ok' : 'failed',
          failuresInRow: lastError === null ? 0 : before + 1,
        });
      };
      return {
        succeeded: () => {
          note(null);
        },
        failed: (error) => {
          note(codeOf(error));
        },
      };
    },
    list: () => [...runs.values()],
  };
}

/** A code, never what went wrong inside. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof ServiceError ? error.code : 'INTERNAL';
}
