/** A service on a Fabric network, with a second one beside it, whose callers are watched while things break. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { SignedAct } from '@yinxin/chaincode/model';
import { ServiceError } from '../../service/src/errors.ts';
import type { ActRecorder, CommittedOutcome, Ledger } from '../../service/src/ledger/ledger.ts';
import { identifierOf, issueAct, type LedgerCity } from './ledgerCity.ts';
import { newSerial } from './ledgerUnderTest.ts';

/** What one caller saw. */
export interface Attempt {
  readonly act: SignedAct;
  /** `recorded`, a refusal's code, or the code of an error. */
  readonly seen: string;
  readonly waitedMs: number;
  /** Null after an error. */
  readonly outcome: CommittedOutcome | null;
}

const WELL_WITHIN_MS = 60_000;
const PAUSE_MS = 50;

/** Records an act and tells what its caller saw. */
export async function attempt(recorder: ActRecorder, act: SignedAct): Promise<Attempt> {
  const begun = performance.now();
  const seenAfter = (seen: string, outcome: CommittedOutcome | null): Attempt => ({
    act,
    seen,
    outcome,
    waitedMs: performance.now() - begun,
  });
  try {
    const outcome = await recorder.record(act);
    return seenAfter(outcome.outcome === 'refused' ? outcome.code : 'recorded', outcome);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return seenAfter(error.code, null);
  }
}

/** Callers that issue licence after licence, all at once. */
export interface Load {
  /** Lets every caller finish what it began. */
  end(): Promise<readonly Attempt[]>;
}

export function startLoad(recorder: ActRecorder, city: LedgerCity, callers: number): Load {
  const attempts: Attempt[] = [];
  let isOver = false;
  const call = async (): Promise<void> => {
    while (!isOver) {
      const made = await attempt(recorder, await issueAct(city, newSerial()));
      attempts.push(made);
      if (made.outcome === null) await sleep(PAUSE_MS); // as a caller who was told to come back
    }
  };
  const running = Array.from({ length: callers }, call);
  return {
    async end() {
      isOver = true;
      await Promise.all(running);
      return attempts;
    },
  };
}

/**
 * Sends every act again until it is recorded, as recovery does, and looks that nothing was lost and nothing was done twice:
 * what was reported stands where it was reported, and every licence was issued once.
 *
 * @returns ms until the first act was recorded.
 */
export async function settle(
  parts: Readonly<{ recorder: ActRecorder; ledger: Ledger }>,
  attempts: readonly Attempt[],
): Promise<number> {
  const begun = performance.now();
  let firstMs = Infinity;
  const outcomes = await Promise.all(
    attempts.map(async ({ act }) => {
      const outcome = await recordAtLast(parts.recorder, act);
      firstMs = Math.min(firstMs, performance.now() - begun);
      return outcome;
    }),
  );
  expect(outcomes.filter(({ outcome }) => outcome !== 'recorded')).toEqual([]);
  const reported = attempts.flatMap(({ outcome }) => outcome ?? []);
  expect(reported).toEqual(
    outcomes.filter((_, place) => attempts[place]?.outcome !== null), // first place and block, not others
  );
  const issued = await issuesOf(parts.ledger);
  const ids = attempts
    .filter(({ act }) => act.act.act === 'licence.issue')
    .map(({ act }) => act.act.id);
  expect(ids.filter((id) => issued.get(id) !== 1)).toEqual([]);
  return firstMs;
}

/** Different outcomes, each once: `LEDGER_UNAVAILABLE, recorded`. */
export function summaryOf(attempts: readonly Attempt[]): string {
  return [...new Set(attempts.map(({ seen }) => seen))].sort().join(', ');
}

/** The longest a caller waited. */
export function longestOf(attempts: readonly Attempt[]): number {
  return Math.max(0, ...attempts.map(({ waitedMs }) => waitedMs));
}

/** A final act on a licence. */
export function endAct(
  city: LedgerCity,
  name: 'licence.revoke' | 'licence.cancel',
  serial: string,
): Promise<SignedAct> {
  const identifier = identifierOf(city, serial);
  return city.sign(city.issuer, name, { identifier, reason: 'other', effectiveFrom: null });
}

/** How often each act of issuing is in the ledger's blocks, by its id. */
async function issuesOf(ledger: Ledger): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const { act } of ledger.replay(0)) {
    if (act.act.act === 'licence.issue') counts.set(act.act.id, (counts.get(act.act.id) ?? 0) + 1);
  }
  return counts;
}

async function recordAtLast(recorder: ActRecorder, act: SignedAct): Promise<CommittedOutcome> {
  const until = performance.now() + WELL_WITHIN_MS;
  for (;;) {
    try {
      return await recorder.record(act);
    } catch (error) {
      if (!(error instanceof ServiceError) || performance.now() > until) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
