import { parseContractError } from '@yinxin/chaincode/model';

import { ServiceError } from '../errors.ts';

/**
 * Reads back why a contract refused a whole batch: across Fabric only the message travels.
 *
 * @returns `ACT_REFUSED` with the contract's code and sentence, or `INTERNAL` (the text as cause) for anything
 * that is no contract error.
 */
export function toServiceError(message: string): ServiceError {
  const fault = parseContractError(message);
  const cause = new Error(message);
  return fault === null
    ? new ServiceError('INTERNAL', 'the contract failed', { cause })
    : new ServiceError('ACT_REFUSED', `${fault.code}: ${fault.message}`, { cause });
}
