/** The store port: the index of the ledger plus what must never be on a ledger. One repository a subject. */
import type { AlarmFactStore } from './alarmFacts.ts';
import type { ErasureStore } from './erasures.ts';
import type { GrantStore } from './grants.ts';
import type { CaseStore } from './cases.ts';
import type { HolderMaterialStore } from './holderMaterials.ts';
import type { AdministrationStore } from './administration.ts';
import type { FigureStore } from './figures.ts';
import type { ImportStore } from './imports.ts';
import type { LicenceTypeStore, MatterStore } from './catalogue.ts';
import type {
  LedgerPlace,
  LicenceFacts,
  LicenceStore,
  StageStore,
  StatusStore,
} from './licences.ts';
import type {
  AccountStore,
  HolderStore,
  IdempotencyStore,
  OrganisationStore,
  SessionStore,
  WindowStore,
} from './people.ts';
import type {
  PersonalSignatureStore,
  SealApplicationStore,
  SealingRequestStore,
  SealingStore,
} from './sealLife.ts';
import type { NoticeStore } from './notices.ts';
import type { ObjectionStore } from './objections.ts';
import type { ReceiptStore } from './receipts.ts';
import type { PresentationStore } from './presentations.ts';
import type { RecallStore } from './recalls.ts';
import type { RelianceStore } from './reliance.ts';
import type { RevocationStore } from './revocations.ts';
import type { Seal, SealStore } from './seals.ts';
import type { SystemStore } from './systems.ts';
import type { TrustProposalStore } from './trustProposals.ts';
import type { StampedCheckpointStore } from './stampedCheckpoints.ts';
import type { TimeStampStore } from './timeStamps.ts';
import type { UsageStore } from './usageRecords.ts';
import type { WaiverStore } from './waivers.ts';

export type {
  AdministeredKind,
  AdministeredState,
  AdministrationEntry,
  AdministrationFilter,
  AdministrationStore,
  AdministrativeAction,
  AdministrativeChange,
  ChangeOrder,
} from './administration.ts';
export type { LicenceType, LicenceTypeStore, Matter, MatterStore } from './catalogue.ts';
export type {
  Case,
  CaseChannel,
  CaseEvent,
  CaseFilter,
  CaseMaterialDemand,
  CaseMatter,
  CaseOutcome,
  CaseRating,
  CaseState,
  CaseStep,
  CaseStore,
  CaseSubmission,
  CaseVisibility,
  MaterialRequest,
  MaterialRequestState,
  SubCase,
  Suspension,
} from './cases.ts';
export type { HolderMaterial, HolderMaterialStore, MaterialFormat } from './holderMaterials.ts';
export type { Grant, GrantKind, GrantScope, GrantStore, NamedGrant } from './grants.ts';
export type {
  Import,
  ImportCells,
  ImportFaultKind,
  ImportRow,
  ImportRowFilter,
  ImportRowFault,
  ImportRowOutcome,
  ImportState,
  ImportStore,
} from './imports.ts';
export type {
  IssuedDocument,
  IssuedFile,
  IssuedParts,
  LedgerPlace,
  Licence,
  LicenceFacts,
  LicenceFields,
  LicenceFilter,
  LicenceOperation,
  LicenceState,
  LicenceStore,
  NewDraft,
  Page,
  PageRequest,
  Stage,
  StagedIssue,
  StageStore,
  StateChange,
  StatusPlace,
  StatusStore,
} from './licences.ts';
export type {
  Account,
  AccountFilter,
  AccountStore,
  HeldRole,
  Holder,
  HolderCode,
  HolderStore,
  IdempotencyAnswer,
  IdempotencyClaim,
  IdempotencyStore,
  Organisation,
  OrganisationLevel,
  OrganisationStore,
  PersonRole,
  Session,
  SessionStore,
  Window,
  WindowStore,
} from './people.ts';
export type {
  PersonalSignature,
  PersonalSignatureStore,
  SealApplication,
  SealApplicationState,
  SealApplicationStore,
  Sealing,
  SealingRequest,
  SealingRequestState,
  SealingRequestStore,
  SealingStore,
  SignatureMethod,
  WishApproval,
} from './sealLife.ts';
export type { Erasure, ErasureState, ErasureStore, RetentionReason } from './erasures.ts';
export type {
  DeliveryOutcome,
  DueNotice,
  Notice,
  NoticeCounts,
  NoticeEvent,
  NoticeKind,
  NoticePreferences,
  NoticeStore,
} from './notices.ts';
export type {
  Objection,
  ObjectionAnswer,
  ObjectionFilter,
  ObjectionState,
  ObjectionStore,
} from './objections.ts';
export type {
  NewReceiptRow,
  Receipt,
  ReceiptEvidence,
  ReceiptFilter,
  ReceiptLicence,
  ReceiptState,
  ReceiptStore,
  StoredReceipt,
} from './receipts.ts';
export type {
  AnswerRows,
  Guess,
  NewPresentation,
  Presentation,
  PresentationStore,
  PresentedLicence,
  RedemptionPlace,
  RedemptionRefusal,
  SpokenLimits,
  WindowCode,
} from './presentations.ts';
export type {
  PendingRecall,
  PreparedNotice,
  RecallCause,
  RecallFilter,
  RecallNotice,
  RecallStore,
} from './recalls.ts';
export type { PublishedCrl, RevocationStore, RevokedCertificate } from './revocations.ts';
export type { Seal, SealChange, SealSignature, SealState, SealStore } from './seals.ts';
export type {
  ProposedTrustAct,
  TrustProposal,
  TrustProposalState,
  TrustProposalStore,
} from './trustProposals.ts';
export type { ClientScope, ClientTerms, SystemClient, SystemStore } from './systems.ts';
export type { StampedCheckpoint, StampedCheckpointStore } from './stampedCheckpoints.ts';
export type { PendingTimeStamp, TimeStampStore } from './timeStamps.ts';
export type {
  StoredUsage,
  UsageAnchor,
  UsageFilter,
  UsageKind,
  UsageOutcome,
  UsageRecord,
  UsageStore,
} from './usageRecords.ts';

export type { HeldLicence, TypeCount, WaiverStore } from './waivers.ts';

/** Notes of the service about itself (`demo.completed`, `catalogue.version`, …). */
export interface MetaStore {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
}

/** Writes index rows read from the ledger, without personal data; rows that exist keep theirs. */
export interface RebuildStore {
  /** @param sealing - the seal that sealed it, and by which act. */
  putLicence(
    licence: LicenceFacts,
    sealing?: { readonly esId: string; readonly actId: string },
  ): Promise<void>;
  /** @param file - the .esl bytes when they are still at hand; null keeps what is there. */
  putSeal(seal: Omit<Seal, 'supersededBy'>, file: Uint8Array | null): Promise<void>;
  putSealSignature(signature: {
    readonly id: string;
    readonly esId: string;
    readonly format: 'ofd' | 'pdf';
    readonly document: LicenceFacts['documents'][number];
    readonly signatureDigest: string;
    readonly sealedAt: Date;
    /** Of the document before it was completed; absent: it is as sealed. */
    readonly earlierSha256?: string;
    readonly ledger: LedgerPlace;
  }): Promise<void>;
  /** New status places are handed out only in lists after this one. */
  continueStatusListsAfter(list: number): Promise<void>;
}

/** How much room the store takes up on disk. */
export interface StoreSize {
  readonly kind: 'sqlite';
  readonly bytes: number;
}

/**
 * Everything the service keeps beside the ledger. Every method may throw ServiceError `STORE_UNAVAILABLE`
 * when the database cannot be reached or is full; a write that resolved is durable.
 */
export interface Store {
  readonly organisations: OrganisationStore;
  readonly accounts: AccountStore;
  readonly administration: AdministrationStore;
  readonly windows: WindowStore;
  readonly sessions: SessionStore;
  readonly idempotency: IdempotencyStore;
  readonly holders: HolderStore;
  readonly licenceTypes: LicenceTypeStore;
  readonly matters: MatterStore;
  readonly waivers: WaiverStore;
  readonly licences: LicenceStore;
  readonly stages: StageStore;
  readonly status: StatusStore;
  readonly seals: SealStore;
  readonly sealApplications: SealApplicationStore;
  readonly sealingRequests: SealingRequestStore;
  readonly sealings: SealingStore;
  readonly personalSignatures: PersonalSignatureStore;
  readonly revocations: RevocationStore;
  readonly usage: UsageStore;
  readonly figures: FigureStore & AlarmFactStore;
  readonly reliance: RelianceStore;
  readonly receipts: ReceiptStore;
  readonly grants: GrantStore;
  readonly presentations: PresentationStore;
  readonly cases: CaseStore;
  readonly holderMaterials: HolderMaterialStore;
  readonly systems: SystemStore;
  readonly imports: ImportStore;
  readonly trustProposals: TrustProposalStore;
  readonly timeStamps: TimeStampStore;
  readonly stampedCheckpoints: StampedCheckpointStore;
  readonly objections: ObjectionStore;
  readonly notices: NoticeStore;
  readonly recalls: RecallStore;
  readonly erasures: ErasureStore;
  readonly meta: MetaStore;
  readonly rebuild: RebuildStore;
  /** How much room it takes up. @throws ServiceError `STORE_UNAVAILABLE`. */
  size(): Promise<StoreSize>;
  /** Resolves when a trivial read works. @throws ServiceError `STORE_UNAVAILABLE`. */
  ping(): Promise<void>;
  /** Writes what is queued, gives up this process's ownership of stages, and closes. */
  close(): Promise<void>;
}
