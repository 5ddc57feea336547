import { signJws } from '../credentials/jws.ts';
import { RECEIPT_TYPE, toReceiptPayload, type ReceiptContent } from '../credentials/receipt.ts';
import { ServiceError } from '../errors.ts';
import { freshBytes } from '../freshBytes.ts';
import type { AuthorityName } from '../pki/cityPki.ts';
import { fieldDigests } from './fieldDigests.ts';
import {
  MAX_RECEIPT_LICENCES,
  newReceiptId,
  type NewReceipt,
  type ReceiptFacts,
  type ReceiptParts,
} from './receipt.ts';
import { receiptSigner } from './receiptSigner.ts';

const SECRET_BYTES = 32;

/**
 * Signs a receipt. Nothing is written: `row` goes into the same commit as the uses that it names.
 *
 * @throws ServiceError `KEY_UNFIT`: then nothing may be disclosed; `LEDGER_UNAVAILABLE`; `INTERNAL` for no licence or too
 * many.
 */
export async function issueReceipt(
  parts: Pick<ReceiptParts, 'store' | 'ledger' | 'signersOf' | 'operator'>,
  facts: ReceiptFacts,
): Promise<NewReceipt> {
  const { licences } = facts;
  if (licences.length === 0 || licences.length > MAX_RECEIPT_LICENCES) {
    throw new ServiceError('INTERNAL', `a receipt names 1 to ${MAX_RECEIPT_LICENCES} licences`);
  }
  const { issuer, signers } = await receiptSigner(parts, facts.organisation.creditCode);
  const id = facts.id ?? newReceiptId(facts.at);
  const saltSecret = freshBytes(SECRET_BYTES);
  const clerk = {
    id: parts.store.holders.keyedHash('actor', facts.clerk.accountId),
    name: facts.clerk.displayName,
  };
  const content = toContent(facts, { id, issuer, clerk, saltSecret });
  const jws = await signJws(RECEIPT_TYPE, toReceiptPayload(content), signers.credentialSigner);
  return { id, jws, row: { ...toRow(facts, id), jws, saltSecret } };
}

function toContent(
  facts: ReceiptFacts,
  made: Readonly<{
    id: string;
    issuer: AuthorityName;
    clerk: ReceiptContent['clerk'];
    saltSecret: Uint8Array;
  }>,
): ReceiptContent {
  const { saltSecret, ...own } = made;
  const { at, organisation, window, matter, purpose, legalBasis, caseId } = facts;
  return {
    ...{ ...own, at, organisation, window, matter, purpose, legalBasis, caseId },
    licences: facts.licences.map(({ fields, use, ...licence }) => ({
      ...{ identifier: licence.identifier, typeCode: licence.typeCode, typeName: licence.typeName },
      ...{ indication: licence.indication, subIndication: licence.subIndication },
      fields: fieldDigests(saltSecret, licence.identifier, fields),
      use: { record: use.id, leaf: use.leafHash },
    })),
  };
}

function toRow(facts: ReceiptFacts, id: string): Omit<NewReceipt['row'], 'jws' | 'saltSecret'> {
  const { at, clerk, organisation, window, matter, purpose, caseId, holderHash } = facts;
  return {
    ...{ id, at, clerkId: clerk.accountId, organisation: organisation.creditCode },
    ...{ window: window?.code ?? null, matter: matter?.code ?? null, purpose, caseId, holderHash },
    licences: facts.licences.map(({ fields, use, ...licence }) => ({
      ...{ identifier: licence.identifier, typeCode: licence.typeCode, typeName: licence.typeName },
      ...{ indication: licence.indication, subIndication: licence.subIndication },
      fields: Object.keys(fields),
      use: { record: use.id, leaf: use.leafHash },
    })),
  };
}
