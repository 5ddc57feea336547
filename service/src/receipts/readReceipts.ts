import { hasRole, hasRoleIn, notAuthorised, organisationsOf, type Principal } from '../access.ts';
import { encodeReceiptFile } from '../credentials/receiptFile.ts';
import { ServiceError } from '../errors.ts';
import type { LedgerProof } from '../ledger/proofFormat.ts';
import type { Page, PageRequest, StoredReceipt } from '../store/store.ts';
import { fieldSalt, type ByField } from './fieldDigests.ts';
import type { ReceiptParts } from './receipt.ts';

type ReadParts = Pick<ReceiptParts, 'store'>;

/**
 * A receipt for someone's eyes: the clerk who made it, clerks of the same organisation, the holder whose licences were
 * looked at, the auditor.
 *
 * @throws ServiceError `RECEIPT_NOT_FOUND`, also for what they may not see.
 */
export async function findReceipt(
  { store }: ReadParts,
  principal: Principal,
  id: string,
): Promise<StoredReceipt> {
  const receipt = await store.receipts.find(id);
  if (receipt === null || !(isOfWindow(receipt, principal) || mayRead(receipt, principal))) {
    throw new ServiceError('RECEIPT_NOT_FOUND', `no receipt ${id}`);
  }
  return receipt;
}

/** Receipts of one's organisations, or for an auditor all, newest first. @param caseId - absent: of any case and none. */
export async function listReceipts(
  { store }: ReadParts,
  principal: Principal,
  { caseId }: Readonly<{ caseId?: string | undefined }>,
  page: PageRequest,
): Promise<Page<StoredReceipt>> {
  const ofCase = caseId === undefined ? {} : { caseId };
  if (hasRole(principal, 'auditor')) return await store.receipts.list(ofCase, page);
  const organisations = organisationsOf(principal, 'clerk');
  return await store.receipts.list({ ...ofCase, organisations }, page);
}

/** Receipts about the licences someone holds. @throws ServiceError `NOT_AUTHORISED` if they are no holder. */
export async function listOwnReceipts(
  { store }: ReadParts,
  { holderHash }: Principal,
  page: PageRequest,
): Promise<Page<StoredReceipt>> {
  if (holderHash === null) throw notAuthorised('only holders have receipts of their own');
  return await store.receipts.listByHolder(holderHash, page);
}

/** The self-contained file, as far as it is complete. */
export function receiptFileOf({ jws, evidence }: StoredReceipt): string {
  return encodeReceiptFile({
    receipt: jws,
    proofs: evidence === null ? null : (JSON.parse(evidence.proofs) as LedgerProof[]), // what completing wrote
    timeStamp: evidence?.timeStamp ?? null,
  });
}

/**
 * The salts of a receipt's field digests, by licence: who has a field's value as well can show that it is what was seen.
 * They never travel with a receipt: a digest of a birthday is soon guessed by whoever has its salt.
 *
 * @throws ServiceError `RECEIPT_NOT_FOUND` (also for the auditor, who has no business with values); `DOCUMENT_NOT_FOUND`
 * once the holder was erased.
 */
export async function receiptSalts(
  parts: ReadParts,
  principal: Principal,
  id: string,
): Promise<Readonly<Record<string, ByField>>> {
  const receipt = await findReceipt(parts, principal, id);
  if (!isOfWindow(receipt, principal) && !isHolder(receipt, principal)) {
    throw new ServiceError('RECEIPT_NOT_FOUND', `no receipt ${id}`);
  }
  const secret = await parts.store.receipts.saltSecret(id);
  if (secret === null) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `the salts of receipt ${id} were erased`);
  }
  return Object.fromEntries(
    receipt.licences.map(({ identifier, fields }) => [
      identifier,
      Object.fromEntries(fields.map((name) => [name, fieldSalt(secret, identifier, name)])),
    ]),
  );
}

function isOfWindow({ clerkId, organisation }: StoredReceipt, principal: Principal): boolean {
  return (
    (clerkId === principal.id && hasRole(principal, 'clerk')) ||
    hasRoleIn(principal, organisation, 'clerk')
  );
}

function isHolder({ holderHash }: StoredReceipt, principal: Principal): boolean {
  return holderHash !== null && holderHash === principal.holderHash;
}

function mayRead(receipt: StoredReceipt, principal: Principal): boolean {
  return hasRole(principal, 'auditor') || isHolder(receipt, principal);
}
