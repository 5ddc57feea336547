/** What only the ledger on Fabric does, on a real network: its index, blocks as peers store them, streams that break. */
import { verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';
import { systemClock } from '../../service/src/clock.ts';
import { readConnectionProfile } from '../../service/src/ledger/fabric/connectionProfile.ts';
import { parseBlock } from '../../service/src/ledger/fabric/fabricBlock.ts';
import {
  openFabricLedger,
  type FabricLedger,
} from '../../service/src/ledger/fabric/fabricLedger.ts';
import { connectGateway } from '../../service/src/ledger/fabric/gatewayTransport.ts';
import { transactionsOf } from '../../service/src/ledger/fabric/logIndex.ts';
import type { FabricTransport } from '../../service/src/ledger/fabric/transport.ts';
import { verifyChannel } from '../../service/src/ledger/fabric/verifyChannel.ts';
import { parseCertificates } from '../../service/src/pki/certificate.ts';
import { startNetwork, type TestNetwork } from '../support/fabricNetwork.ts';
import {
  baseOf,
  buildLedgerCity,
  foundCity,
  issueAct,
  ORIGIN,
  type LedgerCity,
} from '../support/ledgerCity.ts';
import { newSerial, recordedOf } from '../support/ledgerUnderTest.ts';

let network: TestNetwork;
let city: LedgerCity;
let folder: string;
let ledger: FabricLedger;
const opened: FabricLedger[] = [];

beforeAll(async () => {
  network = await startNetwork();
  folder = mkdtempSync(join(tmpdir(), 'yinxin-index-'));
  city = await buildLedgerCity(systemClock);
  ledger = await open('first');
  await foundCity(city, ledger);
}, 120_000);

afterEach(async () => {
  const others = opened.splice(0).filter((one) => one !== ledger);
  opened.push(ledger);
  await Promise.all(others.map((one) => one.close()));
});

afterAll(async () => {
  await ledger.close();
  await network.down();
  rmSync(folder, { recursive: true });
});

async function connect(
  organisation: 'operator' | 'auditor' = 'operator',
): Promise<FabricTransport> {
  return await connectGateway(await readConnectionProfile(network.profiles[organisation]));
}

async function open(name: string, transport?: FabricTransport): Promise<FabricLedger> {
  const view = await openFabricLedger({
    transport: transport ?? (await connect()),
    ...{ indexFile: join(folder, `${name}.db`), signer: city.node, origin: ORIGIN },
  });
  opened.push(view);
  return view;
}

async function issue(by: FabricLedger): Promise<string> {
  const serial = newSerial();
  const [outcome] = await by.submit('licence', [await issueAct(city, serial)]);
  recordedOf(outcome);
  return serial;
}

/** Origin, size and root: what two services must agree on. */
async function logOf(view: FabricLedger): Promise<readonly string[]> {
  return (await view.checkpoint()).split('\n').slice(0, 3);
}

/** Asks until the answer comes. @returns ms it took. */
async function untilAnswered(ask: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  for (;;) {
    try {
      await ask();
      return performance.now() - begun;
    } catch (error) {
      if (performance.now() - begun > 20_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe('blocks of a real peer', () => {
  it('hash as the peer says, carry their orderer’s signature and two endorsements of the proposal', async () => {
    await issue(ledger);
    const { height, headHash } = await ledger.head();
    const transport = await connect();
    const stop = new AbortController();
    const blocks = [];
    for await (const bytes of transport.blocks(0, stop.signal)) {
      blocks.push(parseBlock(bytes));
      if (blocks.length === height) break;
    }
    await transport.close();

    expect(blocks.at(-1)!.hash).toBe(headHash);
    for (const [number, block] of blocks.entries()) {
      expect(block.number).toBe(number);
      if (number === 0) continue; // made by a tool, signed by nobody
      expect(block.previousHash).toBe(blocks[number - 1]!.hash);
      const [signature] = block.signatures;
      const { publicKey } = new X509Certificate(signature!.certificate);
      expect(signature!.mspId).toBe('OrdererMSP');
      expect(verify('sha256', signature!.signed, publicKey, signature!.signature)).toBe(true);
    }
    const [last] = transactionsOf(blocks.at(-1)!, 'yinxin');
    expect(last).toMatchObject({ function: 'licence:record', isBound: true });
    const endorsers = last!.endorsements.map(({ mspId, certificate, endorser, signature }) => {
      const { publicKey } = new X509Certificate(certificate);
      const signed = Buffer.concat([last!.endorsed, endorser]);
      expect(verify('sha256', signed, publicKey, signature)).toBe(true);
      return mspId;
    });
    expect(endorsers.sort()).toEqual(['AuditorMSP', 'OperatorMSP']);
  });
});

describe('the index', () => {
  it('is the same in every organisation, for every size', async () => {
    const auditor = await open('auditor', await connect('auditor'));
    await issue(auditor);
    await issue(ledger);

    const [, size] = await logOf(ledger);
    await auditor.inclusion(0, Number(size)); // until it has come there

    expect(await logOf(auditor)).toEqual(await logOf(ledger));
    expect(await auditor.consistency(1, Number(size))).toEqual(
      await ledger.consistency(1, Number(size)),
    );
  });

  it('comes level after its service was away', async () => {
    const before = await open('away');
    await logOf(before);
    await before.close();
    await issue(ledger);

    const again = await open('away');

    expect(await logOf(again)).toEqual(await logOf(ledger));
  });

  it('loses and doubles nothing when the peer is killed under load', async () => {
    const work = Promise.allSettled(
      Array.from({ length: 30 }, async (_, place) => {
        await new Promise((resolve) => setTimeout(resolve, place * 60));
        return await issue(ledger);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    await network.kill('peer0.operator');
    await network.start('peer0.operator');
    const recorded = (await work).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await network.untilReady();
    const waitedMs = await untilAnswered(() => ledger.checkpoint());

    const fresh = await open('fresh');

    process.stdout.write(
      `peer killed: ${recorded.length} of 30 acts answered, index level after ${waitedMs.toFixed(0)} ms\n`,
    );
    expect(await logOf(ledger)).toEqual(await logOf(fresh));
    const { values } = await ledger.readStates(
      recorded.map((serial) => statePlaces.licence(baseOf(city, serial))),
    );
    expect(values.every((value) => value !== null)).toBe(true);
  });
});

describe('reads', () => {
  it('share queries: hundreds at once take little more than one', async () => {
    const serial = await issue(ledger);
    const keys = [statePlaces.licence(baseOf(city, serial)), statePlaces.licence('none')];
    const begun = performance.now();

    const answers = await Promise.all(Array.from({ length: 400 }, () => ledger.readStates(keys)));

    expect(answers.every(({ values }) => values[0] !== null && values[1] === null)).toBe(true);
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('end soon while the own peer is away, and work again when it is back', async () => {
    const serial = await issue(ledger);
    const ask = (): Promise<unknown> =>
      ledger.readStates([statePlaces.licence(baseOf(city, serial))]);
    await network.kill('peer0.operator');
    const begun = performance.now();

    await expect(ask()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });

    expect(performance.now() - begun).toBeLessThan(8000);
    await network.start('peer0.operator');
    await untilAnswered(ask);
    await network.untilReady();
  });

  it('end soon while the own peer hangs', async () => {
    network.pause('peer0.operator');
    const begun = performance.now();
    try {
      await expect(ledger.readStates([statePlaces.licence('none')])).rejects.toMatchObject({
        code: 'LEDGER_UNAVAILABLE',
      });
      expect(performance.now() - begun).toBeLessThan(8000);
    } finally {
      network.resume('peer0.operator');
    }
    await untilAnswered(() => ledger.readStates([statePlaces.licence('none')]));
  });
});

describe('verifyChannel', () => {
  it('finds no fault under the roots of both organisations, and one in each transaction under one', async () => {
    const view = await open('verified');
    const [, size] = await logOf(view);
    const indexFile = join(folder, 'verified.db');
    const anchors = parseCertificates(readFileSync(network.trust, 'utf8'));
    const given = { transport: await connect(), chaincode: 'yinxin', indexFile };

    const whole = await verifyChannel({
      ...given,
      anchors,
      checkpoints: [await view.checkpoint()],
    });
    const half = await verifyChannel({ ...given, anchors: anchors.slice(0, 1) });
    await given.transport.close();

    expect(whole).toMatchObject({ faults: [], batches: Number(size) });
    expect(whole.headHash).toBe((await view.head()).headHash);
    expect(new Set(half.faults.map(({ code }) => code))).toEqual(new Set(['ENDORSEMENT_INVALID']));
  });
});

describe('a channel that was made anew', () => {
  it('does not fit the index of the old one', async () => {
    const old = await open('wiped');
    await logOf(old);
    await old.close();
    await ledger.close();
    await network.down();

    network = await startNetwork();

    await expect(open('wiped')).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
      message: expect.stringContaining(join(folder, 'wiped.db')),
    });
  });
});
