/** Time stamps over the signature values of seals and seal signatures. */
import { failed, passed, type Check } from '../report.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { verifyTimeStamp } from '../pki/timeStamp/verifyTimeStamp.ts';

export interface SealTimeStampQuestion {
  /** Prefix of the names of the checks. */
  readonly name: string;
  /** DER; attacker-controlled. */
  readonly token: Uint8Array;
  /** What the stamp is over: the DER signature value. */
  readonly stamped: Uint8Array;
  /** Time claimed for the signature: the stamp cannot be older. */
  readonly claimedAt: Date;
  readonly trust: TrustStore;
  /** Instant of verification: the stamp cannot be younger. */
  readonly at: Date;
}

export interface SealTimeStampVerdict {
  readonly checks: readonly Check[];
  /** The signature existed then; null if the token proves nothing. */
  readonly provenAt: Date | null;
}

/** Clocks of signer and time-stamper may differ by this much. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Checks a time stamp as everywhere, and that the signature does not claim to be younger than it. */
export function verifySealTimeStamp(question: SealTimeStampQuestion): SealTimeStampVerdict {
  const { stamped, ...rest } = question;
  const { checks, info, provenAt } = verifyTimeStamp({ ...rest, stamped: [stamped] });
  if (info === null) return { checks, provenAt };
  const order = checkOrder(question, info.at);
  return {
    checks: [...checks, order],
    provenAt: order.indication === 'TOTAL-PASSED' ? provenAt : null,
  };
}

function checkOrder({ name, claimedAt }: SealTimeStampQuestion, stampedAt: Date): Check {
  const own = `${name}Order`;
  const detail = `stamped at ${stampedAt.toISOString()}, claimed at ${claimedAt.toISOString()}`;
  return stampedAt.getTime() >= claimedAt.getTime() - CLOCK_TOLERANCE_MS
    ? passed(own, detail)
    : failed(own, 'NOT_YET_VALID', detail);
}
