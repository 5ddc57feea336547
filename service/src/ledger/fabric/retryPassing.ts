import { setTimeout as sleep } from 'node:timers/promises';

import { isPassing } from './fabricFault.ts';

/** Pause before the second try, doubled for each further one. */
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;

/**
 * Tries a call that changes nothing again while it fails for a reason that passes, such as the second in which a peer that
 * came back is not known to the others yet.
 *
 * @param limitMs - no try begins later than this.
 * @param onFailure - hears of each failure after which the call is tried again.
 * @throws what the last try threw.
 */
export async function retryPassing<T>(
  call: () => Promise<T>,
  limitMs: number,
  onFailure: (failure: unknown) => Promise<void> = () => Promise.resolve(),
): Promise<T> {
  const begun = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || performance.now() - begun + pauseMs > limitMs) throw error;
      await onFailure(error);
      await sleep(pauseMs);
    }
  }
}
