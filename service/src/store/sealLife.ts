/** Port: wishes for seals and for sealing, until a second person decides; what persons signed themselves. */
import type { TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import type { DigestPair, DocumentFormat, Mandate } from '@yinxin/chaincode/model';
import type { Page, PageRequest } from './licences.ts';

/** `applied` and `returned` are open; `approving` has its seal staged; the others are final. */
export type SealApplicationState = 'applied' | 'approving' | 'returned' | 'made' | 'withdrawn';

/** Somebody's wish for a seal. */
export interface SealApplication {
  /** ULID. */
  readonly id: string;
  /** Credit code of the applicant's organisation: the holder's, or the seal authority. */
  readonly organisation: string;
  readonly holder: { readonly creditCode: string; readonly name: string };
  readonly kind: string;
  readonly name: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** First mandate of the seal; null: an open one. */
  readonly mandate: Mandate | null;
  /** esId of the seal it shall take the place of; null: none. */
  readonly predecessor: string | null;
  readonly state: SealApplicationState;
  /** Why it is needed; encrypted at rest. */
  readonly grounds: string;
  /** Account id. */
  readonly applicantId: string;
  readonly createdAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** Why it was returned; encrypted at rest. */
  readonly note: string | null;
  /** The seal that was made, or is staged. */
  readonly esId: string | null;
}

/** What a second person decided. */
export interface Decision<S extends string> {
  readonly id: string;
  /** States from which it may be decided so. */
  readonly from: readonly S[];
  readonly to: S;
  readonly decidedBy: string;
  readonly decidedAt: Date;
  readonly note?: string;
}

/**
 * A second person's yes to a wish. It is written together with what fulfils the wish, and shares its fate: `approving`
 * while that is staged, fulfilled when it is released, open again when it is discarded.
 */
export interface WishApproval {
  /** Id of the application or the sealing request. */
  readonly id: string;
  /** Account id. */
  readonly decidedBy: string;
  readonly decidedAt: Date;
}

export interface SealApplicationStore {
  add(application: SealApplication): Promise<void>;
  find(id: string): Promise<SealApplication | null>;
  /** @returns whether it was in one of the states; of concurrent callers one is told true. */
  decide(decision: Decision<SealApplicationState>): Promise<boolean>;
  /** Newest first. @param filter - absent: all. */
  list(
    filter: { readonly organisations?: readonly string[]; readonly state?: SealApplicationState },
    page: PageRequest,
  ): Promise<Page<SealApplication>>;
}

/** `requested` and `returned` are open; `approving` has its seal signature staged; the others are final. */
export type SealingRequestState = 'requested' | 'approving' | 'returned' | 'sealed' | 'withdrawn';

/** A document that waits for a second person before it is sealed; file and place are encrypted at rest. */
export interface SealingRequest {
  /** ULID. */
  readonly id: string;
  readonly esId: string;
  /** Credit code of the seal's holder. */
  readonly holder: string;
  readonly format: DocumentFormat;
  /** Of the file handed in, lower-case hex. */
  readonly sha256: string;
  readonly size: number;
  /** Where and how, as JSON. */
  readonly place: string;
  readonly state: SealingRequestState;
  /** Account id. */
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly note: string | null;
  /** Seal signature that came of it, or is staged; the id of its act. */
  readonly signatureId: string | null;
}

export interface SealingRequestStore {
  add(request: SealingRequest, file: Uint8Array): Promise<void>;
  find(id: string): Promise<SealingRequest | null>;
  /** The file handed in; null once the request is decided. */
  file(id: string): Promise<Uint8Array | null>;
  /** As {@link SealApplicationStore.decide}; a final state removes the file. */
  decide(decision: Decision<SealingRequestState>): Promise<boolean>;
  list(
    filter: { readonly holders?: readonly string[]; readonly state?: SealingRequestState },
    page: PageRequest,
  ): Promise<Page<SealingRequest>>;
}

/** How a person's signature was given. */
export type SignatureMethod = 'strokes' | 'image' | 'typed';

/** A form that a person signed. */
export interface PersonalSignature {
  /** ULID. */
  readonly id: string;
  readonly accountId: string;
  readonly format: DocumentFormat;
  readonly digests: DigestPair;
  readonly size: number;
  readonly method: SignatureMethod;
  /** SHA-256 of the person's certificate, lower-case hex. */
  readonly keyId: string;
  /** SHA-256 of the signature value, lower-case hex. */
  readonly signatureDigest: string;
  readonly signedAt: Date;
}

export interface PersonalSignatureStore {
  /** @param holderHash - of the person, whose data key then seals the file; null: the service's key does. */
  add(signature: PersonalSignature, file: Uint8Array, holderHash: string | null): Promise<void>;
  find(id: string): Promise<PersonalSignature | null>;
  /** By digest of the signed file. */
  findByDigest(sha256: string): Promise<PersonalSignature | null>;
  /** By digest of the signature value. */
  findByValue(signatureDigest: string): Promise<PersonalSignature | null>;
  /** Null also when its person was erased. */
  file(id: string): Promise<Uint8Array | null>;
  list(accountId: string, page: PageRequest): Promise<Page<PersonalSignature>>;
}

/** One thing a seal sealed. */
export interface Sealing {
  /** Id of the act (ULID). */
  readonly id: string;
  /** When it was recorded as sealed. */
  readonly at: Date;
  readonly kind: 'licence' | 'document';
  /** Licence identifier, or id of the seal signature. */
  readonly identifier: string;
  readonly digests: readonly {
    readonly format: DocumentFormat;
    readonly sha256: string;
    readonly timeStamp: TimeStampState;
  }[];
  /** Account ids; null in rows rebuilt from the ledger. */
  readonly by: string | null;
  readonly approvedBy: string | null;
}

export interface SealingStore {
  /** What a seal sealed, newest first; the cursor is the id of the last one shown. */
  list(esId: string, page: PageRequest): Promise<Page<Sealing>>;
}
