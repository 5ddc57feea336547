/** Receipts and annotated copies as files. */
import { api, ask, askFile, type Asked } from '../api.ts';

export function receiptPdf(id: string): Promise<Asked<Blob>> {
  return askFile(
    api.GET('/receipts/{id}', {
      params: { path: { id }, query: { format: 'pdf' } },
      parseAs: 'blob',
    }),
  );
}

export function annotatedCopy(
  receiptId: string,
  identifier: string,
  format: 'ofd' | 'pdf',
): Promise<Asked<Blob>> {
  return askFile(
    api.POST('/annotated-copies', { body: { receiptId, identifier, format }, parseAs: 'blob' }),
  );
}

/** Whether the ledger's evidence stands in the receipt; null: it cannot be told. */
export async function isReceiptComplete(id: string): Promise<boolean | null> {
  const asked = await ask(api.GET('/receipts/{id}', { params: { path: { id } } }));
  if (!asked.ok) return null;
  const { proofs } = asked.data as unknown as { readonly proofs?: readonly unknown[] }; // the receipt's own form, described elsewhere
  return (proofs?.length ?? 0) > 0;
}

/** Opens the sealed PDF in a tab of its own, where the browser prints it. */
export function openReceipt(id: string): void {
  window.open(`/api/v1/receipts/${encodeURIComponent(id)}?format=pdf`, '_blank', 'noopener');
}
