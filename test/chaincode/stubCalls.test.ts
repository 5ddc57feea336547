/** What a batch costs on a peer; the number of keys an act reads and writes is told in batch.test.ts. */
import { beforeAll, describe, expect, it } from '@jest/globals';

import type { SignedAct } from '../../chaincode/src/act.js';
import { beginTransaction, recordActs } from '../../chaincode/src/batch.js';
import { canonicalise } from '../../chaincode/src/canonicalJson.js';
import { licenceRecording } from '../../chaincode/src/licence/licenceActs.js';
import { parseBatch } from '../../chaincode/src/parseBatch.js';
import { buildLicence, cityFixture } from './support/city.js';
import type { City } from './support/city.js';
import { MSP_ID, NOW, signAct } from './support/contractFixture.js';
import { connectPeer, TYPES } from './support/fakePeer.js';
import type { PeerStub } from './support/fakePeer.js';
import { MemoryStub } from './support/memoryLedger.js';

function issues(city: City, count: number): readonly SignedAct[] {
  return Array.from({ length: count }, (_, serial) =>
    signAct(city.issuer, 'licence.issue', buildLicence(city.issuer, { serial: String(serial) })),
  );
}

async function record(city: City, acts: readonly SignedAct[], maxKeys: number): Promise<PeerStub> {
  const facts = { at: new Date(NOW), args: [], mspId: MSP_ID, certificate: '' };
  const memory = new MemoryStub(city.ledger, { txId: 'b'.repeat(64), ...facts });
  const stub = connectPeer(memory, { maxReads: maxKeys, maxWrites: maxKeys });
  const parsed = parseBatch(canonicalise(acts), 'licence');
  const outcomes = await recordActs(beginTransaction(stub), parsed, licenceRecording);
  expect(outcomes.every(({ outcome }) => outcome === 'recorded')).toBe(true);
  return stub;
}

function count(stub: PeerStub): Readonly<Record<string, number>> {
  const names = Object.entries(TYPES).map(([name, type]) => [
    name,
    stub.sent.filter((one) => one === type).length,
  ]);
  return Object.fromEntries(names.filter(([, times]) => times !== 0)) as Record<string, number>;
}

beforeAll(async () => {
  await import('../../chaincode/src/peer.js');
});

describe('round trips to the peer', () => {
  it('are ten for a batch of 500 licences', async () => {
    const city = await cityFixture();

    const stub = await record(city, issues(city, 500), 1000);

    // 500 acts, then 500 licences with 5 shared values, 128 keys a message; 1,501 writes, 1,000 keys a message
    expect(count(stub)).toEqual({ GET_STATE_MULTIPLE: 4 + 4, WRITE_BATCH_STATE: 2 });
  });

  it('are three for one licence', async () => {
    const city = await cityFixture();

    const stub = await record(city, issues(city, 1), 1000);

    expect(count(stub)).toEqual({ GET_STATE: 1, GET_STATE_MULTIPLE: 1, WRITE_BATCH_STATE: 1 });
  });

  it('are one a key with an older peer', async () => {
    const city = await cityFixture();

    const stub = await record(city, issues(city, 100), 0);

    expect(count(stub)).toEqual({ GET_STATE: 5 + 2 * 100, PUT_STATE: 1 + 3 * 100 });
  });
});

describe('peers of different age', () => {
  it('endorse the same reads and writes', async () => {
    const city = await cityFixture();
    const acts = issues(city, 100);

    const [young, old] = [await record(city, acts, 1000), await record(city, acts, 0)];

    expect([...young.readSet]).toEqual([...old.readSet]);
    expect(young.writes()).toEqual(old.writes());
  });
});
