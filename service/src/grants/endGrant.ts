import { hasRole, notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { GrantEnd, NamedGrant } from '../store/grants.ts';
import { toGrantRecord, type GrantParts } from './grantParts.ts';
import { grantNotFound, requireGrant } from './readGrants.ts';
import { requireWindow } from './registerRepresentative.ts';

/**
 * Ends a grant at once, also for presentations that are live. A delegation is withdrawn by its holder or renounced by its
 * agent; what was registered at a window ends there, with a reason.
 *
 * @throws ServiceError `GRANT_NOT_FOUND` (also for those whom it does not concern), `GRANT_STATE_CONFLICT`,
 * `NOT_AUTHORISED`, `REQUEST_MALFORMED` (a clerk who gives no reason).
 */
export async function endGrant(
  parts: GrantParts,
  principal: Principal,
  id: string,
  note: string | null,
): Promise<NamedGrant> {
  const grant = await requireGrant(parts, id);
  const how =
    grant.kind === 'delegation'
      ? howToEnd(grant, principal)
      : endOfRepresentation(grant, principal, note);
  const window = grant.kind === 'delegation' ? null : requireWindow(principal);
  const at = parts.clock.now();
  const event = how === 'renounced' ? 'GRANT_RENOUNCED' : 'GRANT_WITHDRAWN';
  const { holderHash } = grant;
  const use = { event, grantId: id, holderHash, by: principal.id, window, purpose: note } as const;
  await parts.store.grants.end(id, { at, by: principal.id, how, note }, toGrantRecord(use, at));
  return await requireGrant(parts, id);
}

function howToEnd(grant: NamedGrant, { holderHash }: Principal): GrantEnd {
  if (holderHash !== null && holderHash === grant.holderHash) return 'withdrawn';
  if (holderHash !== null && holderHash === grant.agentHash) return 'renounced';
  throw grantNotFound(grant.id);
}

function endOfRepresentation(
  grant: NamedGrant,
  principal: Principal,
  note: string | null,
): GrantEnd {
  if (!hasRole(principal, 'clerk')) {
    const { holderHash } = principal;
    const isTheirs = holderHash === grant.holderHash || holderHash === grant.agentHash;
    if (holderHash === null || !isTheirs) throw grantNotFound(grant.id);
    throw notAuthorised('what was registered at a window ends at a window');
  }
  if (note !== null) return 'withdrawn';
  throw new ServiceError('REQUEST_MALFORMED', 'a clerk gives a reason', {
    faults: [{ pointer: '/reason', detail: 'is needed' }],
  });
}
