import type { EndorsedRead } from '../ledger.ts';
import type { FabricTransport } from './transport.ts';

/**
 * Has recorded batches read, and the answer signed, by a peer of every organisation of the channel; nothing is ordered.
 *
 * @param roots - 1 to `MAX_ENDORSED_BATCHES`.
 * @throws ServiceError `PROOF_NOT_READY` while a batch is not on every peer; `LEDGER_UNAVAILABLE`.
 */
export declare function endorseBatches(
  transport: FabricTransport,
  roots: readonly string[],
): Promise<EndorsedRead>;
