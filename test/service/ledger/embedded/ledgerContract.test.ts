import { GroupCommit } from '../../../../service/src/ledger/groupCommit.ts';
import type { Ledger } from '../../../../service/src/ledger/ledger.ts';
import { buildLedgerCity, foundCity, openTestLedger, ORIGIN } from '../../../support/ledgerCity.ts';
import { groupedLedger } from '../../../support/groupedLedger.ts';
import { describeLedger } from '../../../support/ledgerContract.ts';
import type { LedgerUnderTest } from '../../../support/ledgerUnderTest.ts';

describeLedger('embedded', () => openEmbedded((ledger) => ledger));

describeLedger(
  'embedded, acts in groups',
  () => openEmbedded((ledger) => groupedLedger(ledger, new GroupCommit(ledger, { slots: 1 }))),
  { isGrouped: true },
);

async function openEmbedded(wrap: (ledger: Ledger) => Ledger): Promise<LedgerUnderTest> {
  const city = await buildLedgerCity();
  const { ledger, remove } = await openTestLedger(city);
  await foundCity(city, ledger);
  return { ledger: wrap(ledger), city, origin: ORIGIN, mspId: 'OperatorMSP', remove };
}
