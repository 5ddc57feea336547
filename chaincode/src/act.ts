/** The acts of the ledger: what each kind of change carries. Every body holds public facts and digests only. */

/** Contracts, in the order in which they are registered with Fabric. */
export const CONTRACT_NAMES = ['authority', 'seal', 'licence', 'usage', 'catalogue'] as const;
export type ContractName = (typeof CONTRACT_NAMES)[number];

/** Duties an authority can hold. `registrar` registers the others; `operator` runs a service and anchors uses. */
export type AuthorityRole = 'registrar' | 'operator' | 'sealMaker' | 'issuer' | 'auditor';

/** What a key on the ledger may sign: `act` acts, `code` document codes, `credential` SD-JWTs and status lists. */
export type LedgerKeyPurpose = 'act' | 'code' | 'credential';

/** A digest pair of one file or signed object; lower-case hex, 64 characters each. */
export interface DigestPair {
  readonly sha256: string;
  readonly sm3: string;
}

export interface LedgerKey {
  readonly purpose: LedgerKeyPurpose;
  /** DER certificate, base64. Its SHA-256 in lower-case hex is the key's `keyId`. */
  readonly certificate: string;
}

export type DocumentFormat = 'ofd' | 'pdf';

export interface DocumentDigest extends DigestPair {
  readonly format: DocumentFormat;
  /** Length in bytes of the released file: only bytes after it are judged as additions. */
  readonly size: number;
}

/** Closed list of reasons for a life-cycle act. */
export const ACT_REASONS = [
  'holderRequest',
  'error',
  'fraud',
  'conditionsLost',
  'penalty',
  'keyCompromise',
  'superseded',
  'courtOrder',
  'other',
] as const;
export type ActReason = (typeof ACT_REASONS)[number];

/** What a seal may be used for. `null` means without that limit. */
export interface Mandate {
  /** Type codes of licences it may seal; `null`: any. */
  readonly licenceTypes: readonly string[] | null;
  /** First and last instant of use, RFC 3339; `null`: the seal's own period. */
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  /** Uses a day, Asia/Shanghai. */
  readonly usesPerDay: number | null;
  /** A use needs an approver who is not the maker. */
  readonly requiresSecondPerson: boolean;
  /** Whether documents that are no licences may be sealed (`seal.signDocument`). */
  readonly allowsDocuments: boolean;
}

/** What certificates below an anchor of others may be for. */
export const TRUST_PURPOSES = ['sealMaker', 'documentSigner', 'timeStamper'] as const;
export type TrustPurpose = (typeof TRUST_PURPOSES)[number];

/** What an anchor of others is trusted for. */
export interface TrustScope {
  /** At least one. */
  readonly purposes: readonly TrustPurpose[];
  /** Kinds of seals; `null`: any. */
  readonly sealKinds: readonly string[] | null;
  /** Type codes of licences; `null`: any. */
  readonly licenceTypes: readonly string[] | null;
  /** First and last instant at which what rests on it may have been signed, RFC 3339; `null`: no end. */
  readonly from: string;
  readonly until: string | null;
}

/** One body a kind of act. Times are RFC 3339 in UTC with milliseconds (`2026-01-31T02:03:04.000Z`). */
export interface ActBodies {
  'authority.register': {
    readonly creditCode: string;
    readonly name: string;
    readonly parent: string | null;
    readonly roles: readonly AuthorityRole[];
    readonly keys: readonly LedgerKey[];
  };
  'authority.setRoles': { readonly creditCode: string; readonly roles: readonly AuthorityRole[] };
  'authority.replaceKey': {
    readonly creditCode: string;
    readonly retiredKeyId: string | null;
    readonly key: LedgerKey;
  };
  /** Trusts a CA of another city or body within a scope; needs a second person. */
  'authority.putTrustAnchor': {
    /** DER, base64. */
    readonly certificate: string;
    readonly name: string;
    readonly scope: TrustScope;
  };
  /** Ends that trust; needs a second person. */
  'authority.withdrawTrustAnchor': {
    /** SHA-256 of the certificate, lower-case hex. */
    readonly fingerprint: string;
    readonly reason: ActReason;
    /** When it takes effect in law, if not at the act's `at`; it may reach back to the scope's `from`. */
    readonly effectiveFrom: string | null;
  };
  'seal.make': SealBody;
  /** Makes a seal that takes the place of `predecessor`, which can no longer be used from the act's `at` on. */
  'seal.renew': SealBody & { readonly predecessor: string };
  'seal.setMandate': { readonly esId: string; readonly mandate: Mandate };
  'seal.suspend': SealLifecycleBody;
  'seal.reinstate': SealLifecycleBody;
  'seal.revoke': SealLifecycleBody;
  'seal.signDocument': {
    readonly esId: string;
    readonly format: DocumentFormat;
    readonly document: DocumentDigest;
    /** SHA-256 of the signature value (OFD: `SES_Signature.signature`; PDF: CMS `signature`). */
    readonly signatureDigest: string;
    /** SHA-256 of the COSE_Sign1 bytes of the code on the document; `null`: it carries none. */
    readonly codeDigest: string | null;
  };
  /** Records a sealed document that was completed later (time-stamp added). No use of the seal: its state does not matter. */
  'seal.putDocument': {
    readonly esId: string;
    /** SHA-256 of the document as it was recorded before, lower-case hex. */
    readonly earlier: string;
    readonly document: DocumentDigest;
  };
  'licence.issue': LicenceBody;
  'licence.change': LicenceSuccessionBody;
  'licence.renew': LicenceSuccessionBody;
  /** Issues a licence in place of one that another issuer transferred out; `predecessor` may be unknown to this ledger. */
  'licence.transferIn': LicenceSuccessionBody;
  'licence.suspend': LicenceLifecycleBody;
  'licence.reinstate': LicenceLifecycleBody;
  'licence.cancel': LicenceLifecycleBody;
  'licence.revoke': LicenceLifecycleBody;
  'licence.withdraw': LicenceLifecycleBody;
  'licence.lapse': LicenceLifecycleBody;
  'licence.transferOut': LicenceLifecycleBody;
  'licence.putDocument': {
    readonly identifier: string;
    readonly document: DocumentDigest;
  };
  'usage.anchor': {
    /** RFC 6962 leaf hashes (hex) of salted usage records; 1 to 4096. */
    readonly leaves: readonly string[];
  };
  /** Calls back uses of a licence that turned out to be void: `leaves` as above, of the salted notices to the windows. */
  'usage.recall': { readonly identifier: string; readonly leaves: readonly string[] };
  'catalogue.putLicenceType': {
    readonly typeCode: string;
    readonly version: number;
    readonly name: string;
    readonly approval: 'single' | 'dual';
    readonly formats: readonly DocumentFormat[];
    readonly definitionDigest: string;
  };
  'catalogue.putMatter': {
    readonly code: string;
    readonly version: number;
    readonly name: string;
    readonly definitionDigest: string;
  };
}

/** Fixed facts of a new seal with its first mandate. */
export interface SealBody {
  /** 1 to 64 of `A-Z a-z 0-9 . _ -`. */
  readonly esId: string;
  /** Credit code of the legal person that may use it. */
  readonly holder: string;
  readonly kind: string;
  readonly name: string;
  /** Digests of the .esl file. */
  readonly file: DigestPair;
  /** SHA-256 of the maker's certificate, lower-case hex. */
  readonly makerCertificate: string;
  /** SHA-256 of each certificate in the seal's list, lower-case hex; 1 to 16. */
  readonly signerCertificates: readonly string[];
  readonly validFrom: string;
  readonly validUntil: string;
  readonly mandate: Mandate;
}

/** One version of a licence with the seal signatures on its documents. */
export interface LicenceBody {
  /** Whole identifier with version and check character. */
  readonly identifier: string;
  /** One a format of the licence type. */
  readonly documents: readonly DocumentDigest[];
  readonly contentDigest: string;
  readonly codeDigest: string;
  readonly credentialDigest: string;
  /** SHA-256 over a 16-byte salt and the canonical holder; hex. */
  readonly holderCommitment: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly status: StatusPlace;
  readonly sealSignature: { readonly esId: string; readonly signatureDigests: readonly string[] };
}

/** A licence version that takes the place of an earlier one. */
export interface LicenceSuccessionBody extends LicenceBody {
  /** Whole identifier of the version it replaces. */
  readonly predecessor: string;
}

/** Where a licence version stands in the Token Status Lists. */
export interface StatusPlace {
  readonly list: number;
  readonly index: number;
}

export interface SealLifecycleBody {
  readonly esId: string;
  readonly reason: ActReason;
  /** When it takes effect in law, if not at the act's `at`. */
  readonly effectiveFrom: string | null;
}

export interface LicenceLifecycleBody {
  readonly identifier: string;
  readonly reason: ActReason;
  readonly effectiveFrom: string | null;
}

export type ActName = keyof ActBodies;

/** Names of the acts of one contract. */
export type ActNameOf<C extends ContractName> = Extract<ActName, `${C}.${string}`>;

/** Who acts: an authority by one of its act keys; people as keyed hashes (hex, 32 characters or more). */
export interface ActAuthor {
  readonly authority: string;
  /** SHA-256 of the act key's certificate, lower-case hex. */
  readonly keyId: string;
  readonly maker: string;
  readonly approver?: string;
}

export interface Act<N extends ActName = ActName> {
  readonly act: N;
  readonly schemaVersion: 1;
  /** ULID; also the idempotency key. */
  readonly id: string;
  readonly at: string;
  readonly by: ActAuthor;
  readonly body: ActBodies[N];
}

/** An act with its authority's ES256 signature (r‖s, 64 bytes, base64url) over the act's canonical bytes. */
export interface SignedAct<N extends ActName = ActName> {
  readonly act: Act<N>;
  readonly signature: string;
}

/** Where a recorded act stands: batch root (hex) and index in the batch. */
export interface ActPosition {
  readonly root: string;
  readonly index: number;
}

export type ActOutcome =
  | { readonly id: string; readonly outcome: 'recorded'; readonly position: ActPosition }
  | {
      readonly id: string;
      readonly outcome: 'refused';
      readonly code: string;
      readonly message: string;
    };

/** The contract that takes an act. */
export function contractOf(act: ActName): ContractName {
  return act.slice(0, act.indexOf('.')) as ContractName; // every ActName starts with its contract
}
