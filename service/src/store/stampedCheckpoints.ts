/** Port: checkpoints of the ledger's log that a time-stamping authority has seen. */

export interface StampedCheckpoint {
  /** Batches in the log. */
  readonly size: number;
  /** Signed note. */
  readonly note: string;
  /** Of the key that signed the note; DER, leaf first. */
  readonly nodeCertificationPath: readonly Uint8Array[];
  /** RFC 3161 token over the note's UTF-8 bytes, DER. */
  readonly token: Uint8Array;
  readonly stampedAt: Date;
}

export interface StampedCheckpointStore {
  /** Of two checkpoints of one size the first stays. */
  add(checkpoint: StampedCheckpoint): Promise<void>;
  /** The smallest one of at least so many batches; null: there is none yet. */
  covering(size: number): Promise<StampedCheckpoint | null>;
  /** Size of the largest one; 0 if there is none. */
  largestSize(): Promise<number>;
}
