import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { statePlaces } from '@yinxin/chaincode/model';
import type { LicenceRecord } from '@yinxin/chaincode/model';

import { openFabricLedger } from '../../../../service/src/ledger/fabric/fabricLedger.ts';
import type {
  FabricLedger,
  FabricLedgerOptions,
} from '../../../../service/src/ledger/fabric/fabricLedger.ts';
import { parseCheckpoint } from '../../../../service/src/ledger/checkpoint.ts';
import { FakeFabric } from '../../../support/fakeFabric.ts';
import { fabricPeer } from '../../../support/fabricPeer.ts';
import type { FabricPeer } from '../../../support/fabricPeer.ts';
import {
  baseOf,
  buildLedgerCity,
  foundCity,
  issueAct,
  ORIGIN,
  revokeAct,
} from '../../../support/ledgerCity.ts';
import type { LedgerCity } from '../../../support/ledgerCity.ts';
import { newSerial, recordedOf, valueOf } from '../../../support/ledgerUnderTest.ts';

const OPERATOR = 'OperatorMSP';
const AUDITOR = 'AuditorMSP';

let city: LedgerCity;
let fake: FakeFabric;
let folder: string;
const opened: FabricLedger[] = [];

beforeEach(async () => {
  city = await buildLedgerCity();
  fake = new FakeFabric(() => city.clock.now());
  folder = mkdtempSync(join(tmpdir(), 'yinxin-fabric-'));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((ledger) => ledger.close()));
  rmSync(folder, { recursive: true });
});

interface View {
  readonly ledger: FabricLedger;
  readonly peer: FabricPeer;
}

async function open(
  name: string,
  overrides: Partial<FabricLedgerOptions> & { readonly peer?: FabricPeer } = {},
): Promise<View> {
  const { peer = fabricPeer(fake), ...options } = overrides;
  const ledger = await openFabricLedger({
    ...{ transport: peer, indexFile: join(folder, `${name}.db`) },
    ...{ signer: city.node, origin: ORIGIN, readMs: 150, indexMs: 400, beatMs: 20 },
    ...options,
  });
  opened.push(ledger);
  return { ledger, peer };
}

async function openFounded(name: string): Promise<View> {
  const view = await open(name);
  await foundCity(city, view.ledger);
  return view;
}

async function headOfLog(ledger: FabricLedger): Promise<readonly string[]> {
  return (await ledger.checkpoint()).split('\n').slice(0, 3); // without the signature, which differs each time
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const read = async ({ ledger }: View, serial: string): Promise<LicenceRecord | null> =>
  await valueOf(ledger, statePlaces.licence(baseOf(city, serial)));

describe('several services on one channel', () => {
  it('come to the same log, each from blocks alone', async () => {
    const one = await openFounded('one');
    const other = await open('other', { peer: fabricPeer(fake, AUDITOR) });
    for (const ledger of [one.ledger, other.ledger, one.ledger]) {
      const [outcome] = await ledger.submit('licence', [await issueAct(city, newSerial())]);
      await other.ledger.batch(recordedOf(outcome).root); // until it has come there
    }

    const [first, second] = [await headOfLog(one.ledger), await headOfLog(other.ledger)];

    expect(second).toEqual(first);
    expect(await other.ledger.head()).toEqual(await one.ledger.head());
  });

  it('see what another recorded in the next read', async () => {
    const [one, other] = [await openFounded('one'), await open('other')];
    const serial = newSerial();
    await one.ledger.submit('licence', [await issueAct(city, serial)]);
    expect(await read(other, serial)).toMatchObject({ state: 'issued' });

    await one.ledger.submit('licence', [await revokeAct(city, serial)]);

    expect(await read(other, serial)).toMatchObject({ state: 'revoked' });
  });

  it('answer an act that another recorded with its block', async () => {
    const [one, other] = [await openFounded('one'), await open('other')];
    const act = await issueAct(city, newSerial());
    const [first] = await one.ledger.submit('licence', [act]);

    const [second] = await other.ledger.submit('licence', [act]);

    expect(second).toEqual(first);
    expect(recordedOf(second).block).toBe(recordedOf(first).block);
  });

  it('prove to a size of the log that only another has told', async () => {
    const [one, other] = [await openFounded('one'), await open('other')];
    await one.ledger.submit('licence', [await issueAct(city, newSerial())]);
    const { size } = parseCheckpoint(await one.ledger.checkpoint());

    expect(await other.ledger.consistency(1, size)).toEqual(await one.ledger.consistency(1, size));
    expect(await other.ledger.inclusion(0, size)).toEqual(await one.ledger.inclusion(0, size));
  });
});

describe('a service that comes back', () => {
  it('goes on where its index ends', async () => {
    const { ledger } = await openFounded('one');
    const before = await headOfLog(ledger);
    await ledger.close();

    const peer = fabricPeer(fake);
    const again = await open('one', { peer });

    expect(await headOfLog(again.ledger)).toEqual(before);
    expect(peer.streams).toEqual([0, fake.height - 1]);
  });

  it('makes an index that was deleted anew', async () => {
    const { ledger } = await openFounded('one');
    const before = await headOfLog(ledger);

    expect(await headOfLog((await open('new')).ledger)).toEqual(before);
  });

  it('refuses the index of another channel, and names it', async () => {
    const { ledger } = await openFounded('one');
    await ledger.close();
    fake = new FakeFabric(() => new Date()); // made anew: its first block is the same, not its second
    const other = await openFounded('two');
    await other.ledger.close();

    const opening = open('one').then(async (view) => await view.ledger.batchAt(0));

    await expect(opening).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
      message: expect.stringContaining(join(folder, 'one.db')),
    });
  });

  it('is the only one with its index', async () => {
    await openFounded('one');

    await expect(open('one')).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });

  it('signs with a node key only', async () => {
    const opening = open('one', { signer: city.operator.signer });

    await expect(opening).rejects.toMatchObject({ code: 'KEY_UNFIT' });
  });
});

describe('while the stream of blocks is broken', () => {
  it('records and reads go on, and their evidence comes with the stream', async () => {
    const view = await openFounded('one');
    await view.ledger.checkpoint();
    const serial = newSerial();
    const act = await issueAct(city, serial);
    view.peer.faults.isSilent = true;
    const [outcome] = await view.ledger.submit('licence', [act]);

    const { values, height } = await view.ledger.readStates([
      statePlaces.licence(baseOf(city, serial)),
    ]);

    expect(values[0]).toMatchObject({ state: 'issued' });
    expect(height).toBe(recordedOf(outcome).block + 1);
    const asked = view.ledger.batch(recordedOf(outcome).root);
    await expect(asked).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });

  it('loses and doubles nothing', async () => {
    const { ledger, peer } = await openFounded('one');
    peer.faults.cutAfter = 1;
    for (let count = 0; count < 3; count += 1) {
      await ledger.submit('licence', [await issueAct(city, newSerial())]);
    }
    peer.faults.cutAfter = null;

    const steady = await open('steady');

    expect(await headOfLog(ledger)).toEqual(await headOfLog(steady.ledger));
  });
});

describe('while peers are away', () => {
  it('opens, and answers once they come', async () => {
    const { ledger: first } = await openFounded('first');
    const serial = newSerial();
    await first.submit('licence', [await issueAct(city, serial)]);
    const peer = fabricPeer(fake);
    peer.faults.out.add(OPERATOR);

    const late = await open('late', { peer });

    const away = { code: 'LEDGER_UNAVAILABLE' };
    await expect(read(late, serial)).rejects.toMatchObject(away);
    await expect(late.ledger.checkpoint()).rejects.toMatchObject(away);
    await expect(late.ledger.head()).rejects.toMatchObject(away);
    peer.faults.out.clear();
    await sleep(600); // until the stream is opened again
    expect(await read(late, serial)).toMatchObject({ state: 'issued' });
    expect(await headOfLog(late.ledger)).toEqual(await headOfLog(first));
  });

  it.each([
    ['does not answer', 'out'],
    ['hangs', 'hanging'],
  ] as const)('says soon that the own peer %s', async (_, fault) => {
    const view = await openFounded('one');
    view.peer.faults[fault].add(OPERATOR);
    const begun = performance.now();

    await expect(read(view, newSerial())).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });

    expect(performance.now() - begun).toBeLessThan(8000);
  });

  it('lets the age of its answers grow while no other organisation can be asked', async () => {
    const { ledger, peer } = await openFounded('one');
    const place = statePlaces.licence('none');
    expect((await ledger.readStates([place])).ageSeconds).toBeLessThan(1);
    peer.faults.out.add(AUDITOR);

    await sleep(1200);

    expect((await ledger.readStates([place])).ageSeconds).toBeGreaterThan(1);
    peer.faults.out.clear();
    await sleep(100);
    expect((await ledger.readStates([place])).ageSeconds).toBeLessThan(1);
  });

  it('lets the age grow while its own peer is behind the other organisation’s', async () => {
    const { ledger, peer } = await openFounded('one');
    peer.faults.isSilent = true;
    const other = await open('other', { peer: fabricPeer(fake, AUDITOR) });
    await other.ledger.submit('licence', [await issueAct(city, newSerial())]);
    await sleep(1200);

    const { ageSeconds } = await ledger.readStates([statePlaces.licence('none')]);

    expect(ageSeconds).toBeGreaterThan(1);
  });
});

describe('an own peer that shows something else', () => {
  it('is not believed: another block under a known number', async () => {
    const { ledger, peer } = await openFounded('one');
    const [outcome] = await ledger.submit('licence', [await issueAct(city, newSerial())]);
    await ledger.checkpoint();
    const forged = { ...peer };
    forged.evaluate = (call, organisation) =>
      call.function === 'GetBlockByNumber'
        ? peer.evaluate({ ...call, args: [call.args[0]!, '1'] }, organisation)
        : peer.evaluate(call, organisation);
    await ledger.close();

    const again = await open('one', { peer: forged });

    await expect(again.ledger.block(recordedOf(outcome).block)).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
    });
  });

  it('is asked again for a history without what was recorded', async () => {
    const view = await openFounded('one');
    const serial = newSerial();
    await view.ledger.submit('licence', [await issueAct(city, serial)]);
    const place = statePlaces.licence(baseOf(city, serial));
    view.peer.faults.answers.push(
      () => null, // the value
      ({ function: name }) => (name.endsWith(':history') ? Buffer.from('[]') : null),
    );

    expect(await view.ledger.history(place)).toHaveLength(1);
  });
});

describe('close', () => {
  it('waits for what is under way and closes the transport', async () => {
    const { ledger, peer } = await openFounded('one');
    const submission = ledger.submit('licence', [await issueAct(city, newSerial())]);

    await ledger.close();

    expect((await submission)[0]).toMatchObject({ outcome: 'recorded' });
    expect(peer.isClosed).toBe(true);
  });
});
