/** Port: seals and what they sealed. */
import type {
  DigestPair,
  DocumentDigest,
  DocumentFormat,
  Mandate,
  SignedAct,
} from '@yinxin/chaincode/model';
import type { TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import type { LedgerPlace, Page, PageRequest } from './licences.ts';
import type { WishApproval } from './sealLife.ts';

export type SealState = 'valid' | 'suspended' | 'revoked' | 'superseded';

export interface Seal {
  readonly esId: string;
  /** An organisation; seals of natural persons are not kept here. */
  readonly holder: { readonly creditCode: string; readonly name: string };
  readonly kind: string;
  readonly name: string;
  /** Digests of the .esl file. */
  readonly digests: DigestPair;
  /** Names of the keys that may sign with the seal, one an algorithm, as the key store knows them. */
  readonly signerKeys: readonly string[];
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly state: SealState;
  readonly mandate: Mandate;
  /** Credit code of the seal authority. */
  readonly maker: string;
  readonly createdAt: Date;
  /** Id and place of the newest act. */
  readonly actId: string;
  readonly ledger: LedgerPlace | null;
  /** esId of the seal whose place it took, and of the one that took its own. */
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
}

/** A document that was sealed outside of issuing; its file is encrypted at rest. */
export interface SealSignature {
  /** ULID. */
  readonly id: string;
  readonly esId: string;
  readonly format: DocumentFormat;
  readonly document: DocumentDigest;
  /** Text of the document code; null in a row rebuilt from the ledger. */
  readonly codeText: string | null;
  /** SHA-256 of the signature value, hex. */
  readonly signatureDigest: string;
  readonly sealedAt: Date;
  /** Account id; null in a row rebuilt from the ledger. */
  readonly by: string | null;
  /** Account id of the second person; null: none, or a row rebuilt from the ledger. */
  readonly approvedBy: string | null;
  readonly timeStamp: TimeStampState;
  readonly ledger: LedgerPlace | null;
}

export interface SealChange {
  readonly esId: string;
  readonly actId: string;
  readonly ledger: LedgerPlace;
  readonly state?: SealState;
  readonly mandate?: Mandate;
}

export interface SealStore {
  /**
   * Writes seal, .esl file and stage durably; invisible until released.
   *
   * @param approval - of the application it is made for.
   * @throws ServiceError `SEAL_ALREADY_EXISTS`; `SEAL_APPLICATION_CONFLICT` unless the application waits.
   */
  stage(
    seal: Omit<Seal, 'ledger' | 'actId' | 'state' | 'supersededBy'>,
    file: Uint8Array,
    act: SignedAct,
    approval?: WishApproval,
  ): Promise<void>;
  /** Shows the seal as `valid`; its predecessor (if any) becomes `superseded`. Doing it again changes nothing. */
  release(esId: string, ledger: LedgerPlace): Promise<void>;
  discard(esId: string): Promise<void>;
  /** Applies a recorded act and removes its stage (id = `actId`). @throws ServiceError `SEAL_NOT_FOUND`. */
  change(change: SealChange): Promise<void>;
  find(esId: string): Promise<Seal | null>;
  /** The .esl bytes. */
  file(esId: string): Promise<Uint8Array | null>;
  list(filter: { readonly holders?: readonly string[] }, page: PageRequest): Promise<Page<Seal>>;

  /**
   * Writes sealed document and stage durably; invisible until released.
   *
   * @param file - null: it is not kept, nor completed later.
   * @param approval - of the sealing request it fulfils.
   * @throws ServiceError `SEALING_REQUEST_CONFLICT` unless the request waits.
   */
  stageSignature(
    signature: Omit<SealSignature, 'ledger'>,
    file: Uint8Array | null,
    act: SignedAct,
    approval?: WishApproval,
  ): Promise<void>;
  releaseSignature(id: string, ledger: LedgerPlace): Promise<void>;
  discardSignature(id: string): Promise<void>;
  /** Stages a completed file (time-stamp added) with its `seal.putDocument` act; readers still get the older one. */
  stageDocument(id: string, file: Uint8Array, act: SignedAct): Promise<void>;
  /** Puts the staged file in the older one's place, `stamped`. Doing it again changes nothing. */
  releaseDocument(
    id: string,
    document: DocumentDigest,
    at: { readonly ledger: LedgerPlace; readonly stageId: string },
  ): Promise<void>;
  discardDocument(id: string, stageId: string): Promise<void>;
  findSignature(id: string): Promise<SealSignature | null>;
  /** By digest of the released file, or of the one that was released before it was completed. */
  findSignatureByDigest(sha256: string): Promise<SealSignature | null>;
  /** By digest of the signature value. */
  findSignatureByValue(signatureDigest: string): Promise<SealSignature | null>;
  signatureFile(id: string): Promise<Uint8Array | null>;
  listSignatures(esId: string, page: PageRequest): Promise<Page<SealSignature>>;
}
