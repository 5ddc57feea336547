/** Port: what rules for alarms look at, counted. Holders are counted, never named. */
import type { FigureDays } from './figures.ts';
import type { UsageOutcome } from './usageRecords.ts';

export interface AlarmQuestion extends FigureDays {
  /** What ends, or is due, before these is told. */
  readonly endsBefore: Date;
  readonly dueBefore: Date;
}

/** Uses of one clerk at one window within one hour of a day in Asia/Shanghai. */
export interface HourlyUses {
  readonly day: string;
  /** 0 to 23. */
  readonly hour: number;
  /** Account id. */
  readonly clerk: string;
  readonly window: string | null;
  readonly outcome: UsageOutcome;
  readonly uses: number;
}

export interface AlarmFacts {
  readonly uses: readonly HourlyUses[];
  /** Of how many holders a clerk at a window saw something on a day. */
  readonly holders: readonly {
    readonly day: string;
    readonly clerk: string;
    readonly holders: number;
  }[];
  /** Wrong spoken codes of the last day. */
  readonly wrongCodes: readonly {
    readonly clerk: string;
    readonly window: string | null;
    readonly at: Date;
  }[];
  /** Null: everything is anchored. */
  readonly pending: { readonly oldest: Date; readonly uses: number } | null;
  readonly seals: readonly {
    readonly esId: string;
    readonly name: string;
    readonly validUntil: Date;
  }[];
  readonly objections: readonly { readonly id: string; readonly dueAt: Date }[];
  /** Recall notices that nobody acknowledged, by window. */
  readonly recalls: readonly {
    readonly window: string;
    readonly oldest: Date;
    readonly notices: number;
  }[];
  /** People disabled and given other roles. */
  readonly rights: readonly {
    readonly actor: string;
    readonly action: string;
    readonly at: Date;
  }[];
  /** Some of the newest batches that the store says are on the ledger. */
  readonly roots: readonly string[];
}

export interface AlarmFactStore {
  /** Counts on a thread of its own. @throws ServiceError `STORE_UNAVAILABLE`. */
  alarmFacts(question: AlarmQuestion): Promise<AlarmFacts>;
}
