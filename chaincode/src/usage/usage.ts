/** Rules of anchoring uses: pure. */
import { requireRole } from '../access.js';
import type { Act } from '../act.js';
import { ContractError } from '../errors.js';
import { rootOf } from '../merkle.js';
import type { AuthorityRecord, LicenceRecord } from '../records.js';
import { LICENCE_STATES } from '../transitions.js';

/** @throws ContractError `NOT_AUTHORISED`. */
export function requireAnchorer(author: AuthorityRecord): void {
  requireRole(author, 'operator');
}

/** RFC 6962 root over the leaf hashes of an act, lower-case hex. */
export function leavesRoot(act: Act<'usage.anchor' | 'usage.recall'>): string {
  return Buffer.from(rootOf(act.body.leaves.map((leaf) => Buffer.from(leaf, 'hex')))).toString(
    'hex',
  );
}

/** @throws ContractError `LICENCE_NOT_FOUND`, `LICENCE_STATE_CONFLICT` unless the licence is void for good. */
export function requireRecallable(identifier: string, licence: LicenceRecord | null): void {
  if (licence === null)
    throw new ContractError('LICENCE_NOT_FOUND', `${identifier} is not on the ledger`);
  if (!LICENCE_STATES[licence.state].isFinal)
    throw new ContractError('LICENCE_STATE_CONFLICT', `${licence.identifier} is ${licence.state}`);
}
