/** The contract of the ledger port on a real network: each client of Fabric, and acts in groups. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../service/src/clock.ts';
import { GroupCommit } from '../../service/src/ledger/groupCommit.ts';
import type { Ledger } from '../../service/src/ledger/ledger.ts';
import { openLedger } from '../../service/src/composition/openLedger.ts';
import { startNetwork, type TestNetwork } from '../support/fabricNetwork.ts';
import { groupedLedger } from '../support/groupedLedger.ts';
import { buildLedgerCity, foundCity, ORIGIN, type LedgerCity } from '../support/ledgerCity.ts';
import { describeLedger } from '../support/ledgerContract.ts';
import type { LedgerUnderTest } from '../support/ledgerUnderTest.ts';

const CONNECTOR = join(import.meta.dirname, '../../service-fabric-network');
const FABRIC_SLOTS = 4;

let network: TestNetwork;
let city: LedgerCity;
let isFounded = false;

beforeAll(async () => {
  network = await startNetwork();
  city = await buildLedgerCity();
}, 120_000);

afterAll(async () => {
  await network.down();
});

/** Every ledger is a view of the same channel, with an index of its own. */
async function open(
  organisation: 'operator' | 'auditor',
  client: 'fabric' | 'fabric-network',
  wrap: (ledger: Ledger) => Ledger = (ledger) => ledger,
): Promise<LedgerUnderTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yinxin-fabric-'));
  const ledger = await openLedger(
    { dataDir, ledger: client, fabricProfile: network.profiles[organisation] },
    { clock: systemClock, node: city.node, origin: ORIGIN },
  );
  if (!isFounded) await foundCity(city, ledger);
  isFounded = true;
  const mspId = organisation === 'operator' ? 'OperatorMSP' : 'AuditorMSP';
  const remove = (): Promise<void> => {
    rmSync(dataDir, { recursive: true });
    return Promise.resolve();
  };
  return { ledger: wrap(ledger), city, origin: ORIGIN, mspId, remove };
}

describeLedger('Fabric by its gateway', () => open('operator', 'fabric'));

describeLedger(
  'Fabric by its gateway, another organisation, acts in groups',
  () =>
    open('auditor', 'fabric', (ledger) =>
      groupedLedger(ledger, new GroupCommit(ledger, { slots: FABRIC_SLOTS })),
    ),
  { isGrouped: true },
);

if (existsSync(join(CONNECTOR, 'node_modules'))) {
  describeLedger('Fabric by fabric-network', () => open('operator', 'fabric-network'));
} else {
  process.stderr.write(
    '\nfabric-network is NOT tested: npm ci --prefix service-fabric-network installs it\n\n',
  );
  describe('the ledger (Fabric by fabric-network)', () => {
    it.todo('keeps the contract, once its package is installed');
  });
}

describe('several views of one channel', () => {
  it('come to the same log', async () => {
    const [one, other] = [await open('operator', 'fabric'), await open('auditor', 'fabric')];

    const [first, second] = [await one.ledger.checkpoint(), await other.ledger.checkpoint()];

    expect(second.split('\n').slice(0, 3)).toEqual(first.split('\n').slice(0, 3));
    expect(await other.ledger.head()).toEqual(await one.ledger.head());
    await Promise.all([one, other].map((view) => view.ledger.close().then(() => view.remove())));
  });
});
