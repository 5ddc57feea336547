import type { ReceiptFile } from '../credentials/receiptFile.ts';
import { conclude, noticed, type Check } from '../report.ts';
import { verifyReceipt } from '../verification/verifyReceipt.ts';
import { checkSealer } from '../verification/verifyReceiptPdf.ts';
import type { OfflineFinding, OfflineQuestion } from './question.ts';

/** A sealed PDF that carries a receipt, as it was read. */
export interface ReceiptPdf {
  readonly checks: readonly Check[];
  /** DER of the first signature's signer. */
  readonly signer: Uint8Array | null;
  readonly receipt: ReceiptFile;
}

/**
 * Verifies a receipt's PDF without the ledger. The receipt inside speaks for itself, so the state of the seal on the page, which
 * is not here, does not hold the verdict up; page and receipt must be of one hand.
 */
export function verifyOfflineReceipt(
  { checks: sealed, signer, receipt }: ReceiptPdf,
  question: OfflineQuestion,
): OfflineFinding {
  const verdict = verifyReceipt(receipt, question);
  const checks = [
    ...sealed,
    checkSealer(receipt, signer),
    noticed('seal.state', 'the state of the page’s seal is on the ledger, which is not asked'),
    ...verdict.checks,
  ];
  const isGenuine = conclude(checks).indication === 'TOTAL-PASSED';
  return {
    ...{ subject: verdict.subject, checks },
    ...(isGenuine && verdict.statement !== undefined ? { statement: verdict.statement } : {}),
  };
}
