import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  buildActProof,
  buildUsageProof,
  buildUsageSet,
  type AnchoredUsage,
} from '../ledger/proof.ts';
import type { LedgerProof, UsageSet } from '../ledger/proofFormat.ts';
import { findLicence } from '../licences/readLicences.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import type { Store, StoredUsage } from '../store/store.ts';
import { maySeeUse } from '../usage/findUses.ts';

/** What proofs are put together from. */
export interface ProofParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly trust: TrustStore;
}

/**
 * The evidence of a licence's recorded acts, for anyone who has the city's roots.
 *
 * @throws ServiceError `LICENCE_NOT_FOUND` (also for a draft, and for what the asker may not see).
 */
export async function licenceProof(
  parts: ProofParts,
  principal: Principal,
  identifier: string,
): Promise<LedgerProof> {
  await findLicence(parts, principal, identifier);
  return await buildActProof(sourcesOf(parts), { kind: 'licence', identifier });
}

/** The evidence of a seal's recorded acts. @throws ServiceError `SEAL_NOT_FOUND`. */
export async function sealProof(parts: ProofParts, esId: string): Promise<LedgerProof> {
  return await buildActProof(sourcesOf(parts), { kind: 'seal', identifier: esId });
}

/**
 * The evidence that a use is anchored.
 *
 * @throws ServiceError `USAGE_RECORD_NOT_FOUND` (also for what the asker may not see); `PROOF_NOT_READY` while the use
 * is not anchored.
 */
export async function usageProof(
  parts: ProofParts,
  principal: Principal,
  id: string,
): Promise<LedgerProof> {
  const usage = await parts.store.usage.find(id);
  if (usage === null || !(await maySeeUse(parts.store, principal, usage))) {
    throw new ServiceError('USAGE_RECORD_NOT_FOUND', `no usage record ${id}`);
  }
  return await proveUse(parts, usage);
}

/**
 * The evidence that a use is anchored, for whoever may hand it on.
 *
 * @throws ServiceError `PROOF_NOT_READY` while it is not anchored, or an organisation that keeps the ledger is behind.
 */
export async function proveUse(
  parts: Pick<ProofParts, 'ledger' | 'trust'> & {
    readonly store: Pick<Store, 'stampedCheckpoints'>;
  },
  usage: StoredUsage,
): Promise<LedgerProof> {
  return await buildUsageProof(sourcesOf(parts), anchoredUsage(usage));
}

function anchoredUsage(usage: StoredUsage): AnchoredUsage {
  if (usage.anchor === null) {
    throw new ServiceError('PROOF_NOT_READY', `use ${usage.id} is not anchored yet`);
  }
  const { root, position } = usage.anchor;
  const record = JSON.parse(Buffer.from(usage.record).toString('utf8')) as Record<string, unknown>;
  return { record: { ...record, id: usage.id }, salt: usage.salt, root, index: position };
}

/**
 * The evidence that many anchored uses stand under one checkpoint, in one file.
 *
 * @throws ServiceError `PROOF_NOT_READY` while one is not anchored, or an organisation that keeps the ledger is behind.
 */
export async function proveUses(
  parts: Parameters<typeof proveUse>[0],
  usages: readonly StoredUsage[],
): Promise<UsageSet> {
  return await buildUsageSet(sourcesOf(parts), usages.map(anchoredUsage));
}

/**
 * The evidence that an entry of the administrative trail is anchored. Its form is that of a use.
 *
 * @throws ServiceError `NOT_FOUND`; `PROOF_NOT_READY` while the entry is not anchored.
 */
export async function administrationProof(parts: ProofParts, id: string): Promise<LedgerProof> {
  const entry = await parts.store.administration.find(id);
  if (entry === null) throw new ServiceError('NOT_FOUND', `no entry ${id} in the trail`);
  if (entry.anchor === null) {
    throw new ServiceError('PROOF_NOT_READY', `entry ${id} is not anchored yet`);
  }
  const record = JSON.parse(Buffer.from(entry.record).toString('utf8')) as Record<string, unknown>;
  return await buildUsageProof(sourcesOf(parts), {
    ...{ record: { ...record, id }, salt: entry.salt },
    ...{ root: entry.anchor.root, index: entry.anchor.position },
  });
}

function sourcesOf({
  ledger,
  trust,
  store,
}: Parameters<typeof proveUse>[0]): Parameters<typeof buildActProof>[0] {
  return {
    ...{ ledger, intermediates: trust.intermediates },
    stampedCheckpoint: (size) => store.stampedCheckpoints.covering(size),
  };
}
