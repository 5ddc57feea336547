/** What of the service's health somebody must see to, the worst first. */
import type { Shapes } from '../api.ts';

export type Health = Shapes['Health'];
type Job = Health['jobs'][number];
type Expiring = Health['expiring'][number];

export type Finding =
  | { readonly kind: 'starting' | 'stopping' | 'notReady'; readonly reasons: string }
  | { readonly kind: 'ledgerDown'; readonly mode: Health['ledger']['mode'] }
  | { readonly kind: 'jobFailing' | 'jobFailed'; readonly job: Job }
  | { readonly kind: 'timeStamping'; readonly error: string | null }
  | { readonly kind: 'expired' | 'expiring'; readonly what: Expiring; readonly days: number };

/** A job that failed once tries again by itself; from here on somebody should look. */
const FAILURES_THAT_MATTER = 3;
const DAY_MS = 86_400_000;
/** What ends later is listed, but calls for nobody at night. */
export const SOON_DAYS = 14;

/** Whether somebody should act now. */
export function isUrgent({ kind }: Finding): boolean {
  return ['notReady', 'stopping', 'ledgerDown', 'jobFailing', 'expired'].includes(kind);
}

/** @param now - in milliseconds. */
export function findingsOf(health: Health, now: number): readonly Finding[] {
  const found: readonly Finding[] = [
    ...readiness(health),
    ...ledger(health),
    ...health.jobs.flatMap(ofJob),
    ...timeStamping(health),
    ...health.expiring.flatMap((what) => ofExpiring(what, now)),
  ];
  return [...found.filter(isUrgent), ...found.filter((finding) => !isUrgent(finding))];
}

/** Whole days from now until an instant; negative: since. */
export function daysUntil(instant: string, now: number): number {
  return Math.floor((Date.parse(instant) - now) / DAY_MS);
}

function readiness({ ready, reasons }: Health): readonly Finding[] {
  if (ready) return [];
  const told = reasons.join(', ');
  if (reasons.includes('stopping')) return [{ kind: 'stopping', reasons: told }];
  const isStarting = reasons.length === 1 && reasons[0] === 'starting';
  return [{ kind: isStarting ? 'starting' : 'notReady', reasons: told }];
}

function ledger({ ledger: { isUp, mode } }: Health): readonly Finding[] {
  return isUp ? [] : [{ kind: 'ledgerDown', mode }];
}

function ofJob(job: Job): readonly Finding[] {
  if (job.lastOutcome !== 'failed') return [];
  const isLasting = job.failuresInRow >= FAILURES_THAT_MATTER;
  return [{ kind: isLasting ? 'jobFailing' : 'jobFailed', job }];
}

function timeStamping({ timeStamping: { lastOutcome, lastError } }: Health): readonly Finding[] {
  return lastOutcome === 'failed' ? [{ kind: 'timeStamping', error: lastError }] : [];
}

function ofExpiring(what: Expiring, now: number): readonly Finding[] {
  const days = daysUntil(what.notAfter, now);
  if (days < 0) return [{ kind: 'expired', what, days }];
  return days <= SOON_DAYS ? [{ kind: 'expiring', what, days }] : [];
}
