/** Values of the world state. Each is written as canonical JSON with its `schemaVersion`. */
import type {
  ActReason,
  AuthorityRole,
  DigestPair,
  DocumentDigest,
  DocumentFormat,
  LedgerKey,
  Mandate,
  StatusPlace,
  TrustScope,
} from './act.js';
import type { LicenceState, SealState } from './transitions.js';

/** `registry~genesis`: the authority that registered itself first. */
export interface GenesisRecord {
  readonly schemaVersion: 1;
  readonly creditCode: string;
  readonly actId: string;
}

export interface AuthorityKey extends LedgerKey {
  /** SHA-256 of the certificate, lower-case hex. */
  readonly keyId: string;
  readonly since: string;
  readonly retiredAt: string | null;
}

/** `authority~creditCode`. Retired keys stay, so that old signatures can be checked. */
export interface AuthorityRecord {
  readonly schemaVersion: 1;
  readonly creditCode: string;
  readonly name: string;
  readonly parent: string | null;
  readonly roles: readonly AuthorityRole[];
  readonly keys: readonly AuthorityKey[];
  /** The act that wrote this version. */
  readonly actId: string;
}

/** `trustAnchor~fingerprint`. */
export interface TrustAnchorRecord {
  readonly schemaVersion: 1;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  /** DER, base64. */
  readonly certificate: string;
  readonly name: string;
  readonly scope: TrustScope;
  /** Its place in the trust list, from 1; put again after a withdrawal it keeps it. */
  readonly number: number;
  readonly state: 'trusted' | 'withdrawn';
  /** When the state took effect; a withdrawal may reach back. */
  readonly since: string;
  readonly reason: ActReason | null;
  readonly actId: string;
}

/** `registry~trustList`: rewritten by every act on a trust anchor, so one read tells whether the list has changed. */
export interface TrustListRecord {
  readonly schemaVersion: 1;
  /** Anchors ever put: the highest number given. */
  readonly size: number;
  readonly actId: string;
}

/** `trustEntry~nnnnnn`: which anchor has a number, so that the list can be read without a search. */
export interface TrustEntryRecord {
  readonly schemaVersion: 1;
  readonly fingerprint: string;
}

/** `seal~esId`: fixed facts, written once. */
export interface SealRecord {
  readonly schemaVersion: 1;
  readonly esId: string;
  /** Credit code of the authority that made it. */
  readonly maker: string;
  readonly holder: string;
  readonly kind: string;
  readonly name: string;
  readonly file: DigestPair;
  readonly makerCertificate: string;
  readonly signerCertificates: readonly string[];
  readonly validFrom: string;
  readonly validUntil: string;
  /** `esId` of the seal it renews. */
  readonly predecessor: string | null;
  readonly madeAt: string;
  readonly actId: string;
}

/** `sealStatus~esId`. */
export interface SealStatusRecord {
  readonly schemaVersion: 1;
  readonly esId: string;
  readonly state: SealState;
  /** When the state took effect in law. */
  readonly since: string;
  readonly reason: ActReason | null;
  readonly actId: string;
}

/** `mandate~esId`. */
export interface MandateRecord {
  readonly schemaVersion: 1;
  readonly esId: string;
  readonly mandate: Mandate;
  readonly since: string;
  readonly actId: string;
}

/** `sealDay~esId~yyyymmdd` (Asia/Shanghai); only while the mandate limits uses a day. */
export interface SealDayRecord {
  readonly schemaVersion: 1;
  readonly esId: string;
  readonly day: string;
  readonly uses: number;
}

/** `sealedDocument~esId~sha256`: a document sealed that is no licence. */
export interface SealedDocumentRecord {
  readonly schemaVersion: 1;
  readonly esId: string;
  readonly document: DocumentDigest;
  readonly signatureDigest: string;
  readonly codeDigest: string | null;
  /** When it was sealed, and the act that recorded it then; also where the document was completed later. */
  readonly at: string;
  readonly actId: string;
  /** The act that recorded the completed document; absent: these are the bytes as sealed. */
  readonly completedBy?: string;
}

/** `licence~base`: what is in force now. */
export interface LicenceRecord {
  readonly schemaVersion: 1;
  /** Whole identifier of the current version. */
  readonly identifier: string;
  readonly version: number;
  readonly state: LicenceState;
  /** When the state took effect in law. */
  readonly since: string;
  readonly reason: ActReason | null;
  /** `at` of the act that issued the first version. */
  readonly issuedAt: string;
  readonly status: StatusPlace;
  /** The act that wrote this value. */
  readonly actId: string;
}

/** `version~base~nnn`: one version; only `documents` can still grow (`licence.putDocument`). */
export interface LicenceVersionRecord {
  readonly schemaVersion: 1;
  readonly identifier: string;
  readonly typeCode: string;
  readonly issuer: string;
  readonly documents: readonly DocumentDigest[];
  readonly contentDigest: string;
  readonly codeDigest: string;
  readonly credentialDigest: string;
  readonly holderCommitment: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly status: StatusPlace;
  readonly sealSignature: { readonly esId: string; readonly signatureDigests: readonly string[] };
  /** Whole identifier of the version or licence it replaces. */
  readonly predecessor: string | null;
  readonly issuedAt: string;
  /** The act that issued this version. */
  readonly actId: string;
}

/** `successor~base`: the licence another issuer issued in place of one transferred out. */
export interface SuccessorRecord {
  readonly schemaVersion: 1;
  readonly identifier: string;
  readonly actId: string;
}

/** `licenceType~typeCode` (current) and `licenceType~typeCode~version`. */
export interface LicenceTypeRecord {
  readonly schemaVersion: 1;
  readonly typeCode: string;
  readonly version: number;
  readonly name: string;
  readonly approval: 'single' | 'dual';
  readonly formats: readonly DocumentFormat[];
  readonly definitionDigest: string;
  readonly actId: string;
}

/** `matter~code` (current) and `matter~code~version`. */
export interface MatterRecord {
  readonly schemaVersion: 1;
  readonly code: string;
  readonly version: number;
  readonly name: string;
  readonly definitionDigest: string;
  readonly actId: string;
}

/**
 * `batch~root`: its canonical bytes are the leaf data of the log.
 *
 * Without `kind` the leaves are acts; `usage` and `recall` batches hold salted leaf hashes given by the act.
 */
export interface BatchRecord {
  readonly schemaVersion: 1;
  /** RFC 6962 root, lower-case hex. */
  readonly root: string;
  readonly size: number;
  /** The transaction's timestamp, RFC 3339. */
  readonly at: string;
  readonly submitterMspId: string;
  readonly kind?: 'usage' | 'recall';
  /** Whole identifier of the licence called back; only in a `recall`. */
  readonly licence?: string;
}

/** `act~id`: where a recorded act stands. */
export interface ActRecord {
  readonly schemaVersion: 1;
  readonly root: string;
  readonly index: number;
  /** SHA-256 of the act's canonical bytes, lower-case hex. */
  readonly digest: string;
}
