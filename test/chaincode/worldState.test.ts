import { describe, expect, it } from '@jest/globals';

import { statePlaces } from '../../chaincode/src/statePlaces.js';
import { WorldState } from '../../chaincode/src/worldState.js';
import { MemoryLedger, MemoryStub } from './support/memoryLedger.js';

const place = statePlaces.act('01');
const value = (index: number) => ({ schemaVersion: 1, root: '', index, digest: '' }) as const;

function emptyStub(): MemoryStub {
  const transaction = { txId: '1', at: new Date(0), args: [], mspId: '', certificate: '' };
  return new MemoryStub(new MemoryLedger(), transaction);
}

describe('WorldState', () => {
  it('reads what the transaction wrote, which Fabric does not', async () => {
    const stub = emptyStub();
    const state = new WorldState(stub);

    expect(await state.get(place)).toBeNull();
    state.put(place, value(1));
    expect(await state.get(place)).toEqual(value(1));
    state.keep();
    expect(await state.get(place)).toEqual(value(1));
    expect(stub.writeSet.size).toBe(0);
  });

  it('forgets what was dropped and keeps what was kept before', async () => {
    const state = new WorldState(emptyStub());
    state.put(place, value(1));
    state.keep();
    state.put(place, value(2));

    state.drop();

    expect(await state.get(place)).toEqual(value(1));
  });

  it('writes the last value of a key once, in canonical form', async () => {
    const stub = emptyStub();
    const state = new WorldState(stub);
    for (const index of [1, 2]) {
      state.put(place, value(index));
      state.keep();
    }

    await state.flush();

    expect([...stub.writeSet.values()].map((bytes) => Buffer.from(bytes).toString())).toEqual([
      '{"digest":"","index":2,"root":"","schemaVersion":1}',
    ]);
  });

  it('reads a key from the ledger once', async () => {
    const stub = emptyStub();
    const state = new WorldState(stub);

    await state.get(place);
    await state.get(place);

    expect(stub.calls.getState).toBe(1);
  });
});
