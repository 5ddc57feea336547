/** Many hostile inputs into one reader: a clear refusal or an answer, in bounded time and memory. */
import { ServiceError } from '../../../service/src/errors.ts';
import { randomFrom, type Random } from './random.ts';

/** Cases a reader and way; `npm run test:long` asks for 100,000. */
export const FUZZ_RUNS = Number(process.env['TEST_FUZZ_RUNS'] ?? '150');
const SEED = Number(process.env['TEST_FUZZ_SEED'] ?? '20261122');
/** A test's time, ms: generous, for what is bounded is each case. */
export const FUZZ_TIMEOUT = Math.max(60_000, FUZZ_RUNS * 60);

/** No case may take longer, ms: far above what the slowest takes, far below what hurts. */
export const MAX_CASE_MS = 4000;
export const MAX_GROWTH_BYTES = 768 * 1024 * 1024;

export interface FuzzTarget {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /**
   * Reads; throws ServiceError with one of these codes and nothing else.
   *
   * @returns `true` if something that was never signed passed; anything else is fine.
   */
  readonly read: (bytes: Uint8Array) => unknown;
  readonly refusals: readonly string[];
}

export type FuzzWay = (samples: readonly Uint8Array[], random: Random) => Uint8Array;

export interface FuzzOutcome {
  /** For a table. */
  readonly row: string;
  readonly slowestMs: number;
  readonly grownBytes: number;
}

/** @throws at the first case that is not as it should be, with its seed. */
export function fuzz(target: FuzzTarget, wayName: string, way: FuzzWay): FuzzOutcome {
  const before = process.memoryUsage().rss;
  let [refused, slowest] = [0, 0];
  for (let run = 0; run < FUZZ_RUNS; run++) {
    const seed = (SEED + run) >>> 0;
    const bytes = way(target.samples, randomFrom(seed));
    const begun = performance.now();
    if (!isAnswered(target, bytes, `${target.name} by ${wayName}, seed ${seed}`)) refused += 1;
    slowest = Math.max(slowest, performance.now() - begun);
  }
  const grownBytes = process.memoryUsage().rss - before;
  const facts = [
    `${FUZZ_RUNS} cases from seed ${SEED}`,
    `${refused} refused`,
    `slowest ${slowest.toFixed(0)} ms`,
    `grown by ${Math.max(0, Math.round(grownBytes / 2 ** 20))} MiB`,
  ];
  const row = `${target.name} by ${wayName}: ${facts.join(', ')}`;
  return { row, slowestMs: slowest, grownBytes };
}

function isAnswered({ read, refusals }: FuzzTarget, bytes: Uint8Array, what: string): boolean {
  try {
    if (read(bytes) === true) throw new Error('what nobody signed passes');
    return true;
  } catch (error) {
    if (error instanceof ServiceError && refusals.includes(error.code)) return false;
    throw new Error(`${what}: ${String(error)}`, { cause: error });
  }
}
