import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GroupCommit } from '../../../../service/src/ledger/groupCommit.ts';
import { openFabricLedger } from '../../../../service/src/ledger/fabric/fabricLedger.ts';
import type { Ledger } from '../../../../service/src/ledger/ledger.ts';
import { FakeFabric } from '../../../support/fakeFabric.ts';
import { fabricPeer } from '../../../support/fabricPeer.ts';
import { groupedLedger } from '../../../support/groupedLedger.ts';
import { buildLedgerCity, foundCity, ORIGIN } from '../../../support/ledgerCity.ts';
import { describeLedger } from '../../../support/ledgerContract.ts';
import type { LedgerUnderTest } from '../../../support/ledgerUnderTest.ts';

describeLedger('Fabric in memory', () => openInMemory((ledger) => ledger));

describeLedger(
  'Fabric in memory, acts in groups',
  () => openInMemory((ledger) => groupedLedger(ledger, new GroupCommit(ledger, { slots: 4 }))),
  { isGrouped: true },
);

async function openInMemory(wrap: (ledger: Ledger) => Ledger): Promise<LedgerUnderTest> {
  const city = await buildLedgerCity();
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-fabric-'));
  const transport = fabricPeer(new FakeFabric(() => city.clock.now()));
  const ledger = await openFabricLedger({
    ...{ transport, indexFile: join(folder, 'index.db') },
    ...{ signer: city.node, origin: ORIGIN },
  });
  await foundCity(city, ledger);
  const remove = (): Promise<void> => {
    rmSync(folder, { recursive: true });
    return Promise.resolve();
  };
  return { ledger: wrap(ledger), city, origin: ORIGIN, mspId: 'OperatorMSP', remove };
}
