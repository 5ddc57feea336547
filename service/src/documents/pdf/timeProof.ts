/** What time-stamps in a PDF prove: those over a signature value, and those over the document. */
import type { CmsSignature } from '../../pki/cms/cmsParsing.ts';
import { readTokenInfo } from '../../pki/timeStamp/timeStampInfo.ts';
import { checkImprint, verifyTimeStamp } from '../../pki/timeStamp/verifyTimeStamp.ts';
import type { TrustStore } from '../../pki/trustStore.ts';
import { conclude, passed, type Check } from '../../report.ts';

export interface TimeStamp {
  readonly at: Date;
  /** Checks that the token speaks of these bytes. */
  checkImprint(signed: readonly Uint8Array[]): Check;
}

/**
 * Reads what a document time-stamp says.
 *
 * @throws ServiceError `CERTIFICATE_MALFORMED` if the CMS is no time-stamp token.
 */
export function readTimeStamp(cms: CmsSignature): TimeStamp {
  const info = readTokenInfo(cms);
  return {
    at: info.at,
    checkImprint: (stamped) => checkImprint({ name: 'pdf.timeStampImprint', stamped }, info),
  };
}

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
