import type { ReceiptCode } from '../credentials/receiptCode.ts';
import type { ReceiptFile } from '../credentials/receiptFile.ts';
import { indeterminate } from '../report.ts';
import { ifInReach } from './ledgerView.ts';
import type { VerificationParts, VerificationTime } from './parts.ts';
import { evidenceFinding, type Finding } from './report.ts';
import { verifyReceipt } from './verifyReceipt.ts';
import { verifyReceiptCode } from './verifyReceiptCode.ts';

/** Verifies a receipt that was handed in; it speaks for itself, so nothing is asked of the ledger. */
export function verifyReceiptText(
  { trust, endorsement = {} }: Pick<VerificationParts, 'trust' | 'endorsement'>,
  file: ReceiptFile,
  { at }: Pick<VerificationTime, 'at'>,
): Finding {
  return evidenceFinding(verifyReceipt(file, { trust, at, endorsement }));
}

/** Verifies the code printed on a receipt. */
export async function verifyReceiptCodeOnline(
  parts: Pick<VerificationParts, 'findCodeSigners' | 'trust'>,
  code: ReceiptCode,
  { at }: Pick<VerificationTime, 'at'>,
): Promise<Finding> {
  const signers = await ifInReach(parts.findCodeSigners(code.keyIdentifier));
  const subject = { kind: 'receipt', identifier: code.claims.receiptId } as const;
  return evidenceFinding(
    signers === null
      ? {
          subject,
          checks: [indeterminate('code.signer', 'TRY_LATER', 'the ledger is out of reach')],
        }
      : verifyReceiptCode(code, { findSigners: () => signers, trust: parts.trust, at }),
  );
}
