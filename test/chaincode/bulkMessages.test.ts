import { describe, expect, it } from '@jest/globals';

import {
  encodeGetStateMultiple,
  encodeWriteBatchState,
  parseBulkLimits,
  parseGetStateMultipleResult,
} from '../../chaincode/src/bulkMessages.js';
import { newPeer } from './support/fakePeer.js';

describe('messages about several keys', () => {
  const keys = ['', 'a', '\0licence\0一\0', 'k'.repeat(127), 'k'.repeat(128), 'k'.repeat(20_000)];

  it('are the bytes that other protocol buffers write', () => {
    const message = new newPeer.GetStateMultiple();
    message.setKeysList(keys);

    expect(Buffer.from(encodeGetStateMultiple(keys))).toEqual(
      Buffer.from(message.serializeBinary()),
    );
  });

  it('are read by other protocol buffers', () => {
    const writes = keys.slice(1).map((key) => [key, Buffer.from(`value of ${key}`)] as const);

    const records = newPeer.WriteBatchState.deserializeBinary(
      encodeWriteBatchState(writes),
    ).getRecList();

    expect(
      records.map((record) => [
        record.getKey(),
        String(Buffer.from(record.getValue_asU8())),
        record.getType(),
      ]),
    ).toEqual(writes.map(([key, value]) => [key, String(value), 9]));
  });

  it('are read as other protocol buffers write them', () => {
    const result = new newPeer.GetStateMultipleResult();
    const values = keys.map((key) => Buffer.from(key));
    result.setValuesList(values);

    const read = parseGetStateMultipleResult(result.serializeBinary());

    expect(read.map((value) => Buffer.from(value))).toEqual(values);
  });
});

describe("a peer's offer", () => {
  function offer(write: boolean, read: boolean): Uint8Array {
    const message = new newPeer.ChaincodeAdditionalParams();
    message.setUseWriteBatch(write);
    message.setMaxSizeWriteBatch(1000);
    message.setUseGetMultipleKeys(read);
    message.setMaxSizeGetMultipleKeys(300);
    return message.serializeBinary();
  }

  it.each([
    ['both', offer(true, true), { maxWrites: 1000, maxReads: 300 }],
    ['reads only', offer(false, true), { maxWrites: 0, maxReads: 300 }],
    ['nothing', offer(false, false), { maxWrites: 0, maxReads: 0 }],
    ['an older peer: no bytes', new Uint8Array(0), { maxWrites: 0, maxReads: 0 }],
    [
      'members of a later version',
      Buffer.concat([
        offer(true, true),
        Buffer.from('320161390102030405060708450102030448ac02', 'hex'),
      ]),
      { maxWrites: 1000, maxReads: 300 },
    ],
  ])('is understood: %s', (_, payload, limits) => {
    expect(parseBulkLimits(payload)).toEqual(limits);
  });

  it.each([
    ['a number that does not end', 'ffffffffffffffffffff'],
    ['bytes that end early', '0a05ff'],
    ['a wire type that is none', '0f'],
  ])('is refused: %s', (_, hex) => {
    expect(() => parseBulkLimits(Buffer.from(hex, 'hex'))).toThrow(RangeError);
  });
});
