/** A code while it is live: how long still, and where its use is told. */
import type { Shapes } from '../api.ts';

type Made = Pick<Shapes['MadePresentation'], 'createdAt' | 'shownUntil' | 'expiresAt'>;

/** How long a code is on the screen, and how long it can be redeemed; seconds, by the service's clock alone. */
export function spansOf({ createdAt, shownUntil, expiresAt }: Made): {
  readonly shown: number;
  readonly redeemable: number;
} {
  const begin = Date.parse(createdAt);
  return {
    shown: (Date.parse(shownUntil) - begin) / 1000,
    redeemable: (Date.parse(expiresAt) - begin) / 1000,
  };
}

/** Whole seconds that are left; never less than 0. */
export function secondsLeft(span: number, elapsedMs: number): number {
  return Math.max(0, Math.ceil(span - elapsedMs / 1000));
}

/** Where the use is told that a receipt attests; several licences were shown by it, or none is found: among all uses. */
export function usesPathOf(
  receipt: string | null,
  uses: readonly Readonly<{ id: string; receiptId: string | null }>[],
): string {
  const attested = uses.filter(({ receiptId }) => receipt !== null && receiptId === receipt);
  const [use] = attested;
  return use !== undefined && attested.length === 1 ? `/holder/uses/${use.id}` : '/holder/uses';
}
