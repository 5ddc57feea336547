import {
  verifyDocumentCode,
  type DocumentCodeQuestion,
} from '../credentials/documentCodeVerification.ts';
import type { ReceiptCode } from '../credentials/receiptCode.ts';
import { unscopedAnchors } from '../pki/trustStore.ts';
import { conclude } from '../report.ts';
import { receiptStatement } from './receiptStatement.ts';
import type { ReceiptVerdict } from './verifyReceipt.ts';

/**
 * Verifies the code printed on a receipt: genuine, and what it says. Nothing proves when it was signed, so it is worth nothing
 * after its signer's certificate has ended; the receipt's file is.
 */
export function verifyReceiptCode(
  { keyIdentifier, claims, sign1 }: ReceiptCode,
  question: Omit<DocumentCodeQuestion, 'isIssueProven'>,
): ReceiptVerdict {
  const { issuer, issuedAt, receiptId, licences, furtherLicences } = claims;
  const { checks } = verifyDocumentCode(
    { keyIdentifier, sign1, claims: { issuer, issuedAt, expiresAt: null } },
    {
      ...question,
      trust: { ...question.trust, anchors: unscopedAnchors(question.trust) },
      isIssueProven: false,
    },
  );
  const facts = { at: issuedAt, issuer: { creditCode: issuer }, licences, furtherLicences };
  const isGenuine = conclude(checks).indication === 'TOTAL-PASSED';
  return {
    subject: { kind: 'receipt', identifier: receiptId },
    checks,
    ...(isGenuine ? { statement: receiptStatement(facts) } : {}),
  };
}
