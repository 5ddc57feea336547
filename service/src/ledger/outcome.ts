import { ERROR_CODES, ServiceError, type ErrorCode } from '../errors.ts';
import type { LedgerPlace } from '../store/store.ts';
import type { CommittedOutcome } from './ledger.ts';

/** Where a recorded act stands, as the store keeps it; null for a refused one. */
export function placeOf(outcome: CommittedOutcome): LedgerPlace | null {
  if (outcome.outcome === 'refused' || outcome.block === null) return null;
  return { root: outcome.position.root, position: outcome.position.index, block: outcome.block };
}

/**
 * Turns a refusal into the error a client sees: the contract's own code where the service has it too.
 *
 * @throws ServiceError with that code, else `ACT_REFUSED`.
 */
export function requireRecorded(outcome: CommittedOutcome): void {
  if (outcome.outcome === 'recorded') return;
  const known = ERROR_CODES.find((code): code is ErrorCode => code === outcome.code);
  throw known === undefined
    ? new ServiceError('ACT_REFUSED', `${outcome.code}: ${outcome.message}`)
    : new ServiceError(known, outcome.message);
}
