import type { Clock } from '../clock.ts';
import type { DueNotice, Store } from '../store/store.ts';
import { noticeDescriber, type DescribeStore } from './describeNotice.ts';
import type { NoticeSender } from './noticeSender.ts';

export interface DeliveryParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'notices'> & DescribeStore;
  readonly sender: NoticeSender;
}

/** How many attempts of a call ended how. */
export interface DeliveryRound {
  readonly delivered: number;
  /** To be tried again. */
  readonly failed: number;
  /** Given up for good. */
  readonly dead: number;
  /** What went wrong last, for the log; null: nothing. */
  readonly failure: unknown;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Waits after the first failure, the second, …; the last one again and again. */
const WAITS_MS = [
  ...[MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS, 24 * HOUR_MS],
];
/** What nobody took for so long is given up: it is no news any more. It stays in the holder's inbox. */
const GIVEN_UP_AFTER_MS = 7 * 24 * HOUR_MS;
/** Longer than all of a lot can take, each at its longest. */
const LEASE_MS = 120_000;
const LOT = 64;
const AT_ONCE = 8;
const MOST_LOTS = 50;

/**
 * Sends what is due. Several processes share the work: each notice is leased to one of them, and to another if that one
 * dies; so it is sent at least once, and the id tells the gateway when it came twice. Order is not kept.
 *
 * @param stopped - ends the round soon; what was under way is left to be sent at once by whoever comes next.
 */
export async function deliverNotices(
  parts: DeliveryParts,
  stopped: AbortSignal,
): Promise<DeliveryRound> {
  const { clock, store } = parts;
  const round: Ended = { delivered: 0, failed: 0, dead: 0, failure: null };
  for (let lots = 0; lots < MOST_LOTS && !stopped.aborted; lots++) {
    const at = clock.now();
    const leaseEnd = new Date(at.getTime() + LEASE_MS);
    const due = await store.notices.claim({ at, leaseEnd, limit: LOT });
    const attempt = attempter(parts, round, stopped);
    for (let start = 0; start < due.length; start += AT_ONCE) {
      await Promise.all(due.slice(start, start + AT_ONCE).map(attempt));
    }
    // a gateway that is down is asked again by the next round, not as fast as it can refuse
    if (due.length < LOT || round.failed + round.dead > 0) break;
  }
  return round;
}

type Ended = { -readonly [K in keyof DeliveryRound]: DeliveryRound[K] };

/** @returns a function that tries one and counts how it ended. */
function attempter(
  { clock, store, sender }: DeliveryParts,
  round: Ended,
  stopped: AbortSignal,
): (notice: DueNotice) => Promise<void> {
  const describe = noticeDescriber(store, 'gateway');
  return async (notice) => {
    try {
      const recipients = await store.notices.recipients(notice.holderHash);
      if (recipients.length === 0) {
        await store.notices.settle(notice, { state: 'inbox' });
        return;
      }
      const { statement, licenceType } = await describe(notice);
      const { id, kind, event, createdAt, subject } = notice;
      stopped.throwIfAborted();
      await sender.send(
        {
          ...{ id, kind, event, recipients, statement, licenceType },
          at: createdAt.toISOString(),
          useId: event === 'use' ? subject : null,
        },
        stopped,
      );
    } catch (error) {
      const next = stopped.aborted ? clock.now() : nextAttempt(notice, clock.now());
      await store.notices.settle(
        notice,
        next === null ? { state: 'dead' } : { state: 'waiting', dueAt: next },
      );
      if (stopped.aborted) return;
      round[next === null ? 'dead' : 'failed'] += 1;
      round.failure = error;
      return;
    }
    await store.notices.settle(notice, { state: 'delivered', at: clock.now() });
    round.delivered += 1;
  };
}

/** @returns null: no more. */
function nextAttempt({ attempts, createdAt }: DueNotice, now: Date): Date | null {
  const wait = WAITS_MS[Math.min(attempts, WAITS_MS.length) - 1] ?? 0;
  const next = new Date(now.getTime() + wait);
  return next.getTime() > createdAt.getTime() + GIVEN_UP_AFTER_MS ? null : next;
}
