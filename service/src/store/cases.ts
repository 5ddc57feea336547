/** Port: cases (办件), what happened to them, and what was handed in for them. */
import type { Page, PageRequest } from './licences.ts';
import type { Holder } from './people.ts';

/** How far the handling of one matter in a case is. */
export const CASE_STATES = [
  'opened',
  /** Opened, but something required is still to come. */
  'materialsPending',
  'accepted',
  'inReview',
  /** Waits for a supplement (补正): the time does not run. */
  'suspended',
  'decided',
  'closed',
  'withdrawn',
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** How it ended; `declined`: not accepted (不予受理). */
export const CASE_OUTCOMES = ['approved', 'refused', 'declined'] as const;
export type CaseOutcome = (typeof CASE_OUTCOMES)[number];

export const CASE_CHANNELS = ['window', 'online', 'kiosk'] as const;
export type CaseChannel = (typeof CASE_CHANNELS)[number];

/** A matter as it was when the case was opened. */
export interface CaseMatter {
  readonly code: string;
  readonly version: number;
  readonly name: string;
}

/** A time in which the clock stood still; `until` null: it still does. */
export interface Suspension {
  readonly from: Date;
  readonly until: Date | null;
}

/** One matter of a case, handled by its department side by side with the others. */
export interface SubCase {
  readonly matter: CaseMatter;
  /** Credit code of the department in charge; null: the counter decides itself. */
  readonly department: string | null;
  readonly state: CaseState;
  readonly outcome: CaseOutcome | null;
  /** While suspended: the state in which it goes on. */
  readonly resumesAs: CaseState | null;
  /** Working days; null: no such term. */
  readonly promisedDays: number | null;
  readonly statutoryDays: number | null;
  readonly acceptedAt: Date | null;
  /** When it was decided, declined or withdrawn: the clock stops. */
  readonly endedAt: Date | null;
  readonly suspensions: readonly Suspension[];
}

/** A material of a case as it was asked for when the case was opened: what several matters ask for is asked once. */
export interface CaseMaterialDemand {
  readonly code: string;
  readonly name: string;
  readonly required: boolean;
  readonly source: 'applicant' | 'sharedData' | 'onlineCheck' | 'earlierInCase';
  /** Any one of them waives it. */
  readonly standIns: readonly { readonly typeCode: string; readonly fields: readonly string[] }[];
  /** Codes of the matters that ask for it; the bundle's own among them. */
  readonly askedBy: readonly string[];
}

export interface Case {
  /** ULID. */
  readonly id: string;
  /** What the public page knows it by: 16 characters, as {@link CaseStore.findByQueryHash} hashes them. */
  readonly queryCode: string;
  /** The bundle (一件事一次办) by which it was opened; null: matters were asked for one by one. */
  readonly bundle: CaseMatter | null;
  /** At least one. */
  readonly subCases: readonly SubCase[];
  readonly materials: readonly CaseMaterialDemand[];
  /** Credit code of the organisation whose counter has the case. */
  readonly organisation: string;
  readonly window: string | null;
  /** Account id of the clerk who opened it; null: the holder did, or who acts for them. */
  readonly clerkId: string | null;
  readonly channel: CaseChannel;
  /** Null after the holder's erasure. */
  readonly holderHash: string | null;
  /** Null after erasure. `code` is empty where the case was opened in the holder's own session without naming it. */
  readonly holder: Holder | null;
  /** Who came for the holder. */
  readonly representedBy: Holder | null;
  /** Grant by which {@link representedBy} acts for the holder. */
  readonly grantId: string | null;
  readonly openedBy: string;
  readonly openedAt: Date;
}

/** Something that happened to one matter of a case. */
export interface CaseEvent {
  /** ULID. */
  readonly id: string;
  readonly matter: string;
  readonly action: string;
  /** Null: it was opened. */
  readonly from: CaseState | null;
  readonly to: CaseState;
  readonly outcome: CaseOutcome | null;
  readonly at: Date;
  /** Account id. */
  readonly actorId: string;
  /** Null also after the holder's erasure. */
  readonly reason: string | null;
}

/** A step of one matter: only taken if it is still in the state `from`. */
export interface CaseStep {
  readonly event: CaseEvent & { readonly from: CaseState };
  readonly resumesAs: CaseState | null;
  readonly acceptedAt: Date | null;
  readonly endedAt: Date | null;
  readonly suspensions: readonly Suspension[];
}

/** Something handed in: a file of the holder's space, or a form that somebody signed. */
export interface CaseSubmission {
  /** ULID. */
  readonly id: string;
  readonly materialCode: string;
  readonly kind: 'file' | 'signedForm';
  /** Id of the holder's material, or of the personal signature. */
  readonly documentId: string;
  /** Account id; with {@link requestId}: of the holder who confirmed. */
  readonly submittedBy: string;
  /** The clerk's proposal that the holder confirmed. */
  readonly requestId: string | null;
  readonly at: Date;
}

export type MaterialRequestState = 'proposed' | 'confirmed' | 'declined';

/** A clerk's proposal to take an earlier material again; nothing of it is seen before the holder confirms. */
export interface MaterialRequest {
  /** ULID. */
  readonly id: string;
  readonly caseId: string;
  readonly materialCode: string;
  readonly materialId: string;
  readonly state: MaterialRequestState;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

export interface CaseRating {
  /** 1 (very dissatisfied) to 5 (very satisfied). */
  readonly level: number;
  /** Empty after the holder's erasure. */
  readonly reasons: readonly string[];
  readonly note: string | null;
  readonly at: Date;
}

/** Whose cases a list holds: any of what is named; `isEverything` shows all. */
export interface CaseVisibility {
  /** Credit codes of organisations whose counters have the case. */
  readonly organisations: readonly string[];
  /** Credit codes of departments in charge. */
  readonly departments: readonly string[];
  readonly holderHash: string | null;
  /** Ids of grants by which somebody acts for the holder. */
  readonly grants: readonly string[];
  readonly isEverything: boolean;
}

export interface CaseFilter {
  /** Of at least one of its matters that can be seen. */
  readonly state?: CaseState;
  /** Code of a matter, or of the bundle it was opened by. */
  readonly matter?: string;
}

export interface CaseStore {
  /** @param events - one a matter. */
  add(opened: Case, events: readonly CaseEvent[]): Promise<void>;
  find(id: string): Promise<Case | null>;
  /** @param queryHash - keyed hash of the query code. */
  findByQueryHash(queryHash: string): Promise<Case | null>;
  list(visible: CaseVisibility, filter: CaseFilter, page: PageRequest): Promise<Page<Case>>;
  /** All or none. @throws ServiceError `CASE_STATE_CONFLICT` when one of the matters is no longer in its state. */
  step(caseId: string, steps: readonly CaseStep[]): Promise<void>;
  /** Oldest first. */
  events(caseId: string): Promise<readonly CaseEvent[]>;
  submit(caseId: string, submission: CaseSubmission): Promise<void>;
  /** Oldest first. */
  submissions(caseId: string): Promise<readonly CaseSubmission[]>;
  /** Signed forms handed in for the holder's cases under one of the codes, newest first, at most 50. */
  earlierForms(
    holderHash: string,
    materialCodes: readonly string[],
  ): Promise<readonly CaseSubmission[]>;
  addRequest(request: MaterialRequest): Promise<void>;
  findRequest(id: string): Promise<MaterialRequest | null>;
  /** Newest first. */
  requests(caseId: string): Promise<readonly MaterialRequest[]>;
  /**
   * Decides a proposal; the submission it leads to is written with it.
   *
   * @param submission - null: the holder declines.
   * @throws ServiceError `MATERIAL_REQUEST_CONFLICT` when it was decided before.
   */
  decideRequest(
    request: Pick<MaterialRequest, 'id' | 'caseId'>,
    decision: Readonly<{ by: string; at: Date; submission: CaseSubmission | null }>,
  ): Promise<void>;
  /** @throws ServiceError `CASE_ALREADY_RATED`. */
  rate(caseId: string, rating: CaseRating, by: string): Promise<void>;
  rating(caseId: string): Promise<CaseRating | null>;
}
