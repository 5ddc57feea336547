import type { Clock } from '../../clock.ts';
import type { Signer } from '../../keys/signer.ts';
import type { Ledger } from '../ledger.ts';
import type { FabricTransport } from './transport.ts';

/** How a ledger on Fabric is opened. */
export interface FabricLedgerOptions {
  /** Closed with the ledger. */
  readonly transport: FabricTransport;
  /** Chaincode name on the channel. Default `yinxin`. */
  readonly chaincode?: string;
  /** SQLite file of the index, made when missing; it can be deleted at any time: blocks make it anew. */
  readonly indexFile: string;
  /** The node key: signs checkpoints. */
  readonly signer: Signer;
  /** Origin line of checkpoints: a URL without scheme. */
  readonly origin: string;
  readonly clock: Clock;
}

/** What an operator wants to know of a ledger on Fabric. */
export interface FabricStatus {
  /** Number of blocks the index covers. */
  readonly indexed: number;
  /** Number of blocks of the own organisation's peer when last heard; null: never. */
  readonly peerHeight: number | null;
  /** How long ago the own peer was known to be level with the ledger. */
  readonly ageSeconds: number;
}

export interface FabricLedger extends Ledger {
  status(): FabricStatus;
}

/**
 * Opens the ledger on a Fabric network. It opens while the network is out of reach, too: calls then throw
 * `LEDGER_UNAVAILABLE` until it comes.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE` while another process has the index open, `LEDGER_CORRUPT` if the index belongs
 * to another channel, `KEY_UNFIT` if the signer is not an ES256 node key.
 */
export declare function openFabricLedger(options: FabricLedgerOptions): Promise<FabricLedger>;
