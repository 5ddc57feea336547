import { beforeAll, describe, expect, it } from '@jest/globals';

import { getStates, putStates } from '../../chaincode/src/bulkState.js';
import { connectPeer, TYPES } from './support/fakePeer.js';
import type { PeerOptions, PeerStub } from './support/fakePeer.js';
import { MemoryLedger, MemoryStub } from './support/memoryLedger.js';

const { GET_STATE, PUT_STATE, GET_STATE_MULTIPLE, WRITE_BATCH_STATE } = TYPES;
const NEW_PEER = { maxReads: 1000, maxWrites: 1000 };
const OLD_PEER = { maxReads: 0, maxWrites: 0 };

const ledger = new MemoryLedger();
const keys = Array.from({ length: 300 }, (_, index) => `\0key\0${index}\0`);

function newStub(): MemoryStub {
  const facts = { at: new Date(0), args: [], mspId: 'OperatorMSP', certificate: '' };
  return new MemoryStub(ledger, { txId: 'a'.repeat(64), ...facts });
}

function connect(options: PeerOptions): PeerStub {
  return connectPeer(newStub(), options);
}

function valueOf(index: number): Uint8Array {
  return Buffer.from(JSON.stringify({ index }));
}

beforeAll(async () => {
  await import('../../chaincode/src/peer.js');
  const stub = newStub();
  for (const [index, key] of keys.entries())
    if (index % 2 === 0) await stub.putState(key, valueOf(index));
  ledger.commit(stub);
});

describe('reading several keys', () => {
  it.each([
    { peer: 'a new peer', options: NEW_PEER, sent: Array<number>(3).fill(GET_STATE_MULTIPLE) },
    { peer: 'an old peer', options: OLD_PEER, sent: Array<number>(300).fill(GET_STATE) },
    {
      peer: 'a peer with a lower limit',
      options: { ...NEW_PEER, maxReads: 100 },
      sent: Array<number>(3).fill(GET_STATE_MULTIPLE),
    },
  ])('gives the values in order, from $peer', async ({ options, sent }) => {
    const stub = connect(options);

    const values = await getStates(stub, keys);

    expect(values.map((value) => Buffer.from(value).toString())).toEqual(
      keys.map((_, index) => (index % 2 === 0 ? `{"index":${index}}` : '')),
    );
    expect(stub.sent).toEqual(sent);
  });

  it('reads the same keys whatever the peer', async () => {
    const stubs = [connect(NEW_PEER), connect(OLD_PEER)];

    for (const stub of stubs) await getStates(stub, keys);

    const [first, second] = stubs.map((stub) => [...stub.readSet]);
    expect(first).toEqual(second);
    expect(first).toHaveLength(300);
  });

  it('asks for one key as the shim does', async () => {
    const stub = connect(NEW_PEER);

    await getStates(stub, keys.slice(0, 1));

    expect(stub.sent).toEqual([GET_STATE]);
  });

  it('works on a stub that is not of the shim', async () => {
    const [value] = await getStates(newStub(), keys.slice(0, 1));

    expect(value).toEqual(valueOf(0));
  });

  it('serves calls of one transaction that are made at once', async () => {
    const stub = connect(NEW_PEER);

    const answers = await Promise.all([getStates(stub, keys), getStates(stub, keys.slice(0, 9))]);

    expect(answers[1]).toEqual(answers[0].slice(0, 9));
  });
});

describe('putting several keys', () => {
  const writes = keys.map((key, index) => [key, valueOf(index)] as const);

  it.each([
    { peer: 'a new peer', options: NEW_PEER, sent: [WRITE_BATCH_STATE] },
    { peer: 'an old peer', options: OLD_PEER, sent: Array<number>(300).fill(PUT_STATE) },
    {
      peer: 'a peer with a lower limit',
      options: { ...NEW_PEER, maxWrites: 200 },
      sent: [WRITE_BATCH_STATE, WRITE_BATCH_STATE],
    },
  ])('writes each once, to $peer', async ({ options, sent }) => {
    const stub = connect(options);

    await putStates(stub, writes);

    expect([...stub.writeSet].map(([key, value]) => [key, String(Buffer.from(value))])).toEqual(
      writes.map(([key, value]) => [key, String(Buffer.from(value))]),
    );
    expect(stub.sent).toEqual(sent);
  });

  it('sends no message of many megabytes', async () => {
    const stub = connect(NEW_PEER);
    const large = Buffer.from(JSON.stringify('x'.repeat(600_000)));

    await putStates(
      stub,
      keys.slice(0, 5).map((key) => [key, large] as const),
    );

    expect(stub.sent).toEqual([WRITE_BATCH_STATE, WRITE_BATCH_STATE, WRITE_BATCH_STATE]);
  });

  it("passes the peer's error on", async () => {
    const stub = connect(NEW_PEER);
    await putStates(stub, writes);

    await expect(putStates(stub, writes)).rejects.toThrow('is put twice');
  });

  it('sends nothing when there is nothing', async () => {
    const stub = connect(NEW_PEER);

    await putStates(stub, []);
    await getStates(stub, []);

    expect(stub.sent).toEqual([]);
  });
});
