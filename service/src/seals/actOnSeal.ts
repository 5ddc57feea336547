import type { ActReason, Mandate, SignedAct } from '@yinxin/chaincode/model';
import { requireRoleIn, type Principal } from '../access.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct } from '../ledger/signAct.ts';
import type { Seal } from '../store/store.ts';
import { requireSeal } from './makeSeal.ts';
import type { SealParts } from './parts.ts';
import { settleSealAct } from './settle.ts';

export interface SealLifecycleRequest {
  readonly name: 'suspend' | 'reinstate' | 'revoke';
  readonly reason: ActReason;
  /** When it takes effect in law, if that is not now. */
  readonly effectiveFrom: Date | null;
}

/**
 * Suspends, reinstates or revokes a seal.
 *
 * @throws ServiceError `SEAL_NOT_FOUND`, `NOT_AUTHORISED`; the contract's refusal (`SEAL_STATE_CONFLICT`, …).
 */
export async function actOnSeal(
  parts: SealParts,
  principal: Principal,
  esId: string,
  request: SealLifecycleRequest,
): Promise<Seal> {
  return await record(parts, principal, esId, async (people, signer) =>
    signAct(
      { clock: parts.clock, signer },
      `seal.${request.name}`,
      {
        esId,
        reason: request.reason,
        effectiveFrom: request.effectiveFrom?.toISOString() ?? null,
      },
      people,
    ),
  );
}

/** Replaces a seal's mandate. @throws ServiceError as {@link actOnSeal}. */
export async function setMandate(
  parts: SealParts,
  principal: Principal,
  esId: string,
  mandate: Mandate,
): Promise<Seal> {
  return await record(parts, principal, esId, async (people, signer) =>
    signAct({ clock: parts.clock, signer }, 'seal.setMandate', { esId, mandate }, people),
  );
}

type Sign = (
  people: { readonly authority: string; readonly maker: string },
  signer: Awaited<ReturnType<SealParts['signersOf']>>['act'],
) => Promise<SignedAct>;

async function record(
  parts: SealParts,
  principal: Principal,
  esId: string,
  sign: Sign,
): Promise<Seal> {
  const seal = await requireSeal(parts, esId);
  requireRoleIn(principal, seal.maker, 'sealMaker');
  const signers = await parts.signersOf(seal.maker);
  const maker = parts.store.holders.keyedHash('actor', principal.id);
  const act = await sign({ authority: seal.maker, maker }, signers.act);
  await parts.store.stages.add({ subject: esId, act });
  const outcome = await parts.recorder.record(act);
  await settleSealAct(parts.store, act, outcome);
  requireRecorded(outcome);
  return await requireSeal(parts, esId);
}
