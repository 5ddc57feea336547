import { ServiceError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Knows whether the ledger could record an act when it was last asked. */
export interface LedgerWatch {
  readonly isUp: () => boolean;
  /** Asks once; says so in the log when the answer is another than before. */
  readonly look: () => Promise<void>;
}

/** @param log - told of each change; identifiers only. */
export function watchLedger(
  ledger: Pick<Ledger, 'health'>,
  log: { warn(facts: Readonly<Record<string, unknown>>, message: string): void },
): LedgerWatch {
  let fault: string | null = null;
  return {
    isUp: () => fault === null,
    async look() {
      const found = await ledger.health().then(() => null, codeOf);
      if (found !== null && fault === null) log.warn({ error: found }, 'ledger out of reach');
      if (found === null && fault !== null) log.warn({ error: fault }, 'ledger is back');
      fault = found;
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof ServiceError ? error.code : 'INTERNAL';
}
