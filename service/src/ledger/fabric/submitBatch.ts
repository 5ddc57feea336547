import { setTimeout as sleep } from 'node:timers/promises';

import { encodeBatch } from '@yinxin/chaincode/model';
import type { ActOutcome, ContractName, SignedAct } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import { toServiceError, validationFault } from './fabricFault.ts';
import { batchesOf, outcomesOf, parseTransaction } from './fabricTransaction.ts';
import { hasDiverged, heightsOf } from './organisationHeights.ts';
import { retryPassing } from './retryPassing.ts';
import type {
  CommitStatus,
  EndorsedTransaction,
  FabricCall,
  FabricTransport,
} from './transport.ts';

/** How long a batch may take, milliseconds. */
export interface SubmitLimits {
  /** Endorsing again after a passing failure. Default 3 s: a restarted peer is known again within one. */
  readonly endorseRetryMs: number;
  /**
   * Sending the same signed transaction again while its outcome is unknown; then one last question. Default 20 s, with the
   * deadlines of the gateway client at most 38 s.
   */
  readonly outcomeMs: number;
  /** Pause before it is sent again, doubled for each further time up to 2 s. Default 100. */
  readonly pauseMs: number;
}

/** What became of a batch. */
export interface SubmittedBatch {
  readonly txId: string;
  /** One an act, in order. */
  readonly outcomes: readonly ActOutcome[];
  /** Block of this transaction; null: nothing was written, so nothing was ordered. */
  readonly block: number | null;
  /** Roots of the batches this transaction recorded: outcomes with another root were recorded before. */
  readonly roots: readonly string[];
}

const DEFAULT_LIMITS: SubmitLimits = { endorseRetryMs: 3_000, outcomeMs: 20_000, pauseMs: 100 };
const MAX_PAUSE_MS = 2_000;
const VALID = 0; // peer.TxValidationCode
const DUPLICATE_TXID = 9;

/**
 * Submits one batch to one contract and waits until a block of the own organisation's peer holds it.
 *
 * Every organisation of the profile is asked at once to endorse; after a failure, as many as the policy wants. What writes
 * nothing (all refused, or recorded before) is not ordered: they have given the same answer. From then on *the same*
 * signed transaction is sent until its outcome is known, since an orderer may lose what it acknowledged, and a second
 * proposal could be recorded beside the first.
 *
 * @throws ServiceError as `Ledger.submit` says; `ACT_REFUSED` where the contract takes the batch not at all,
 * `LEDGER_DIVERGED` (nothing written) where organisations keep answering differently.
 */
export async function submitBatch(
  transport: FabricTransport,
  contract: ContractName,
  acts: readonly SignedAct[],
  limits: Partial<SubmitLimits> = {},
): Promise<SubmittedBatch> {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const call = { function: `${contract}:record`, args: [encodeBatch(acts)] };
  const endorsed = await endorse(transport, call, all.endorseRetryMs);
  const { txId } = endorsed;
  const { outcomes, roots, isEmpty } = readAnswer(endorsed);
  if (isEmpty) return { txId, outcomes, block: null, roots };
  const { code, block } = await order(endorsed, all);
  if (code !== VALID) throw validationFault(code);
  return { txId, outcomes, block, roots };
}

/** How long {@link probe} waits. */
const PROBE_MS = 5_000;
const NOWHERE = '[{"attributes":["probe"],"objectType":"batch"}]';

/**
 * Asks every organisation to endorse a cheap query; nothing is ordered. That is what makes the ledger ready: a single peer
 * that answers does not.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE`, also after 5 seconds without an answer; others as {@link submitBatch}.
 */
export async function probe(transport: FabricTransport): Promise<void> {
  const call = { function: 'usage:read', args: [NOWHERE] };
  const clock = new AbortController();
  const late = sleep(PROBE_MS, null, { signal: clock.signal }).then(
    () => {
      throw new ServiceError('LEDGER_UNAVAILABLE', 'the ledger did not answer in time');
    },
    () => undefined, // answered in time
  );
  try {
    await Promise.race([transport.endorse(call, transport.organisations), late]);
  } catch (error) {
    throw toServiceError(error);
  } finally {
    clock.abort();
  }
}

/** Endorsing changes nothing, so each try is a new proposal. */
async function endorse(
  transport: FabricTransport,
  call: FabricCall,
  retryMs: number,
): Promise<EndorsedTransaction> {
  let before: readonly number[] | null = null;
  // all at once takes the time of one; by the policy the gateway asks its own peer first and the others after it
  let organisations: readonly string[] | undefined = transport.organisations;
  try {
    return await retryPassing(
      () => transport.endorse(call, organisations),
      retryMs,
      async (failure) => {
        organisations = undefined;
        if (toServiceError(failure).code === 'LEDGER_DIVERGED')
          before ??= await heightsOf(transport);
      },
    );
  } catch (failure) {
    const fault = toServiceError(failure);
    if (fault.code !== 'LEDGER_DIVERGED' || (await hasDiverged(transport, before))) throw fault;
    throw new ServiceError('LEDGER_UNAVAILABLE', 'an organisation is blocks behind', {
      cause: fault,
    });
  }
}

function readAnswer(
  endorsed: EndorsedTransaction,
): Readonly<{ outcomes: readonly ActOutcome[]; roots: readonly string[]; isEmpty: boolean }> {
  try {
    const transaction = parseTransaction(endorsed.envelope);
    if (transaction?.txId !== endorsed.txId) throw new SyntaxError('it is another transaction');
    return {
      outcomes: outcomesOf(transaction),
      roots: batchesOf(transaction).map(({ record }) => record.root),
      isEmpty: transaction.writes.length === 0,
    };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ServiceError('LEDGER_CORRUPT', 'the endorsed transaction is malformed', { cause });
  }
}

/**
 * Sends one signed transaction until its outcome is known.
 * @throws ServiceError `LEDGER_OUTCOME_UNKNOWN`, or `LEDGER_UNAVAILABLE` if the very first sending was turned down.
 */
async function order(
  transaction: EndorsedTransaction,
  { outcomeMs, pauseMs }: SubmitLimits,
): Promise<CommitStatus> {
  const begun = performance.now();
  for (let times = 0; ; times += 1) {
    const pause = Math.min(pauseMs * 2 ** times, MAX_PAUSE_MS);
    try {
      await transaction.submit();
      return await committed(transaction);
    } catch (failure) {
      const fault = toServiceError(failure);
      if (fault.code !== 'LEDGER_OUTCOME_UNKNOWN' && times === 0) throw fault;
      if (performance.now() - begun + pause > outcomeMs)
        return await lastAnswer(transaction, fault);
    }
    await sleep(pause);
  }
}

/** A copy sent again counts for nothing; the ledger's index knows the first. */
async function committed(transaction: EndorsedTransaction): Promise<CommitStatus> {
  const status = await transaction.commitStatus();
  return status.code === DUPLICATE_TXID ? transaction.commitStatus() : status;
}

/** Orderers may be away while a peer has the block long since. */
async function lastAnswer(
  transaction: EndorsedTransaction,
  fault: ServiceError,
): Promise<CommitStatus> {
  try {
    return await committed(transaction);
  } catch {
    throw new ServiceError(
      'LEDGER_OUTCOME_UNKNOWN',
      'the ledger has not said whether the transaction is recorded',
      { cause: fault }, // of the two failures the one that ended the trying
    );
  }
}
