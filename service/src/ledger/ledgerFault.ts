/** What can be wrong with a stored ledger. */
export const LEDGER_FAULT_CODES = [
  'FILE_DAMAGED',
  'BLOCK_MISSING',
  'BLOCK_MALFORMED',
  'CHAIN_BROKEN',
  'BLOCK_SIGNATURE_INVALID',
  'ENDORSEMENT_INVALID',
  'NODE_CERTIFICATE_UNTRUSTED',
  'DATA_HASH_MISMATCH',
  'BATCH_ROOT_MISMATCH',
  'ACT_SIGNATURE_INVALID',
  'EXECUTION_DIFFERS',
  'STATE_MISMATCH',
  'LOG_MISMATCH',
  'CHECKPOINT_MISMATCH',
] as const;
export type LedgerFaultCode = (typeof LEDGER_FAULT_CODES)[number];

/** One fault; `block` null: it concerns no single block. The detail names identifiers only. */
export interface LedgerFault {
  readonly code: LedgerFaultCode;
  readonly block: number | null;
  readonly detail: string;
}

/** What the check of a whole ledger found. */
export interface LedgerVerification {
  readonly height: number;
  readonly headHash: string;
  /** Recorded batches. */
  readonly batches: number;
  /** Root hash of the log, recomputed, lower-case hex. */
  readonly logRoot: string;
  readonly faults: readonly LedgerFault[];
}

export function fault(code: LedgerFaultCode, block: number | null, detail: string): LedgerFault {
  return { code, block, detail };
}
