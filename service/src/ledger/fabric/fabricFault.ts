import { ServiceError } from '../../errors.ts';
import { toServiceError as toContractFault } from '../contractFault.ts';
import { FabricFailure } from './transport.ts';

/**
 * Says a failed call to Fabric in our own words; certificates, addresses and peers' texts stay inside.
 *
 * @returns a `ServiceError` as it is; else `ACT_REFUSED`, `LEDGER_UNAVAILABLE` (nothing written), `LEDGER_OUTCOME_UNKNOWN`,
 * `LEDGER_DIVERGED` or `INTERNAL`.
 */
export function toServiceError(failure: unknown): ServiceError {
  if (failure instanceof ServiceError) return failure;
  if (!(failure instanceof FabricFailure)) {
    return new ServiceError('INTERNAL', 'the client of the ledger failed', { cause: failure });
  }
  return toContractFault(failure.details.join('\n'));
}

/**
 * Says why a block gave a transaction no effect.
 *
 * @param code - `peer.TxValidationCode`, not 0.
 */
export function validationFault(code: number): ServiceError {
  return new ServiceError('LEDGER_CONFLICT', `code ${code}`);
}
