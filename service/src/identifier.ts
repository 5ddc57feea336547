import { ContractError, parseIdentifier, type LicenceIdentifier } from '@yinxin/chaincode/model';
import { ServiceError } from './errors.ts';

/**
 * Reads a licence identifier as people type it: capitals or not, white space around it.
 *
 * @param text - attacker-controlled.
 * @throws ServiceError `CODE_MALFORMED` if form or check character are wrong.
 */
export function readIdentifier(text: string): LicenceIdentifier & { readonly text: string } {
  const tidy = text.slice(0, 200).trim().toUpperCase();
  try {
    return { ...parseIdentifier(tidy), text: tidy };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new ServiceError('CODE_MALFORMED', error.sentence, { cause: error });
  }
}
