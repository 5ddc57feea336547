import { setTimeout as sleep } from 'node:timers/promises';

import { contractOf, parseContractError } from '@yinxin/chaincode/model';
import type { ContractName, SignedAct } from '@yinxin/chaincode/model';

import { ServiceError } from '../errors.ts';
import { keysTouchedBy } from './actKeys.ts';
import type { KeysTouched, TouchedKeys } from './actKeys.ts';
import type { ActRecorder, CommittedOutcome, Ledger } from './ledger.ts';

/** How acts of concurrent callers share transactions. */
export interface GroupCommitOptions {
  /** Transactions in flight at once: 1 on the embedded ledger, 4 on Fabric. */
  readonly slots: number;
  /** Acts a transaction, 1 to 500; 1: no grouping. Default 500. */
  readonly maxActs?: number;
  /** Acts waiting before callers are turned away. Default 20,000. */
  readonly maxWaiting?: number;
  /** Tries of the same acts while their outcome stays unknown. Default 8. */
  readonly maxTries?: number;
  /** Pause before the first such try, doubled for each further one. Default 50. */
  readonly retryDelayMs?: number;
  readonly keysTouched?: KeysTouched;
}

/** Most of a transaction's size comes from the leaf hashes of anchored uses: so many at most. */
const MAX_LEAVES = 40_000;
/** A conflicting act that stands alone is tried so often before its caller hears of it. */
const MAX_CONFLICTS = 10;

interface Waiting {
  readonly act: SignedAct;
  readonly contract: ContractName;
  readonly keys: TouchedKeys;
  readonly resolve: (outcome: CommittedOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Records acts of concurrent callers together.
 *
 * A batch leaves as soon as a slot is free: nobody waits for company, and what arrives meanwhile goes into
 * the next batch. An act that touches a key of a batch in flight waits for that batch, and acts that
 * touch the same key keep their order.
 */
export class GroupCommit implements ActRecorder {
  readonly #ledger: Pick<Ledger, 'submit'>;
  readonly #options: Required<GroupCommitOptions>;
  readonly #inFlight = new Set<readonly Waiting[]>();
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #isClosed = false;
  #onIdle: (() => void) | null = null;

  constructor(ledger: Pick<Ledger, 'submit'>, options: GroupCommitOptions) {
    this.#ledger = ledger;
    this.#options = {
      maxActs: 500,
      maxWaiting: 20_000,
      maxTries: 8,
      retryDelayMs: 50,
      keysTouched: keysTouchedBy(),
      ...options,
    };
  }

  /** @throws ServiceError as {@link Ledger.submit}, and `LEDGER_UNAVAILABLE` when too many acts wait or after close. */
  record(act: SignedAct): Promise<CommittedOutcome> {
    if (this.#isClosed || this.#waiting.length >= this.#options.maxWaiting) {
      const why = this.#isClosed ? 'the ledger is closing' : 'too many acts wait for the ledger';
      return Promise.reject(new ServiceError('LEDGER_UNAVAILABLE', why));
    }
    return new Promise((resolve, reject) => {
      const contract = contractOf(act.act.act);
      this.#waiting.push({ act, contract, keys: this.#options.keysTouched(act), resolve, reject });
      this.#schedule();
    });
  }

  /** Takes no more acts and waits until every act taken has its outcome. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waiting.length === 0 && this.#inFlight.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Lets callers of the same turn of the event loop get in before the batch leaves. */
  #schedule(): void {
    if (this.#isScheduled || this.#inFlight.size >= this.#options.slots) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#inFlight.size < this.#options.slots) {
      const batch = this.#takeBatch();
      if (batch.length === 0) break;
      this.#inFlight.add(batch);
      void this.#commit(batch).then(() => {
        this.#inFlight.delete(batch);
        this.#dispatch();
      });
    }
    if (this.#waiting.length === 0 && this.#inFlight.size === 0) this.#onIdle?.();
  }

  /** Takes the oldest act that need not wait and as many after it as share its contract and fit in. */
  #takeBatch(): readonly Waiting[] {
    const blocked = new KeyLocks();
    for (const { keys } of [...this.#inFlight].flat()) blocked.add(keys);
    const batch: Waiting[] = [];
    const passedOver: Waiting[] = [];
    let leaves = 0;
    let seen = 0;
    for (const waiting of this.#waiting) {
      if (batch.length === this.#options.maxActs) break;
      seen += 1;
      const more = leaves + leavesOf(waiting.act);
      const isCompany =
        batch[0] === undefined || (batch[0].contract === waiting.contract && more <= MAX_LEAVES);
      if (isCompany && !blocked.isTouchedBy(waiting.keys)) {
        batch.push(waiting);
        leaves = more;
      } else {
        blocked.add(waiting.keys); // later acts on the same keys must not overtake it
        passedOver.push(waiting);
      }
    }
    this.#waiting = [...passedOver, ...this.#waiting.slice(seen)];
    return batch;
  }

  /** Never rejects: every caller of the batch gets an outcome or an error. */
  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.#submit(batch);
      batch.forEach((waiting, place) => {
        const outcome = outcomes[place];
        if (outcome?.id === waiting.act.act.id) waiting.resolve(outcome);
        else
          waiting.reject(new ServiceError('LEDGER_CORRUPT', 'the ledger answered for another act'));
      });
    } catch (error) {
      await this.#isolate(batch, error);
    }
  }

  /** Submits the same acts until their outcome is known; a conflict of a single act is tried again too. */
  async #submit(batch: readonly Waiting[]): Promise<readonly CommittedOutcome[]> {
    const [first] = batch;
    if (first === undefined) return [];
    const acts = batch.map((waiting) => waiting.act);
    const limits = {
      LEDGER_CONFLICT: batch.length === 1 ? MAX_CONFLICTS : 2,
      LEDGER_OUTCOME_UNKNOWN: this.#options.maxTries,
    };
    const tries = { LEDGER_CONFLICT: 0, LEDGER_OUTCOME_UNKNOWN: 0 };
    for (;;) {
      try {
        return await this.#ledger.submit(first.contract, acts);
      } catch (error) {
        const code = retryableCode(error, tries.LEDGER_OUTCOME_UNKNOWN > 0);
        if (code === null) throw error;
        tries[code] += 1;
        if (tries[code] >= limits[code])
          throw code === 'LEDGER_CONFLICT' ? error : unknownOutcome(error);
        if (code === 'LEDGER_OUTCOME_UNKNOWN')
          await sleep(this.#options.retryDelayMs * 2 ** (tries[code] - 1));
      }
    }
  }

  /** Halves a batch that was voided as a whole, so that the act at fault stands alone; else tells everybody. */
  async #isolate(batch: readonly Waiting[], error: unknown): Promise<void> {
    const isVoid =
      error instanceof ServiceError &&
      (error.code === 'LEDGER_CONFLICT' || error.code === 'ACT_REFUSED');
    if (!isVoid || batch.length === 1) {
      batch.forEach((waiting) => {
        const refusal = refusalOf(waiting.act, error);
        if (refusal === null) waiting.reject(error);
        else waiting.resolve(refusal);
      });
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await this.#commit(batch.slice(0, middle)); // one after the other: acts on the same key keep their order
    await this.#commit(batch.slice(middle));
  }
}

/** Keys held by others: a written key excludes everybody, a read one excludes writers. */
class KeyLocks {
  readonly #written = new Set<string>();
  readonly #read = new Set<string>();

  add(keys: TouchedKeys): void {
    for (const key of keys.writes) this.#written.add(key);
    for (const key of keys.reads) this.#read.add(key);
  }

  isTouchedBy(keys: TouchedKeys): boolean {
    return (
      keys.reads.some((key) => this.#written.has(key)) ||
      keys.writes.some((key) => this.#written.has(key) || this.#read.has(key))
    );
  }
}

/** @param isUnknown - an earlier try may have been recorded: then "not reached" leaves it unknown still. */
function retryableCode(
  error: unknown,
  isUnknown: boolean,
): 'LEDGER_CONFLICT' | 'LEDGER_OUTCOME_UNKNOWN' | null {
  if (!(error instanceof ServiceError)) return null;
  if (isUnknown && error.code === 'LEDGER_UNAVAILABLE') return 'LEDGER_OUTCOME_UNKNOWN';
  return error.code === 'LEDGER_CONFLICT' || error.code === 'LEDGER_OUTCOME_UNKNOWN'
    ? error.code
    : null;
}

/** What the contract refuses whole because of this one act is refused for good: an outcome like any other. */
function refusalOf({ act }: SignedAct, error: unknown): CommittedOutcome | null {
  if (!(error instanceof ServiceError) || error.code !== 'ACT_REFUSED') return null;
  const refusal = parseContractError(error.message);
  return refusal === null ? null : { id: act.id, outcome: 'refused', ...refusal, block: null };
}

function unknownOutcome(cause: unknown): ServiceError {
  return new ServiceError(
    'LEDGER_OUTCOME_UNKNOWN',
    'the ledger has not said whether the act is recorded',
    { cause },
  );
}

function leavesOf({ act }: SignedAct): number {
  return 'leaves' in act.body ? act.body.leaves.length : 0;
}
