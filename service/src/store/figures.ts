/** Port: what is counted for figures and alarms. Nothing in it says who a holder is. */
import type { Indication } from '../report.ts';
import type { Suspension } from './cases.ts';
import type { UsageKind, UsageOutcome } from './usageRecords.ts';

/** Whole days of Asia/Shanghai. */
export interface FigureDays {
  /** Names of the days, `yyyy-mm-dd`, in order, and the instants at which they begin. */
  readonly days: readonly { readonly day: string; readonly start: Date }[];
  /** First instant after the last day. */
  readonly until: Date;
  /** What is open, overdue, in force is so at this moment. */
  readonly now: Date;
}

/** Uses of one kind, outcome and verdict on one day. */
export interface CountedUses {
  readonly day: string;
  readonly kind: UsageKind;
  readonly outcome: UsageOutcome;
  readonly indication: Indication | null;
  readonly uses: number;
}

/** Matters of cases that were decided alike: accepted and decided on the same days, under the same terms. */
export interface CountedDecisions {
  /** Days, `yyyy-mm-dd`. */
  readonly acceptedOn: string;
  readonly decidedOn: string;
  readonly promisedDays: number | null;
  readonly statutoryDays: number | null;
  readonly suspensions: readonly Suspension[];
  readonly matters: number;
}

export interface CountedFigures {
  readonly licences: readonly {
    readonly typeCode: string;
    readonly state: string;
    readonly licences: number;
  }[];
  readonly issued: readonly { readonly day: string; readonly licences: number }[];
  /** By the state to which an act brought them last. */
  readonly ended: readonly {
    readonly day: string;
    readonly state: string;
    readonly licences: number;
  }[];
  readonly uses: readonly CountedUses[];
  readonly refusals: readonly { readonly reason: string | null; readonly uses: number }[];
  readonly receipts: readonly {
    readonly day: string;
    readonly receipts: number;
    /** Licences in them that were found valid. */
    readonly licences: number;
  }[];
  /** Matters of cases by their present state, whenever they were opened. */
  readonly cases: readonly { readonly state: string; readonly matters: number }[];
  readonly decisions: readonly CountedDecisions[];
  readonly ratings: readonly { readonly level: number; readonly ratings: number }[];
  readonly objections: {
    readonly open: number;
    readonly overdue: number;
    /** Of those raised in the days asked for. */
    readonly upheld: number;
    readonly rejected: number;
    readonly withdrawn: number;
  };
  readonly seals: {
    readonly inForce: number;
    readonly byState: readonly { readonly state: string; readonly seals: number }[];
  };
  readonly signatures: readonly { readonly day: string; readonly signatures: number }[];
}

export interface FigureStore {
  /** Counts on a thread of its own. @throws ServiceError `STORE_UNAVAILABLE`. */
  count(days: FigureDays): Promise<CountedFigures>;
}
