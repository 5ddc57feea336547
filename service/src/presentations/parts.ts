import type { Clock } from '../clock.ts';
import type { ReceiptParts } from '../receipts/receipt.ts';
import type { SpokenLimits, Store } from '../store/store.ts';
import type { VerificationParts } from '../verification/parts.ts';

/** What presentations work with. */
export interface PresentationParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly verification: VerificationParts;
  readonly receipts: Pick<ReceiptParts, 'store' | 'ledger' | 'signersOf' | 'operator'>;
  readonly limits: PresentationLimits;
}

export interface PresentationLimits {
  /** How long a code can be redeemed, and stays on the screen. */
  readonly redeemableMs: number;
  readonly shownMs: number;
  readonly spokenDigits: number;
  /** Spoken codes that are live for one window. */
  readonly maxSpokenAWindow: number;
  readonly spoken: SpokenLimits;
  readonly windowCodeMs: number;
}

const MINUTE_MS = 60_000;

/** With these a guesser succeeds with probability ≤ 20 × 20 ÷ 10⁸ an account and day. */
export const PRESENTATION_LIMITS: PresentationLimits = {
  redeemableMs: 2 * MINUTE_MS,
  shownMs: MINUTE_MS,
  spokenDigits: 8,
  maxSpokenAWindow: 20,
  spoken: {
    ...{ burst: 5, burstMs: 10 * MINUTE_MS, burstLockMs: 15 * MINUTE_MS },
    ...{ day: 20, dayMs: 24 * 60 * MINUTE_MS },
  },
  windowCodeMs: 5 * MINUTE_MS,
};

/** Limits where codes live shorter than they might. @param seconds - 1 to 120. */
export function limitsFor(seconds: number): PresentationLimits {
  const redeemableMs = Math.min(seconds * 1000, PRESENTATION_LIMITS.redeemableMs);
  const shownMs = Math.min(redeemableMs, PRESENTATION_LIMITS.shownMs);
  return { ...PRESENTATION_LIMITS, redeemableMs, shownMs };
}
