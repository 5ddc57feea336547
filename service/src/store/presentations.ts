/** Port: presentations (亮证) and the codes by which they are found. Codes themselves are never stored. */
import type { NewReceiptRow } from './receipts.ts';
import type { UsageRecord } from './usageRecords.ts';

/** One licence that is shown. */
export interface PresentedLicence {
  readonly identifier: string;
  readonly typeCode: string;
  /** Exactly these fields; null: those that the matter needs. */
  readonly fields: readonly string[] | null;
  /** Id of the grant by which somebody else shows it; null: its holder does. */
  readonly grant: string | null;
}

export interface Presentation {
  /** ULID of `createdAt`. */
  readonly id: string;
  /** Null once the holder was erased. */
  readonly holderHash: string | null;
  /** Account id of whoever shows. */
  readonly makerId: string;
  readonly licences: readonly PresentedLicence[];
  /** Where it can be redeemed; null: at any window, and by its QR code only. */
  readonly window: string | null;
  /** For what; null: for any matter. */
  readonly matter: string | null;
  readonly createdAt: Date;
  /** First instant at which it is no longer good. */
  readonly expiresAt: Date;
  readonly hasSpokenCode: boolean;
  readonly withdrawnAt: Date | null;
  readonly redeemed: {
    readonly at: Date;
    /** Account id. */
    readonly by: string;
    readonly window: string;
    readonly receiptId: string;
  } | null;
}

export interface NewPresentation extends Pick<
  Presentation,
  'id' | 'makerId' | 'licences' | 'window' | 'matter' | 'createdAt' | 'expiresAt'
> {
  readonly holderHash: string;
  /** Keyed hash of the 16 bytes behind the QR code. */
  readonly codeHash: string;
  /** Keyed hashes of spoken codes, any of which will do; the first that is free is taken. */
  readonly spokenHashes: readonly string[];
}

/** Why a code opens nothing: for the trail, never for whoever tried. */
export const REDEMPTION_REFUSALS = [
  'CODE_UNKNOWN',
  'CODE_EXPIRED',
  'CODE_USED',
  'CODE_WITHDRAWN',
  'OTHER_WINDOW',
  'OTHER_MATTER',
  'WINDOW_NOT_CONFIRMED',
  'GRANT_NOT_IN_FORCE',
  'PRESENTER_DISABLED',
  'CLERK_NOT_AT_WINDOW',
  'SPOKEN_CODE_LOCKED',
] as const;
export type RedemptionRefusal = (typeof REDEMPTION_REFUSALS)[number];

/** By whom and for what a code is redeemed. */
export interface RedemptionPlace {
  /** Account id. */
  readonly by: string;
  /** Code of the clerk's window. */
  readonly window: string;
  readonly matter: string;
  readonly isSpoken: boolean;
}

/** How often an account may be wrong with spoken codes. */
export interface SpokenLimits {
  /** Wrong codes within `burstMs` after which the account is locked for `burstLockMs`. */
  readonly burst: number;
  readonly burstMs: number;
  readonly burstLockMs: number;
  /** Wrong codes within any `dayMs`. */
  readonly day: number;
  readonly dayMs: number;
}

/** What a spoken code led to. */
export type Guess =
  | { readonly outcome: 'found'; readonly presentation: Presentation }
  /** Counted. `presentation`: the one that the code belongs to, if it belongs to any. */
  | {
      readonly outcome: 'missed';
      readonly presentation: Presentation | null;
      readonly refusal: RedemptionRefusal;
    }
  /** Not looked up, not counted. */
  | { readonly outcome: 'locked'; readonly until: Date };

/** What goes out with the answer, durable before it does. */
export interface AnswerRows {
  readonly uses: readonly UsageRecord[];
  readonly receipt: NewReceiptRow;
}

/** A code that a window shows, so that holders know who asks. */
export interface WindowCode {
  /** Keyed hash. */
  readonly codeHash: string;
  readonly window: string;
  readonly matter: string;
  /** Encrypted at rest. */
  readonly purpose: string;
  /** Account id. */
  readonly makerId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface PresentationStore {
  /**
   * Adds a presentation, with a spoken code if its window has fewer than `maxSpoken` live ones.
   *
   * @returns index of the spoken hash that was taken; null: none.
   */
  add(presentation: NewPresentation, maxSpoken: number): Promise<number | null>;
  find(id: string): Promise<Presentation | null>;
  /** By the hash of the code behind the QR. */
  findByCode(codeHash: string): Promise<Presentation | null>;
  /**
   * Binds a live one without window to a window, in one write; its spoken code dies where that window has `maxSpoken`
   * live ones.
   *
   * @returns false: it is not live, or bound to another window.
   */
  bind(id: string, window: string, maxSpoken: number): Promise<boolean>;
  /** @returns false: it is no longer live. */
  withdraw(id: string): Promise<boolean>;
  /** Counts and looks up a spoken code in one write, so that guesses at once cannot pass the limits. */
  guess(spokenHash: string, place: RedemptionPlace, limits: SpokenLimits): Promise<Guess>;
  /**
   * Claims a presentation if it can be redeemed at the instant of the write, by somebody who is still a clerk at the window,
   * and writes what goes with the answer, in one commit.
   *
   * @returns null: claimed and durable; else why not, and nothing was written.
   */
  redeem(id: string, place: RedemptionPlace, rows: AnswerRows): Promise<RedemptionRefusal | null>;
  /** {@link PresentationStore.redeem} where there is no presentation. @returns false: who asks is no clerk there any more. */
  keepAnswer(place: Pick<RedemptionPlace, 'by' | 'window'>, rows: AnswerRows): Promise<boolean>;
  addWindowCode(code: WindowCode): Promise<void>;
  /** Null for unknown and expired ones. */
  findWindowCode(codeHash: string): Promise<WindowCode | null>;
}

/** Why a presentation cannot be redeemed by what it says itself; null: it can. Times are the service's alone. */
export function refusalOf(
  presentation: Presentation,
  place: Pick<RedemptionPlace, 'window' | 'matter' | 'isSpoken'>,
  at: Date,
): RedemptionRefusal | null {
  const { redeemed, withdrawnAt, expiresAt, window, matter } = presentation;
  if (redeemed !== null) return 'CODE_USED';
  if (withdrawnAt !== null) return 'CODE_WITHDRAWN';
  if (at >= expiresAt) return 'CODE_EXPIRED';
  if (window === null && place.isSpoken) return 'WINDOW_NOT_CONFIRMED';
  if (window !== null && window !== place.window) return 'OTHER_WINDOW';
  return matter !== null && matter !== place.matter ? 'OTHER_MATTER' : null;
}

/**
 * Until when an account is locked by its wrong codes; null: it is not.
 *
 * @param failures - instants of wrong codes, oldest first.
 */
export function lockedUntil(
  failures: readonly Date[],
  limits: SpokenLimits,
  at: Date,
): Date | null {
  const times = failures.map((one) => one.getTime());
  const ends = times.flatMap((time, index) => {
    const isBurst = time - (times[index - limits.burst + 1] ?? -Infinity) < limits.burstMs;
    const dayEnd = (times[index - limits.day + 1] ?? -Infinity) + limits.dayMs;
    return [isBurst ? time + limits.burstLockMs : -Infinity, dayEnd];
  });
  const until = Math.max(-Infinity, ...ends);
  return until > at.getTime() ? new Date(until) : null;
}
