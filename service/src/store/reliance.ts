/** Port: who relied on a licence, in numbers. */

/** Which uses are counted. */
export interface RelianceQuery {
  readonly identifier: string;
  /** Whose it is; null: nobody is known any more, and no case is found. */
  readonly holderHash: string | null;
  /** Uses since then, inclusive. */
  readonly since: Date;
}

/** Uses that were answered, with a licence that passed. */
export interface Reliance {
  readonly uses: number;
  /** Windows, and organisations whose windows or systems relied on it. */
  readonly windows: number;
  readonly organisations: number;
  readonly systems: number;
  readonly lastUsedAt: Date | null;
  /** Cases with a receipt that was made since then. */
  readonly cases: number;
  /** Cases under way with a receipt of any time that shows it. */
  readonly openCases: number;
}

export interface RelianceStore {
  count(query: RelianceQuery): Promise<Reliance>;
}
