import { requireRoleIn, type Principal } from '../access.ts';
import type { SealKind } from '../sealing/sealKinds.ts';
import type { Seal } from '../store/store.ts';
import { createSeal, requireSeal } from './makeSeal.ts';
import type { SealParts } from './parts.ts';

/** What of a seal may differ in the one that takes its place. */
export interface RenewalRequest {
  /** Absent: as the predecessor's. */
  readonly name?: string;
  /** Absent: from now on. */
  readonly validFrom?: Date;
  readonly validUntil: Date;
}

/** What stands before and after a seal, nearest first. */
export interface RenewalChain {
  readonly predecessors: readonly string[];
  readonly successors: readonly string[];
}

const MAX_CHAIN = 100;

/**
 * Makes a seal in the place of another one: same holder, kind and mandate, the holder's present keys. The predecessor
 * can no longer be used; what it sealed stays sealed.
 *
 * @returns the new seal.
 * @throws ServiceError `SEAL_NOT_FOUND`, `NOT_AUTHORISED`, `SEAL_PERIOD_INVALID`, `SEAL_STATE_CONFLICT` (suspended,
 * revoked or renewed before); the contract's refusal.
 */
export async function renewSeal(
  parts: SealParts,
  principal: Principal,
  esId: string,
  request: RenewalRequest,
  approverId: string | null = null,
): Promise<Seal> {
  const seal = await requireSeal(parts, esId);
  requireRoleIn(principal, seal.maker, 'sealMaker');
  const organisation = await parts.store.organisations.find(seal.holder.creditCode);
  return await createSeal(parts, {
    request: {
      holder: { ...seal.holder, name: organisation?.name ?? seal.holder.name },
      kind: seal.kind as SealKind, // seals of this store were made here
      name: request.name ?? seal.name,
      validFrom: request.validFrom ?? parts.clock.now(),
      validUntil: request.validUntil,
    },
    mandate: seal.mandate,
    maker: seal.maker,
    makerId: principal.id,
    approverId,
    predecessor: esId,
  });
}

/** Which seals a seal took the place of, and which took its own. */
export async function renewalChainOf(
  { store }: Pick<SealParts, 'store'>,
  seal: Seal,
): Promise<RenewalChain> {
  const predecessors: string[] = [];
  let earlier = seal.supersedes;
  while (earlier !== null && predecessors.length < MAX_CHAIN) {
    predecessors.push(earlier);
    earlier = (await store.seals.find(earlier))?.supersedes ?? null;
  }
  const successors: string[] = [];
  let later = seal.supersededBy;
  while (later !== null && successors.length < MAX_CHAIN) {
    successors.push(later);
    later = (await store.seals.find(later))?.supersededBy ?? null;
  }
  return { predecessors, successors };
}
