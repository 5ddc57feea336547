import { ContractError } from '../../../chaincode/src/errors.js';

/** Code of the ContractError that an action throws; `none` if it throws nothing. Any other error is passed on. */
export function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ContractError) return error.code;
    throw error;
  }
  return 'none';
}
