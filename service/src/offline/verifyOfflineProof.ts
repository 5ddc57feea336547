import type { LedgerProof } from '../ledger/proofFormat.ts';
import { verifyProof } from '../ledger/verifyProof.ts';
import { unscopedAnchors } from '../pki/trustStore.ts';
import { conclude } from '../report.ts';
import { proofStatement } from '../verification/proofStatement.ts';
import type { OfflineFinding, OfflineQuestion } from './question.ts';

/** Verifies a proof: the evidence alone, never that a licence is valid. */
export function verifyOfflineProof(proof: LedgerProof, question: OfflineQuestion): OfflineFinding {
  const { trust, at, endorsement = {} } = question;
  const verdict = verifyProof(proof, {
    anchors: unscopedAnchors(trust),
    at,
    timeStamps: trust,
    endorsement: { intermediates: trust.intermediates, ...endorsement },
  });
  const { checks, subject } = verdict;
  const holds = conclude(checks).indication === 'TOTAL-PASSED';
  return {
    subject: { kind: 'proof', identifier: subject.identifier },
    checks,
    ...(holds ? { statement: proofStatement(verdict) } : {}),
  };
}
