import { ERROR_CODES, ServiceError, type ErrorCode } from '../errors.ts';
import type { LedgerPlace } from '../store/store.ts';
import type { CommittedOutcome } from './ledger.ts';

/** Where a recorded act stands, as the store keeps it; null for a refused one. */
export function placeOf(outcome: CommittedOutcome): LedgerPlace | null {
  if (outcome.outcome === 'refused' || outcome.block === null) return null;
  return { root: outcome.position.root, position: outcome.position.index, block: outcome.block };
}

/** The error a client sees for a contract's refusal: the contract's own code where the service has it too. */
export function refusalOf(code: string, message: string): ServiceError {
  const known = ERROR_CODES.find((candidate): candidate is ErrorCode => candidate === code);
  return known === undefined
    ? new ServiceError('ACT_REFUSED', `${code}: ${message}`)
    : new ServiceError(known, message);
}

/** @throws ServiceError as {@link refusalOf} makes it, unless the act was recorded. */
export function requireRecorded(outcome: CommittedOutcome): void {
  if (outcome.outcome === 'refused') throw refusalOf(outcome.code, outcome.message);
}
