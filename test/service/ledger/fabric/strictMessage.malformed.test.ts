import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { ServiceError } from '../../../../service/src/errors.ts';
import { readMessage, readUtf8 } from '../../../../service/src/ledger/fabric/strictMessage.ts';
import { encodeMessage } from '../../../support/fabricMessages.ts';

const SHAPE = { count: [1, 'number'], name: [2, 'bytes'], parts: [3, 'list'] } as const;
const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });

describe('readMessage', () => {
  it('reads members in any order, and tells what is absent', () => {
    const message = readMessage(encodeMessage([3, 'a'], [1, 300], [3, 'b']), SHAPE);

    expect(message.count).toBe(300);
    expect(message.name).toHaveLength(0);
    expect(message.parts.map(readUtf8)).toEqual(['a', 'b']);
    expect(readMessage(new Uint8Array(), SHAPE)).toMatchObject({ count: 0, parts: [] });
  });

  it.each<[string, Uint8Array]>([
    ['a field that is not named', encodeMessage([4, 1])],
    ['a number where bytes belong', encodeMessage([2, 1])],
    ['bytes where a number belongs', encodeMessage([1, 'x'])],
    ['a number twice', encodeMessage([1, 1], [1, 2])],
    ['bytes twice', encodeMessage([2, 'a'], [2, 'b'])],
    ['a list that is too long', encodeMessage(...Array<[3, string]>(65).fill([3, 'a']))],
    ['a fixed number', Uint8Array.of(0x0d, 1, 2, 3, 4)],
    ['a group', Uint8Array.of(0x0b, 0x0c)],
    ['field 0', Uint8Array.of(0, 0)],
    ['a tag alone', Uint8Array.of(0x08)],
    ['a number that does not end', Uint8Array.of(0x08, 0x80)],
    ['a number above 2⁵³ − 1', Uint8Array.of(0x08, ...Array<number>(7).fill(0xff), 0x1f)],
    ['a length past the end', Uint8Array.of(0x12, 2, 0)],
    ['a length of 2⁵³ − 1', Uint8Array.of(0x12, ...Array<number>(7).fill(0xff), 0x0f, 0)],
  ])('refuses %s', (_, bytes) => {
    expect(() => readMessage(bytes, SHAPE)).toThrow(malformed);
  });

  it('reads any bytes or refuses them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          readMessage(bytes, SHAPE);
          return true;
        } catch (error) {
          return error instanceof ServiceError && error.code === 'DOCUMENT_MALFORMED';
        }
      }),
    );
  });
});

describe('readUtf8', () => {
  it('refuses what is not UTF-8', () => {
    expect(() => readUtf8(Uint8Array.of(0xc0, 0x80))).toThrow(malformed);
  });
});
