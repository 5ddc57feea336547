import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildLedgerCity } from '../../../scripts/bench/ledgerCity.ts';
import { systemClock } from '../../../service/src/clock.ts';
import { openEmbeddedLedger } from '../../../service/src/ledger/embedded/embeddedLedger.ts';

describe('the acts of the bench', () => {
  it('are what the ledger records, each about another subject', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yinxin-bench-city-'));
    const city = await buildLedgerCity();
    const ledger = await openEmbeddedLedger({
      file: join(folder, 'ledger.db'),
      signer: city.node,
      mspId: 'OperatorMSP',
      origin: 'bench.example/ledger',
      clock: systemClock,
    });
    try {
      const early = await city.signIssues(1); // signed for another ledger before this one has a seal

      await city.found(ledger);
      const issued = await ledger.submit('licence', [...early, ...(await city.signIssues(4))]);
      const anchored = await ledger.submit('usage', await city.signAnchors(2, 500));

      expect([...issued, ...anchored].map(({ outcome }) => outcome)).toEqual(
        Array(7).fill('recorded'),
      );
      const batches = await Promise.all([3, 4, 5, 6].map((index) => ledger.batchAt(index)));
      expect(batches.map((batch) => batch?.size ?? null)).toEqual([5, 500, 500, null]);
    } finally {
      await ledger.close();
      rmSync(folder, { recursive: true });
    }
  });
});
