import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { STATUS_LIST_SIZE, StatusBits } from '../../../service/src/credentials/statusBits.ts';

const values = fc.constantFrom('valid' as const, 'invalid' as const, 'suspended' as const);

describe('StatusBits', () => {
  it('begins with every entry valid', () => {
    expect(new StatusBits().get(0)).toBe('valid');
    expect(new StatusBits().get(STATUS_LIST_SIZE - 1)).toBe('valid');
  });

  it('packs entries from the lowest bits on', () => {
    // Token Status List §4, example of 2 bits: statuses 1 2 0 3 0 1 0 1 1 2 3 3 are the bytes c9 44 f9
    const bits = new StatusBits();
    const example = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
    const names = ['valid', 'invalid', 'suspended', 'applicationSpecific'] as const;
    for (const [index, value] of example.entries()) {
      bits.set(index, names[value]!);
    }

    expect(Buffer.from(bits.toBytes().subarray(0, 3)).toString('hex')).toBe('c944f9');
  });

  it('answers what was set last and leaves the neighbours alone', () => {
    const writes = fc.array(fc.tuple(fc.nat({ max: 40 }), values));
    fc.assert(
      fc.property(writes, (list) => {
        const bits = new StatusBits();
        const expected = new Map<number, string>();
        for (const [index, value] of list) {
          bits.set(index, value);
          expected.set(index, value);
        }

        for (let index = 0; index <= 40; index++) {
          expect(bits.get(index)).toBe(expected.get(index) ?? 'valid');
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([-1, STATUS_LIST_SIZE, 0.5, Number.NaN])('has no entry %d', (index) => {
    expect(() => new StatusBits().get(index)).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });

  it('takes a whole list only', () => {
    expect(() => new StatusBits(new Uint8Array(1))).toThrow('32768 bytes');
  });
});
