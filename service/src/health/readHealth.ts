import type { Ledger, LedgerMode, LedgerOrganisation } from '../ledger/ledger.ts';
import type { Store, StoreSize } from '../store/store.ts';
import { findExpiring, type Expiring, type ExpiryParts } from './expiring.ts';
import type { JobRun } from './jobRegister.ts';
import type { TimeStampingHealth } from './watchTimeStamper.ts';

/** What a process knows of itself. */
export interface Vitals {
  readonly startedAt: Date;
  readonly jobs: () => readonly JobRun[];
  readonly timeStamping: () => TimeStampingHealth;
}

export interface HealthParts extends ExpiryParts {
  readonly store: ExpiryParts['store'] & Pick<Store, 'size'>;
  readonly ledger: Ledger;
  readonly isLedgerUp: () => boolean;
  readonly vitals: Vitals;
  readonly readiness: () => readonly string[];
}

export interface Health {
  readonly ready: boolean;
  /** Codes. */
  readonly reasons: readonly string[];
  readonly startedAt: Date;
  readonly ledger: {
    readonly mode: LedgerMode;
    /** Whether it could record an act when it was last asked. */
    readonly isUp: boolean;
    /** Null: it did not answer. */
    readonly height: number | null;
    /** Of the newest block; null: there is none, or it did not answer. */
    readonly headAt: Date | null;
    /** Own one first; empty: the ledger did not answer. */
    readonly organisations: readonly LedgerOrganisation[];
  };
  readonly store: StoreSize;
  readonly jobs: readonly JobRun[];
  readonly expiring: readonly Expiring[];
  readonly timeStamping: TimeStampingHealth;
}

/** @param days - how far ahead to look for what ends. */
export async function readHealth(parts: HealthParts, days: number): Promise<Health> {
  const reasons = parts.readiness();
  return {
    ready: reasons.length === 0,
    reasons,
    startedAt: parts.vitals.startedAt,
    ledger: {
      ...{ mode: parts.ledger.mode, isUp: parts.isLedgerUp(), ...(await headOf(parts)) },
      organisations: await organisationsOf(parts),
    },
    store: await parts.store.size(),
    jobs: parts.vitals.jobs(),
    expiring: await findExpiring(parts, days),
    timeStamping: parts.vitals.timeStamping(),
  };
}

async function organisationsOf({ ledger }: HealthParts): Promise<readonly LedgerOrganisation[]> {
  try {
    return await ledger.organisations();
  } catch {
    return []; // as below
  }
}

async function headOf({
  ledger,
}: HealthParts): Promise<Pick<Health['ledger'], 'height' | 'headAt'>> {
  try {
    const { height } = await ledger.head();
    const block = height === 0 ? null : await ledger.block(height - 1);
    return { height, headAt: block === null ? null : new Date(block.at) };
  } catch {
    return { height: null, headAt: null }; // the rest is worth knowing all the more
  }
}
