/** What time-stamps in a PDF prove: those over a signature value, and those over the document. */
import { findSigner } from '../../pki/cms/cmsVerification.ts';
import type { CmsSignature } from '../../pki/cms/cmsParsing.ts';
import { verifyTimeStamp } from '../../pki/timeStamp/verifyTimeStamp.ts';
import type { TrustStore } from '../../pki/trustStore.ts';
import { conclude, indeterminate, passed, type Check } from '../../report.ts';

export interface TimeProof {
  /** Passed if the token proves a time; else what the first check against it says. */
  readonly check: Check;
  /** Null if the token proves nothing. */
  readonly provenAt: Date | null;
  /** Whether the token has no byte that could have been changed unseen. */
  readonly isSealedUp: boolean;
}

export interface TimeTrust {
  readonly trust: TrustStore;
  /** Instant by which the token provably existed. */
  readonly at: Date;
  /** DER certificates that may help; attacker-controlled. */
  readonly certificates: readonly Uint8Array[];
}

/**
 * Verifies the signature time-stamp of a CMS (baseline -T): the signature value existed then.
 *
 * @returns null if the CMS carries none.
 */
export function proveTime(cms: CmsSignature, trust: TimeTrust): TimeProof | null {
  const { timeStampToken: token, signatureValue } = cms;
  if (token === null) return null;
  const name = 'pdf.signatureTimeStamp';
  const verdict = verifyTimeStamp({ ...trust, name, token, stamped: [signatureValue] });
  const { checks, info, provenAt, isSealedUp } = verdict;
  const { indication } = conclude(checks);
  const decisive = checks.find((check) => check.indication === indication);
  if (decisive !== undefined && indication !== 'TOTAL-PASSED') {
    return { check: { ...decisive, name }, provenAt, isSealedUp };
  }
  const detail = `the signature existed at ${info?.at.toISOString() ?? ''}`;
  return { check: passed(name, detail), provenAt, isSealedUp };
}

export interface DocumentTimeProof {
  readonly checks: readonly Check[];
  /** What the token says; null if it cannot be read. */
  readonly statedAt: Date | null;
  /** DER; null if it is not at hand. */
  readonly signerCertificate: Uint8Array | null;
}

/**
 * Verifies a document time-stamp (ISO 32000-2 §12.8.5). One that proves nothing any more does not pass.
 *
 * @param token - DER, @param cms - the same, read.
 */
export function judgeDocumentTimeStamp(
  token: Uint8Array,
  cms: CmsSignature,
  { stamped, ...trust }: TimeTrust & { readonly stamped: readonly Uint8Array[] },
): DocumentTimeProof {
  const name = 'pdf.documentTimeStamp';
  const { checks, info, provenAt } = verifyTimeStamp({ ...trust, name, token, stamped });
  const isOver = provenAt === null && conclude(checks).indication === 'TOTAL-PASSED';
  const detail = 'the time-stamper’s certificates have ended, and no later time-stamp covers it';
  return {
    checks: isOver ? [...checks, indeterminate(`${name}Proof`, 'EXPIRED', detail)] : checks,
    statedAt: info?.at ?? null,
    signerCertificate: findSigner(cms, trust.certificates)?.der ?? null,
  };
}
