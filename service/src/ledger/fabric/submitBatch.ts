import type { ActOutcome, ContractName, SignedAct } from '@yinxin/chaincode/model';

import type { FabricTransport } from './transport.ts';

/** How long a batch may take, milliseconds. */
export interface SubmitLimits {
  /** Endorsing again after a passing failure. */
  readonly endorseRetryMs: number;
  /** Sending the same signed transaction again while its outcome is unknown. */
  readonly outcomeMs: number;
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

/**
 * Submits one batch to one contract and waits until a block of the own organisation's peer holds it.
 * @throws ServiceError as `Ledger.submit` says.
 */
export declare function submitBatch(
  transport: FabricTransport,
  contract: ContractName,
  acts: readonly SignedAct[],
  limits?: Partial<SubmitLimits>,
): Promise<SubmittedBatch>;

/**
 * Asks every organisation to endorse a cheap query; nothing is ordered. That is what makes the ledger ready.
 * @throws ServiceError `LEDGER_UNAVAILABLE` and others of {@link submitBatch}.
 */
export declare function probe(transport: FabricTransport): Promise<void>;
