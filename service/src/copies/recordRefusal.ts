import { recordUse, type UseContext, type UseDetails } from '../usage/recordUse.ts';
import type { CopyParts } from './annotatedCopy.ts';

/** A copy that was asked for and not made. */
export interface RefusedCopy {
  /** Of the licence. */
  readonly identifier: string;
  /** Code of the verdict, or of the error. */
  readonly reason: string;
  readonly indication: string | null;
  readonly context: UseContext;
  readonly details: UseDetails;
}

/** So that the holder sees it. @throws ServiceError `STORE_UNAVAILABLE`. */
export async function recordRefusal(
  { licences: { clock, store } }: CopyParts,
  { identifier, reason, indication, context, details }: RefusedCopy,
): Promise<void> {
  await recordUse(
    { clock, usage: store.usage },
    {
      ...{ kind: 'copy', outcome: 'refused', reason, indication, details },
      subject: { kind: 'licence', identifier },
      ...{ licence: identifier, esId: null },
      holderHash: await store.licences.holderHash(identifier),
    },
    context,
  );
}
