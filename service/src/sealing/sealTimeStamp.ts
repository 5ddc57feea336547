/** Time stamps over the signature values of seals and seal signatures. */
import { failed, noticed, passed, type Check } from '../report.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { verifyTimeStamp } from '../pki/timeStamp/verifyTimeStamp.ts';
import { CHINA_OFFSET_MS } from './sealDialect.ts';

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
  /** Whether the time claimed is the time of China written as UTC, as the stamp shows. */
  readonly isLocalTime: boolean;
  /** Whether the token has no byte that could have been changed unseen. */
  readonly isSealedUp: boolean;
}

/** Clocks of signer and time-stamper may differ by this much. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Who writes local time as UTC is stamped within so many milliseconds of signing. */
const LOCAL_TIME_WINDOW_MS = 15 * 60_000;

/** Checks a time stamp as everywhere, and that the signature does not claim to be younger than it. */
export function verifySealTimeStamp(question: SealTimeStampQuestion): SealTimeStampVerdict {
  const { stamped, ...rest } = question;
  const { checks, info, provenAt, isSealedUp } = verifyTimeStamp({ ...rest, stamped: [stamped] });
  if (info === null) return { checks, provenAt, isLocalTime: false, isSealedUp };
  const order = checkOrder(question, info.at);
  return {
    checks: [...checks, order],
    provenAt: order.indication === 'TOTAL-PASSED' ? provenAt : null,
    isLocalTime: provenAt !== null && order.isNotice === true,
    isSealedUp,
  };
}

function checkOrder({ name, claimedAt }: SealTimeStampQuestion, stampedAt: Date): Check {
  const own = `${name}Order`;
  const detail = `stamped at ${stampedAt.toISOString()}, claimed at ${claimedAt.toISOString()}`;
  const aheadMs = claimedAt.getTime() - stampedAt.getTime();
  if (aheadMs <= CLOCK_TOLERANCE_MS) return passed(own, detail);
  const fromLocalMs = aheadMs - CHINA_OFFSET_MS;
  return fromLocalMs <= CLOCK_TOLERANCE_MS && fromLocalMs >= -LOCAL_TIME_WINDOW_MS
    ? noticed(own, `${detail}, which is the time of China written as UTC`)
    : failed(own, 'NOT_YET_VALID', detail);
}
