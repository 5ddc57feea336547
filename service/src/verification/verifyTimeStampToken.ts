import { shanghaiTime } from '../civilTime.ts';
import type { Text } from '../language.ts';
import type { TimeStampInfo } from '../pki/timeStamp/timeStampInfo.ts';
import { verifyTimeStamp } from '../pki/timeStamp/verifyTimeStamp.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { conclude, indeterminate, type Check, type Subject } from '../report.ts';

export interface TimeStampTokenVerdict {
  readonly subject: Subject;
  readonly checks: readonly Check[];
  /** What existed when; absent unless it holds. */
  readonly statement?: Text;
}

/**
 * Verifies a time-stamp token (RFC 3161) by itself: who says that some digest existed, and when. Whether it is the digest of
 * what its reader has in mind is theirs to compare.
 */
export function verifyTimeStampToken(
  token: Uint8Array,
  { trust, at }: Readonly<{ trust: TrustStore; at: Date }>,
): TimeStampTokenVerdict {
  const verdict = verifyTimeStamp({ name: 'timeStamp', token, stamped: null, trust, at });
  const { info, isSealedUp, path } = verdict;
  const loose = indeterminate(
    'timeStamp.form',
    'FORMAT_FAILURE',
    'the token has bytes that nothing binds',
  );
  const isKnown = path.length > 0;
  const checks = isSealedUp || !isKnown ? verdict.checks : [...verdict.checks, loose];
  const isPassed = conclude(checks).indication === 'TOTAL-PASSED';
  return {
    subject: { kind: 'time-stamp', identifier: info?.serialNumber ?? '' },
    checks,
    ...(isPassed && info !== null ? { statement: statementOf(info) } : {}),
  };
}

function statementOf({ at, imprint }: TimeStampInfo): Text {
  const time = shanghaiTime(at);
  const digest = Buffer.from(imprint.digest).toString('hex');
  return {
    'zh-CN': `时间戳有效：摘要为 ${digest} 的内容在 ${time} 已经存在。`,
    en: `The time-stamp is valid: bytes with the digest ${digest} existed at ${time} (UTC+8).`,
  };
}
