import type { SignedAct } from '@yinxin/chaincode/model';
import { ServiceError } from '../../service/src/errors.ts';
import type { ActRecorder } from '../../service/src/ledger/ledger.ts';

/** The process died here: what comes after does not run. */
export class Died extends Error {}

export interface FaultyRecorder extends ActRecorder {
  /** Acts it was given, in order. */
  readonly seen: readonly SignedAct[];
}

/** Where it breaks: before the ledger has the act (with or without notice), or after. */
export type Fault = 'unavailable' | 'diesBefore' | 'diesAfter' | 'unknown' | 'refuses';

/** A recorder that breaks at one step. */
export function faultyRecorder(real: ActRecorder, fault: Fault): FaultyRecorder {
  const seen: SignedAct[] = [];
  return {
    seen,
    async record(act) {
      seen.push(act);
      if (fault === 'unavailable') throw new ServiceError('LEDGER_UNAVAILABLE', 'out of reach');
      if (fault === 'diesBefore') throw new Died();
      if (fault === 'refuses') return refusalOf(act);
      await real.record(act);
      if (fault === 'diesAfter') throw new Died();
      throw new ServiceError('LEDGER_OUTCOME_UNKNOWN', 'no answer');
    },
  };
}

function refusalOf({ act }: SignedAct): Awaited<ReturnType<ActRecorder['record']>> {
  const message = 'the seal was suspended meanwhile';
  return { id: act.id, outcome: 'refused', code: 'SEAL_SUSPENDED', message, block: null };
}
