import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../service/src/errors.ts';
import { watchLedger } from '../../../service/src/composition/ledgerWatch.ts';

describe('watchLedger', () => {
  it('says once that the ledger is away, and once that it is back', async () => {
    let fault: Error | null = null;
    const lines: string[] = [];
    const health = (): Promise<void> =>
      fault === null ? Promise.resolve() : Promise.reject(fault);
    const watch = watchLedger({ health }, { warn: (_, message) => void lines.push(message) });
    const seen: boolean[] = [];
    const away = new ServiceError('LEDGER_UNAVAILABLE', 'no peer answers');

    for (const next of [null, away, away, null, null]) {
      fault = next;
      await watch.look();
      seen.push(watch.isUp());
    }

    expect(seen).toEqual([true, false, false, true, true]);
    expect(lines).toEqual(['ledger out of reach', 'ledger is back']);
  });
});
