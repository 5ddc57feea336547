/** Port: licences from draft to release, their files, and stages (prepared acts whose outcome is not yet known). */
import type { DocumentDigest, DocumentFormat, SignedAct } from '@yinxin/chaincode/model';
import type { TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import type { Page, PageRequest } from './page.ts';
import type { Holder } from './people.ts';
import type { RecallCause } from './recalls.ts';

export type { Page, PageRequest } from './page.ts';

/** States that readers see; `staged` ones are invisible. */
export type LicenceState =
  | 'drafted'
  | 'returned'
  | 'issued'
  | 'suspended'
  | 'withdrawn'
  | 'cancelled'
  | 'lapsed'
  | 'transferred'
  | 'revoked'
  | 'superseded';

/** How a version comes into being; each is an act of the ledger. */
export const LICENCE_OPERATIONS = ['issue', 'change', 'renew', 'transferIn'] as const;
export type LicenceOperation = (typeof LICENCE_OPERATIONS)[number];

/** Where an act stands on the ledger: batch root (hex), index in the batch, number of the block. */
export interface LedgerPlace {
  readonly root: string;
  readonly position: number;
  readonly block: number;
}

/** Place of a licence in the status lists: list number and index in it (below 2¹⁷). */
export interface StatusPlace {
  readonly list: number;
  readonly index: number;
}

/** A file of a licence. */
export interface IssuedDocument extends DocumentDigest {
  /** Absent: `none`, or nobody knows (a row rebuilt from the ledger). */
  readonly timeStamp?: TimeStampState;
}

/** What is known of a licence without its personal data; cheap to read. */
export interface LicenceFacts {
  readonly identifier: string;
  /** Type, issuer and serial: the identifier without version and check character. */
  readonly base: string;
  readonly typeCode: string;
  /** Version of the licence type it was drafted with. */
  readonly typeVersion: number;
  /** Credit code. */
  readonly issuer: string;
  readonly holderHash: string | null;
  readonly state: LicenceState;
  /** From 1. */
  readonly version: number;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
  /** Account ids. */
  readonly makerId: string | null;
  readonly approverId: string | null;
  readonly createdAt: Date;
  readonly issuedAt: Date | null;
  readonly documents: readonly IssuedDocument[];
  /** SHA-256 of the canonical content without the code, hex; null before issue. */
  readonly contentDigest: string | null;
  readonly status: StatusPlace | null;
  /** The newest act on this licence; null before issue. */
  readonly ledger: LedgerPlace | null;
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
}

export type LicenceFields = Readonly<Record<string, unknown>>;

/** A licence with its personal data. `holder`, `fields` and `note` are null once the holder was erased (or after a rebuild). */
export interface Licence extends LicenceFacts {
  readonly holder: Holder | null;
  readonly fields: LicenceFields | null;
  /** Why it was returned. */
  readonly note: string | null;
  /** Null where only the ledger was there to make the row from. */
  readonly operation: LicenceOperation | null;
}

/** What issuing made beside files and facts; encrypted at rest under the holder's data key. */
export interface IssuedParts {
  /** Text of the document code. */
  readonly codeText: string;
  /** SD-JWT with all disclosures. */
  readonly credential: string;
  /** Salt of the holder commitment on the ledger, 16 bytes, lower-case hex. */
  readonly holderSalt: string;
}

export interface NewDraft {
  readonly identifier: string;
  readonly base: string;
  readonly typeCode: string;
  readonly typeVersion: number;
  readonly issuer: string;
  readonly version: number;
  readonly holder: Holder;
  readonly fields: LicenceFields;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
  readonly makerId: string;
  readonly createdAt: Date;
  readonly operation: LicenceOperation;
  /** Identifier of the version that this one changes or renews, or of the licence it takes over; null: a first issue. */
  readonly supersedes: string | null;
}

export interface IssuedFile {
  readonly format: DocumentFormat;
  readonly bytes: Uint8Array;
}

/** A complete licence, ready for its act. */
export interface StagedIssue extends NewDraft {
  /** Set: approves the draft with this identifier, whose content must be as given here. Null: the identifier is new. */
  readonly approverId: string | null;
  readonly documents: readonly IssuedDocument[];
  /** One for each of `documents`. */
  readonly files: readonly IssuedFile[];
  readonly contentDigest: string;
  readonly status: StatusPlace;
  readonly parts: IssuedParts;
  /** The signed `licence.issue` (or change, renew) act; its id is the stage's id. */
  readonly act: SignedAct;
}

/** A prepared act of which the outcome may be unknown. `id` is the act's id. */
export interface Stage {
  readonly id: string;
  /** Licence identifier, esId or id of the seal signature, by the act's name. */
  readonly subject: string;
  readonly act: SignedAct;
  readonly stagedAt: Date;
}

export interface LicenceFilter {
  /** Any of these holders. */
  readonly holderHashes?: readonly string[];
  readonly typeCode?: string;
  readonly state?: LicenceState;
  /** No drafts. */
  readonly isIssued?: true;
  /** Any of these states. */
  readonly states?: readonly LicenceState[];
  /** Any of these issuers. */
  readonly issuers?: readonly string[];
  /** Account id: drafted by them. */
  readonly makerId?: string;
  /** Account id: drafted by somebody else. */
  readonly otherMakerThan?: string;
}

/** A change of state that the ledger recorded. */
export interface StateChange {
  readonly identifier: string;
  readonly state: LicenceState;
  readonly ledger: LedgerPlace;
  /** Stage to remove in the same transaction. */
  readonly stageId?: string;
}

export interface LicenceStore {
  /**
   * @throws ServiceError `LICENCE_ALREADY_EXISTS` when the identifier (or base and version) is taken, also by a staged
   * licence or a draft.
   */
  addDraft(draft: NewDraft): Promise<void>;
  /**
   * Replaces a draft's content and sets it `drafted` (a returned one goes back to its approver).
   *
   * @throws ServiceError `LICENCE_NOT_FOUND`; `LICENCE_STATE_CONFLICT` when it is no longer drafted or returned.
   */
  changeDraft(
    identifier: string,
    change: Pick<
      NewDraft,
      'holder' | 'fields' | 'validFrom' | 'validUntil' | 'makerId' | 'typeVersion'
    >,
  ): Promise<void>;
  /** @throws ServiceError as {@link LicenceStore.changeDraft}. */
  removeDraft(identifier: string): Promise<void>;
  /** Sets a drafted licence `returned`. @throws ServiceError as {@link LicenceStore.changeDraft}. */
  returnDraft(
    identifier: string,
    by: { readonly approverId: string; readonly note: string },
  ): Promise<void>;

  /**
   * Writes licence, files and stage durably; concurrent callers share one commit. Readers see nothing new: a fresh
   * licence stays invisible, an approved draft still reads as `drafted`.
   *
   * @throws ServiceError `LICENCE_ALREADY_EXISTS` (identifier or base and version taken); `LICENCE_STATE_CONFLICT` when
   * it approves a draft that is not `drafted` or was changed meanwhile, or its predecessor is no longer in a state from which
   * `operation` leads on.
   */
  stageIssue(issue: StagedIssue): Promise<void>;
  /**
   * Shows a staged licence: `issued`, its predecessor (if any) `superseded`, stage removed, in one commit shared by
   * concurrent callers. Doing it again changes nothing.
   *
   * @throws ServiceError `LICENCE_NOT_FOUND`.
   */
  releaseIssue(
    identifier: string,
    at: { readonly ledger: LedgerPlace; readonly issuedAt: Date },
  ): Promise<void>;
  /** Removes a refused issue with its files; an approved draft becomes `drafted` again. Doing it again changes nothing. */
  discardIssue(identifier: string): Promise<void>;

  /** Sets state and newest ledger place after a recorded act. @throws ServiceError `LICENCE_NOT_FOUND`. */
  changeState(change: StateChange): Promise<void>;
  /** Stages a completed file (time-stamp added) with its `licence.putDocument` act; readers still get the older one. */
  stageDocument(identifier: string, file: IssuedFile, act: SignedAct): Promise<void>;
  /** Puts the staged file in the older one's place, `stamped`. Doing it again changes nothing. */
  releaseDocument(
    identifier: string,
    document: DocumentDigest,
    at: { readonly ledger: LedgerPlace; readonly stageId: string },
  ): Promise<void>;
  discardDocument(identifier: string, format: DocumentFormat, stageId: string): Promise<void>;

  /** Null for unknown and staged ones. No personal data is decrypted. */
  facts(identifier: string): Promise<LicenceFacts | null>;
  /** Keyed hash of the holder; null for unknown and staged ones, and once the holder is erased. */
  holderHash(identifier: string): Promise<string | null>;
  /** All visible versions, newest first. */
  factsByBase(base: string): Promise<readonly LicenceFacts[]>;
  find(identifier: string): Promise<Licence | null>;
  list(filter: LicenceFilter, page: PageRequest): Promise<Page<Licence>>;
  /** Null when not yet issued, unknown, or the holder was erased. */
  parts(identifier: string): Promise<IssuedParts | null>;
  /** The file's bytes as released; null when there is none, not released, or the holder was erased. */
  file(identifier: string, format: DocumentFormat): Promise<Uint8Array | null>;
  /** How many visible licences are in each state, of one type or of all. */
  countByState(typeCode?: string): Promise<Readonly<Partial<Record<LicenceState, number>>>>;
}

/** Stages of all kinds. A stage belongs to the process that made it until that process is gone. */
export interface StageStore {
  /** Stages an act that needs no rows of its own (suspend, revoke, setMandate, …). */
  add(stage: {
    readonly subject: string;
    readonly act: SignedAct;
    /** To be sent once the act is recorded. */
    readonly recall?: RecallCause;
  }): Promise<void>;
  /** Whether an act (by its id) is staged here. */
  has(id: string): Promise<boolean>;
  /** Removes a stage whose act was refused or needs nothing further, with its recall. Doing it again changes nothing. */
  remove(id: string): Promise<void>;
  /** Makes this process the owner of all stages whose owner is gone, and returns them, oldest first. */
  takeOver(): Promise<readonly Stage[]>;
  /** This process's stages older than `before`: their callers got no certain outcome; try their acts again. Oldest first. */
  overdue(before: Date): Promise<readonly Stage[]>;
}

/** Hands out places in the status lists and reads lists back. */
export interface StatusStore {
  /** A place never handed out before, also after a crash; random within its list. */
  allocate(): Promise<StatusPlace>;
  /** Licences of a list that were released and are no longer `issued`, in no order. */
  exceptions(list: number): Promise<
    readonly {
      readonly index: number;
      readonly identifier: string;
      readonly state: LicenceState;
    }[]
  >;
  /** Numbers of the lists that have a licence, ascending. */
  lists(): Promise<readonly number[]>;
}
