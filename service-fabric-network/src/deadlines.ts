/** Deadlines of one call, milliseconds: those of the gateway client. */
export interface Deadlines {
  readonly evaluateMs: number;
  readonly endorseMs: number;
  /** For each orderer that is tried. */
  readonly submitMs: number;
  /** An orderer that lost the transaction is noticed then; who submits must be left time to send it again. */
  readonly commitStatusMs: number;
}

export const DEFAULT_DEADLINES: Deadlines = {
  evaluateMs: 5_000,
  endorseMs: 15_000,
  submitMs: 10_000,
  commitStatusMs: 8_000,
};
