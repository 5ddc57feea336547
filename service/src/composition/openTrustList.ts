import type { TrustProposal } from '../store/store.ts';
import type { TrustParts } from '../trust/parts.ts';
import { settleTrustProposals } from '../trust/proposals.ts';
import { bundlePublisher, type BundleParts } from '../trust/publishBundle.ts';
import { keepTrustList } from '../trust/trustList.ts';

/** The trust list with what is published of it. */
export interface OpenTrustList {
  readonly trustParts: TrustParts;
  /** Sends acts again whose outcome nobody knows. */
  readonly settle: () => Promise<void>;
}

/**
 * Brings the trust of now level with the list on the ledger, and settles what an earlier process left undone.
 *
 * @param onKept - told of each proposal whose outcome stays unknown.
 * @throws ServiceError `LEDGER_UNAVAILABLE`, `STORE_UNAVAILABLE`.
 */
export async function openTrustList(
  parts: Omit<BundleParts, 'trustList'>,
  onKept: (proposal: TrustProposal, error: unknown) => void,
): Promise<OpenTrustList> {
  const { publishStatusList, bundleLifeMs, ...shared } = parts;
  const trustList = keepTrustList(shared);
  const publishBundle = bundlePublisher({ ...shared, trustList, publishStatusList, bundleLifeMs });
  const trustParts: TrustParts = { ...shared, trustList, publishBundle };
  const settle = (): Promise<void> => settleTrustProposals(trustParts, onKept);
  await trustList.refresh();
  await settle();
  return { trustParts, settle };
}
