/** What raises an alarm: a table of rules, each a pure function over counted facts. */
import { shanghaiDate } from '../civilTime.ts';
import type { Text } from '../language.ts';
import type { AlarmFacts } from '../store/alarmFacts.ts';
import { isWorkingDay, type WorkCalendar } from '../cases/workingDays.ts';

export const SEVERITIES = ['high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SUBJECT_KINDS = [
  'clerk',
  'window',
  'person',
  'certificate',
  'trust-anchor',
  'seal',
  'objection',
  'usage-record',
  'ledger',
] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** Which list of the API shows what an alarm rests on, and by which of its parameters. */
export interface Evidence {
  readonly list:
    | 'usage-records'
    | 'administration'
    | 'certificates'
    | 'trust-list'
    | 'seals'
    | 'objections'
    | 'recall-notices';
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a rule found. */
export interface Finding {
  readonly severity: Severity;
  readonly at: Date;
  readonly subject: { readonly kind: SubjectKind; readonly id: string };
  readonly count: number;
  /** From which count on the rule speaks. */
  readonly threshold: number;
  readonly evidence: Evidence;
  /** @param name - of the subject, for people. */
  readonly statement: (name: string) => Text;
}

/** Everything that rules may look at. */
export interface Facts extends AlarmFacts {
  readonly now: Date;
  readonly calendar: WorkCalendar;
  readonly certificates: readonly {
    readonly fingerprint: string;
    readonly subject: string;
    readonly notAfter: Date;
  }[];
  readonly anchors: readonly {
    readonly fingerprint: string;
    readonly name: string;
    readonly notAfter: Date;
  }[];
  /** Batches that the store names and the ledger does not have. */
  readonly lostRoots: readonly string[];
  /** Checks by function whose legal basis stands in no other, and how many were looked at. */
  readonly rareBases: readonly { readonly use: string; readonly at: Date }[];
  readonly functionChecks: number;
  /** From how many wrong codes on an account is locked. */
  readonly codeLock: { readonly burst: number; readonly burstMs: number; readonly day: number };
}

export interface AlarmRule {
  readonly name: string;
  readonly find: (facts: Facts) => readonly Finding[];
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Thresholds of the rules; each answer names the one it rests on. */
export const THRESHOLDS = {
  /** Of wrong codes: so many before a lock. */
  beforeLock: 1,
  /** Times the median of clerks on that day, and at least so many holders among at least so many clerks. */
  ...{ timesMedian: 5, holders: 10, clerks: 3 },
  /** Uses of a clerk on a day outside of working time, which is from 8 until 18 h. */
  ...{ outsideHours: 5, opens: 8, closes: 18 },
  /** Checks by function that must be there before a basis counts as rare. */
  functionChecks: 5,
  /** Refused uses of a window, and their share of all in percent. */
  ...{ refused: 10, refusedPercent: 20 },
  pendingMinutes: 10,
  /** Days before what ends. */
  ...{ endingDays: 30, urgentDays: 7 },
  /** Days before an objection must be answered. */
  objectionDays: 3,
  /** Days after which a recall notice should have been acknowledged. */
  recallDays: 3,
  /** Changes of rights by one person within an hour. */
  rightsChanges: 5,
} as const;

/** The days that contain a moment, as a filter of usage records takes them. */
export function onDay(day: string): { readonly from: string; readonly to: string } {
  return { from: day, to: day };
}

export function dayOf(at: Date): string {
  return shanghaiDate(at);
}

/** Whether an hour of a day is outside of working time. */
export function isOutside(day: string, hour: number, calendar: WorkCalendar): boolean {
  const number = Date.parse(`${day}T00:00:00Z`) / DAY_MS;
  const isOpen = hour >= THRESHOLDS.opens && hour < THRESHOLDS.closes;
  return !isOpen || !isWorkingDay(number, calendar);
}

/** Of no numbers 0. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
