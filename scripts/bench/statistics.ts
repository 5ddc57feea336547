/** What a run of many like requests took. */
export interface Summary {
  readonly requests: number;
  readonly errors: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** What the first request that failed got; null: none failed. */
  readonly firstError: string | null;
}

/**
 * @param latenciesMs - of the requests that succeeded, in any order.
 * @param run - `seconds` from the first request to the last answer.
 */
export function summarise(
  latenciesMs: readonly number[],
  run: Readonly<{ errors: number; seconds: number; firstError: string | null }>,
): Summary {
  const sorted = Float64Array.from(latenciesMs).sort();
  return {
    ...run,
    requests: sorted.length,
    perSecond: run.seconds > 0 ? sorted.length / run.seconds : 0,
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    p99Ms: percentile(sorted, 0.99),
  };
}

/**
 * Nearest rank: the least value that at least this share of all values does not exceed.
 *
 * @param sorted - ascending.
 * @param share - above 0, at most 1.
 * @returns 0 if there are no values.
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
}
