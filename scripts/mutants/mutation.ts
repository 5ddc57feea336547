/** One mistake: a change of the source, and the tests that notice it. */
export interface Mutation {
  readonly name: string;
  /** Below the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly search: string;
  readonly replace: string;
  /** Test files, below `test/`, of which at least one must fail. */
  readonly tests: readonly string[];
}
