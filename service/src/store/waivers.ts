/** Port: what the computation of waivers reads of licences. No personal data comes out of it. */
import type { LicenceState } from './licences.ts';

/** A licence of a holder: the newest version, drafts excepted. */
export interface HeldLicence {
  readonly identifier: string;
  readonly typeCode: string;
  readonly state: LicenceState;
  readonly validFrom: Date;
  readonly validUntil: Date | null;
}

/** How many licences of a type are in force, and how many holders they have. */
export interface TypeCount {
  readonly typeCode: string;
  readonly licences: number;
  readonly holders: number;
}

export interface WaiverStore {
  /**
   * Licences of one holder, of these types, those that are good the longest first; at most 500.
   *
   * @param typeCodes - others are passed over.
   */
  licencesOf(holderHash: string, typeCodes: readonly string[]): Promise<readonly HeldLicence[]>;
  /**
   * Counts what is in force at a moment, type by type. What was counted before, by this process or another, is
   * counted again only where licences were issued or ended since, or a period began or ended.
   *
   * @returns types with at least one licence in force, by code, and how many types were counted again.
   */
  countTypes(
    at: Date,
  ): Promise<{ readonly types: readonly TypeCount[]; readonly recounted: number }>;
  /** How many cases were opened since, by code of matter. */
  casesByMatter(since: Date): Promise<ReadonlyMap<string, number>>;
}
