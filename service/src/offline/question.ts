import type { Text } from '../language.ts';
import type { EndorsementTrust } from '../ledger/proofTrust.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { indeterminate, type Check, type Subject } from '../report.ts';
import type { ReadTrustBundle, TrustBundle } from '../trust/bundleFormat.ts';
import type { VerificationTime } from '../verification/parts.ts';

/** What someone without the ledger brings to judge evidence by. */
export interface OfflineQuestion {
  /** Without anchors nothing is passed. */
  readonly trust: TrustStore;
  /** Certificates of code signers: a document code names its own by eight bytes only. */
  readonly codeSigners: readonly Certificate[];
  /** What is asked of the organisations that keep a ledger; by default their roots are among the anchors. */
  readonly endorsement?: EndorsementTrust;
  /** The moment the verdict is about. */
  readonly at: Date;
  /** A genuine one that is not past its expiry; what it adds to the trust is in `trust` already. Null: none. */
  readonly bundle: TrustBundle | null;
  readonly time: VerificationTime;
}

/** What the reader brings; see {@link OfflineQuestion}. */
export type Brought = Pick<OfflineQuestion, 'trust' | 'codeSigners' | 'endorsement'> & {
  /** Not verified yet. */
  readonly bundle?: ReadTrustBundle;
};

/** What is known of a status without asking for it. */
export interface OfflineStatus {
  readonly checks: readonly Check[];
  readonly ageSeconds: number;
}

/** The status of something is on the ledger, and the ledger is not here. */
export function statusOutOfReach(name: string): Check {
  return indeterminate(name, 'TRY_LATER', 'the status is on the ledger, which is not asked');
}

/** Said when all that can be checked offline is right and only the status is missing. */
export const GENUINE: Readonly<
  Record<'licence' | 'seal' | 'certificate' | 'copy' | 'timeStamp', Text>
> = {
  licence: {
    'zh-CN': '真实，未被改动；但离线无法判定目前是否仍然有效，请联网核验。',
    en: 'Genuine and unchanged; whether it is still in force cannot be told offline. Verify it online.',
  },
  seal: {
    'zh-CN': '印章与签章真实，未被改动；但离线无法判定印章状态，请联网核验。',
    en: 'Genuine and unchanged; whether the seal was in force cannot be told offline. Verify it online.',
  },
  copy: {
    'zh-CN': '加注件真实，未被改动，且在期限内；但离线无法判定印章与原证照的状态，请联网核验。',
    en: 'The annotated copy is genuine, unchanged and in its time; whether seal and licence are in force cannot be told offline. Verify it online.',
  },
  timeStamp: {
    'zh-CN': '时间戳真实，可追溯到所给信任根；但未查询签发证书的吊销信息，无法判定。',
    en: 'The time-stamp is genuine and leads to a given root; whether its certificate was revoked was not asked: cannot tell.',
  },
  certificate: {
    'zh-CN': '证书可追溯到所给信任根；但未查询吊销信息，无法判定。',
    en: 'The certificate leads to a given root; whether it was revoked was not asked: cannot tell.',
  },
};

/** What a verification found, before it is put into words. */
export interface OfflineFinding {
  readonly subject: Subject;
  readonly checks: readonly Check[];
  /** What it is called when only its status is missing. */
  readonly genuine?: keyof typeof GENUINE;
  /** Age of a status that a bundle brought; absent: no status was looked at. */
  readonly statusAgeSeconds?: number;
  readonly statement?: Text;
}
