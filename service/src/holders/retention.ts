/** Which personal data must be kept, and until when: pure. */
import type { LicenceState, RetentionReason } from '../store/store.ts';

/** A licence of the holder, as far as its end matters. */
export interface HeldLicence {
  readonly identifier: string;
  readonly state: LicenceState;
  readonly validUntil: Date | null;
  /** When its state of today began; null: the ledger does not say. */
  readonly since: Date | null;
}

/** What stands against an erasure. */
export interface Held {
  readonly licences: readonly HeldLicence[];
  /** Ids of what is not finished. */
  readonly openCases: readonly string[];
  readonly openObjections: readonly string[];
}

/** Nothing was ever in force of these, or a later version tells. */
const WITHOUT_END: readonly LicenceState[] = ['drafted', 'returned', 'superseded'];

/**
 * Why a holder's personal data cannot be erased yet. A licence in force must be kept, one that ended for so many years;
 * what is not finished must be finished first.
 *
 * @param years - whole years after the end of a licence.
 * @returns empty: nothing stands against it.
 */
export function retentionReasons(
  { licences, openCases, openObjections }: Held,
  { at, years }: Readonly<{ at: Date; years: number }>,
): readonly RetentionReason[] {
  return [
    ...licences.flatMap((licence) => ofLicence(licence, at, years)),
    ...openCases.map((subject) => ({ code: 'CASE_OPEN', subject, until: null }) as const),
    ...openObjections.map((subject) => ({ code: 'OBJECTION_OPEN', subject, until: null }) as const),
  ];
}

function ofLicence(licence: HeldLicence, at: Date, years: number): readonly RetentionReason[] {
  const { identifier: subject, state } = licence;
  if (WITHOUT_END.includes(state)) return [];
  const end = endOf(licence, at);
  if (end === null) return [{ code: 'LICENCE_IN_FORCE', subject, until: null }];
  const until = new Date(end);
  until.setUTCFullYear(until.getUTCFullYear() + years);
  if (until <= at) return [];
  return [{ code: 'RETENTION_PERIOD', subject, until: until.toISOString() }];
}

/** When a licence ended; null: it has not. A suspended one has not: it can come back. */
function endOf({ state, validUntil, since }: HeldLicence, at: Date): Date | null {
  if (validUntil !== null && validUntil < at) return validUntil;
  if (state === 'issued' || state === 'suspended') return null;
  return since;
}
