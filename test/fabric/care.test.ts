/** What is done to a network now and then, while services go on recording acts: none is lost. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';
import { networkPaths } from '../../scripts/fabric/plan.ts';
import { systemClock } from '../../service/src/clock.ts';
import { GroupCommit } from '../../service/src/ledger/groupCommit.ts';
import type { Ledger } from '../../service/src/ledger/ledger.ts';
import { openLedger } from '../../service/src/composition/openLedger.ts';
import { settle, startLoad } from '../support/faultCity.ts';
import { startNetwork, type TestNetwork } from '../support/fabricNetwork.ts';
import {
  baseOf,
  buildLedgerCity,
  foundCity,
  issueAct,
  ORIGIN,
  type LedgerCity,
} from '../support/ledgerCity.ts';
import { newSerial } from '../support/ledgerUnderTest.ts';
import { runNetwork } from '../support/runNetwork.ts';

const SLOTS = 4;
const CALLERS = 8;
const folder = mkdtempSync(join(tmpdir(), 'care-'));
let network: TestNetwork;
let city: LedgerCity;
let ledger: Ledger;
let recorder: GroupCommit;

beforeAll(async () => {
  network = await startNetwork();
  city = await buildLedgerCity(systemClock);
  await open('operator');
  await foundCity(city, ledger);
});

afterAll(async () => {
  await close();
  await network.down();
  rmSync(folder, { recursive: true });
});

/** A service's view of the ledger, with a new index. */
async function openView(organisation: 'operator' | 'auditor'): Promise<Ledger> {
  const dataDir = mkdtempSync(join(folder, `${organisation}-`));
  return await openLedger(
    { dataDir, ledger: 'fabric', fabricProfile: network.profiles[organisation] },
    { clock: systemClock, node: city.node, origin: ORIGIN },
  );
}

async function open(organisation: 'operator' | 'auditor'): Promise<void> {
  ledger = await openView(organisation);
  recorder = new GroupCommit(ledger, { slots: SLOTS });
}

async function close(): Promise<void> {
  await recorder.close();
  await ledger.close();
}

/** @returns the serial of a licence that is on the ledger. */
async function issueOne(): Promise<string> {
  const serial = newSerial();
  expect(await recorder.record(await issueAct(city, serial))).toMatchObject({
    outcome: 'recorded',
  });
  return serial;
}

async function isIssued(view: Ledger, serial: string): Promise<boolean> {
  const { values } = await view.readStates([statePlaces.licence(baseOf(city, serial))]);
  return values[0] !== null;
}

describe('upgrading the chaincode under load', () => {
  it('loses no act', async () => {
    const load = startLoad(recorder, city, CALLERS);

    const { exit, err } = await runNetwork(['upgrade-chaincode', '--dir', network.dir]);
    const attempts = await load.end();

    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(attempts.length).toBeGreaterThan(CALLERS);
    await settle({ recorder, ledger }, attempts);
  });
});

describe('a peer that lost its ledger', () => {
  it('gets every block again, and a service builds its index from it', async () => {
    const serial = await issueOne();
    await network.kill('peer0.auditor');

    const { exit, err } = await runNetwork(['restore', 'peer0.auditor', '--dir', network.dir]);

    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    const view = await openView('auditor');
    expect(await isIssued(view, serial)).toBe(true);
    await view.close();
  });

  it('gets its state from another peer’s snapshot, and endorses', async () => {
    const serial = await issueOne();
    const out = join(folder, 'snapshot');
    const taken = await runNetwork([
      'snapshot',
      'peer0.operator',
      '--out',
      out,
      '--dir',
      network.dir,
    ]);
    const later = await issueOne();

    const restored = await runNetwork([
      'restore',
      'peer0.auditor',
      '--from',
      out,
      '--dir',
      network.dir,
    ]);

    expect([taken, restored]).toMatchObject([
      { exit: 0, err: '' },
      { exit: 0, err: '' },
    ]);
    expect(await isIssued(ledger, await issueOne())).toBe(true); // by both peers
    expect(await isIssued(ledger, serial)).toBe(true);
    expect(await isIssued(ledger, later)).toBe(true);
  });

  it('takes part in the next upgrade', async () => {
    expect(await runNetwork(['upgrade-chaincode', '--dir', network.dir])).toMatchObject({
      exit: 0,
      err: '',
    });
    expect(await isIssued(ledger, await issueOne())).toBe(true);
  });

  it('is not restored from what is no snapshot', async () => {
    const argv = ['restore', 'peer0.auditor', '--from', folder, '--dir', network.dir];

    expect(await runNetwork(argv)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('no snapshot'),
    });
    expect(network.pid('peer0.auditor')).not.toBeNull();
  });
});

describe('renewing certificates', () => {
  it('gives new ones to nodes and users, and what was recorded stays', async () => {
    const file = join(networkPaths(network.dir).node('orderer0'), 'tls', 'server.crt');
    const before = new X509Certificate(readFileSync(file)).fingerprint256;
    const serial = await issueOne();
    await close();

    const { exit, err } = await runNetwork(['renew', '--dir', network.dir]);
    await open('operator');

    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(new X509Certificate(readFileSync(file)).fingerprint256).not.toBe(before);
    expect(await isIssued(ledger, serial)).toBe(true);
    expect(await isIssued(ledger, await issueOne())).toBe(true);
  });
});
