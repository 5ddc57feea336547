import type { ActReason } from '@yinxin/chaincode/model';
import { requireRoleIn, type Principal } from '../access.ts';
import { shanghaiDate } from '../civilTime.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct } from '../ledger/signAct.ts';
import type { Licence, RecallCause } from '../store/store.ts';
import { requireLicence } from './draftLicence.ts';
import { actorHash, type LicenceParts } from './parts.ts';
import { settleLicenceAct } from './settle.ts';

/** Life-cycle acts that take effect at once. */
export const LICENCE_LIFECYCLE_NAMES = [
  'suspend',
  'reinstate',
  'cancel',
  'revoke',
  'withdraw',
  'lapse',
  'transferOut',
] as const;
export type LicenceLifecycleName = (typeof LICENCE_LIFECYCLE_NAMES)[number];

export interface LifecycleRequest {
  readonly reason: ActReason;
  /** When it takes effect in law, if that is not now; it may reach back. */
  readonly effectiveFrom: Date | null;
}

/**
 * Changes the state of a licence; `reinstate` lifts a suspension or undoes a transfer out. When it returns, every verification sees the new state.
 *
 * @throws ServiceError `LICENCE_NOT_FOUND`, `NOT_AUTHORISED`, `LICENCE_STATE_CONFLICT`; the contract's refusal;
 * `LEDGER_UNAVAILABLE`, `LEDGER_OUTCOME_UNKNOWN` (the act is kept and tried again).
 */
export async function actOnLicence(
  parts: LicenceParts,
  principal: Principal,
  identifier: string,
  request: LifecycleRequest & { readonly name: LicenceLifecycleName },
): Promise<Licence> {
  const licence = await requireLicence(parts, identifier);
  requireRoleIn(principal, licence.issuer, 'issuer', 'approver');
  const effectiveFrom = notBeforeIssue(licence, request);
  const signers = await parts.signersOf(licence.issuer);
  const act = await signAct(
    { clock: parts.clock, signer: signers.act },
    `licence.${request.name}`,
    {
      identifier,
      reason: request.reason,
      effectiveFrom: effectiveFrom?.toISOString() ?? null,
    },
    { authority: licence.issuer, maker: actorHash(parts.store, principal.id) },
  );
  const recall = recallOf(identifier, { ...request, effectiveFrom }, new Date(act.act.at));
  await parts.store.stages.add({
    subject: identifier,
    act,
    ...(recall === null ? {} : { recall }),
  });
  const outcome = await parts.recorder.record(act);
  await settleLicenceAct(parts.store, act, outcome);
  requireRecorded(outcome);
  return await requireLicence(parts, identifier);
}

/**
 * A licence is void from its beginning at the earliest: a withdrawal that reaches back further, and the day of issue, mean
 * that moment.
 */
function notBeforeIssue(
  { issuedAt }: Licence,
  { name, effectiveFrom }: LifecycleRequest & { readonly name: LicenceLifecycleName },
): Date | null {
  if (issuedAt === null || effectiveFrom === null || effectiveFrom >= issuedAt)
    return effectiveFrom;
  const isMeant = name === 'withdraw' || shanghaiDate(effectiveFrom) === shanghaiDate(issuedAt);
  return isMeant ? issuedAt : effectiveFrom;
}

/** Ends that can say that a licence was void before anybody knew. */
const REACHING_BACK: readonly LicenceLifecycleName[] = ['withdraw', 'revoke'];

/** @returns null unless windows may have relied on what was void already. */
function recallOf(
  licence: string,
  { name, reason, effectiveFrom }: LifecycleRequest & { readonly name: LicenceLifecycleName },
  at: Date,
): RecallCause | null {
  if (!REACHING_BACK.includes(name) || effectiveFrom === null || effectiveFrom >= at) return null;
  return { licence, effectiveFrom, reason };
}
