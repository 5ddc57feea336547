/** Deadlines of one call, milliseconds. */
export interface Deadlines {
  readonly evaluateMs: number;
  /** Above the 30 s after which a peer itself gives up on its chaincode. */
  readonly endorseMs: number;
  readonly submitMs: number;
  readonly commitStatusMs: number;
}

export const DEFAULT_DEADLINES: Deadlines = {
  evaluateMs: 10_000,
  endorseMs: 35_000,
  submitMs: 10_000,
  commitStatusMs: 30_000,
};
