import { statePlaces, type AuthorityRecord } from '@yinxin/chaincode/model';
import { ServiceError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AuthorityName, AuthoritySigners } from '../pki/cityPki.ts';
import type { Organisation } from '../store/store.ts';
import type { ReceiptParts } from './receipt.ts';

/** A tree is never deeper: province, city, county, town, village and offices within. */
const MAX_DEPTH = 16;

export interface ReceiptSigner {
  readonly issuer: AuthorityName;
  readonly signers: AuthoritySigners;
}

/**
 * Who signs for an organisation's windows: the nearest one upwards in the tree, itself first, that has a credential key on
 * the ledger; else the operator, who signs as well while the ledger is out of reach. Whether that key is fit is asked when
 * it signs: a better one is not looked for.
 *
 * @throws ServiceError `KEY_UNFIT`; `LEDGER_UNAVAILABLE` if the operator's keys are to be opened just now.
 */
export async function receiptSigner(
  parts: Pick<ReceiptParts, 'store' | 'ledger' | 'signersOf' | 'operator'>,
  creditCode: string,
): Promise<ReceiptSigner> {
  const upwards = await organisationsUpwards(parts, creditCode);
  const values = await readAuthorities(
    parts.ledger,
    upwards.map(({ creditCode: code }) => code),
  );
  const place = values.findIndex(hasCredentialKey);
  const { creditCode: code, name } = upwards[place] ?? parts.operator;
  return { issuer: { creditCode: code, name }, signers: await parts.signersOf(code) };
}

/** @returns none while the ledger is out of reach. */
async function readAuthorities(
  ledger: Pick<Ledger, 'readStates'>,
  creditCodes: readonly string[],
): Promise<readonly (AuthorityRecord | null)[]> {
  try {
    const { values } = await ledger.readStates(
      creditCodes.map((code) => statePlaces.authority(code)),
    );
    return values as readonly (AuthorityRecord | null)[]; // as the places say
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'LEDGER_UNAVAILABLE') return [];
    throw error;
  }
}

/** An organisation and those above it, nearest first. */
export async function organisationsUpwards(
  { store }: Pick<ReceiptParts, 'store'>,
  creditCode: string,
): Promise<readonly Organisation[]> {
  const found: Organisation[] = [];
  for (let next: string | null = creditCode; next !== null && found.length < MAX_DEPTH;) {
    const organisation: Organisation | null = await store.organisations.find(next);
    if (organisation === null) break;
    found.push(organisation);
    next = organisation.parent;
  }
  return found;
}

function hasCredentialKey(record: AuthorityRecord | null): boolean {
  return (
    record?.keys.some((key) => key.purpose === 'credential' && key.retiredAt === null) === true
  );
}
