/** Receipts and annotated copies as files. */
import { api, ask, askFile, type Asked, type Shapes } from '../api.ts';

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

/** Opens a PDF where the browser can print it. @returns false if the browser opened nothing. */
export function openPdf(content: Blob): boolean {
  const address = URL.createObjectURL(new Blob([content], { type: 'application/pdf' }));
  const opened = window.open(address, '_blank');
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000); // the other tab has read it by then
  return opened !== null;
}

export type ReceiptEntry = Shapes['ReceiptEntry'];
