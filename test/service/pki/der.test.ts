import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  readBoolean,
  readChildren,
  readDer,
  readInteger,
  readNamedBits,
  readOctetAlignedBits,
  readOid,
  readSmallInteger,
  readTime,
  TAG,
} from '../../../service/src/pki/der.ts';
import {
  encodeBits,
  encodeDer,
  encodeNamedBits,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeSmallInteger,
  encodeTime,
  encodeUnsigned,
} from '../../../service/src/pki/derEncoding.ts';

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const MALFORMED = expect.objectContaining({ code: 'CERTIFICATE_MALFORMED' });

describe('readDer', () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536])(
    'reads what was written with %i octets of content',
    (length) => {
      const content = new Uint8Array(length).fill(0x5a);

      expect(readDer(encodeOctets(content), TAG.octetString).content).toEqual(content);
    },
  );

  it.each([
    ['nothing', ''],
    ['a tag alone', '04'],
    ['content that is cut off', '040200'],
    ['a byte behind', '040000'],
    ['another tag', '0500'],
    ['a long length where a short one does', '04810100'],
    ['a length with a leading zero', `04820080${'00'.repeat(128)}`],
    ['an indefinite length', '04800000'],
    ['a length of 4 octets', '048400000001aa'],
    ['a tag number above 30', '1f8101 00'],
  ])('refuses %s', (_, bytes) => {
    expect(() => readDer(hex(bytes), TAG.octetString)).toThrow(MALFORMED);
  });
});

describe('readChildren', () => {
  it('gives the members in order', () => {
    const children = readChildren(
      readDer(encodeSequence(encodeSmallInteger(1), encodeOctets(hex('aa'))), TAG.sequence),
    );

    expect(children.map(({ tag }) => tag)).toEqual([TAG.integer, TAG.octetString]);
  });

  it('refuses more than 1,024', () => {
    const many = encodeDer(
      TAG.sequence,
      new Uint8Array(2 * 1025).map((_, index) => (index % 2 === 0 ? 5 : 0)),
    );

    expect(() => readChildren(readDer(many, TAG.sequence))).toThrow(MALFORMED);
  });
});

describe('readOid', () => {
  it.each([
    '1.2.156.10197.1.501',
    '2.5.4.97',
    '0.9.2342.19200300',
    '2.999.3',
    '2.25.55281270626514920876988889622045684390',
  ])('reads %s as written', (oid) => {
    expect(readOid(readDer(encodeOid(oid), TAG.oid))).toBe(oid);
  });

  it.each([
    ['empty', '0600'],
    ['cut off', '06022a86'],
    ['padded', '06032a8001'],
    ['too long', `0641${'01'.repeat(65)}`],
  ])('refuses one that is %s', (_, bytes) => {
    expect(() => readOid(readDer(hex(bytes), TAG.oid))).toThrow(MALFORMED);
  });
});

describe('integers', () => {
  it.each([
    ['00', '020100'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['0001', '020101'],
  ])('writes %s as %s', (value, der) => {
    expect(encodeUnsigned(hex(value))).toEqual(hex(der));
  });

  it.each(['0200', '02020001', '0202ff80'])('refuses %s, not in its shortest form', (der) => {
    expect(() => readInteger(readDer(hex(der), TAG.integer))).toThrow(MALFORMED);
  });

  it.each(['0201ff', '02050100000000', '02050080000000'])('refuses %s as a small one', (der) => {
    expect(() => readSmallInteger(readDer(hex(der), TAG.integer))).toThrow(MALFORMED);
  });

  it('reads small ones', () => {
    expect(readSmallInteger(readDer(hex('02047fffffff'), TAG.integer))).toBe(2 ** 31 - 1);
  });
});

describe('bit strings', () => {
  it('hold named bits', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(15)), (bits) => {
        expect([...readNamedBits(readDer(encodeNamedBits(bits), TAG.bitString))].sort()).toEqual(
          [...bits].sort(),
        );
      }),
    );
  });

  it.each(['0300', '030101', '03020800', '03020101', '03060000000000ff'])(
    'refuses %s as named bits',
    (der) => {
      expect(() => readNamedBits(readDer(hex(der), TAG.bitString))).toThrow(MALFORMED);
    },
  );

  it('hold whole octets', () => {
    expect(readOctetAlignedBits(readDer(encodeBits(hex('aabb')), TAG.bitString))).toEqual(
      hex('aabb'),
    );
    expect(() => readOctetAlignedBits(readDer(hex('030201aa'), TAG.bitString))).toThrow(MALFORMED);
  });
});

describe('readBoolean', () => {
  it('knows 00 and FF alone', () => {
    expect(readBoolean(readDer(hex('0101ff'), TAG.boolean))).toBe(true);
    expect(readBoolean(readDer(hex('010100'), TAG.boolean))).toBe(false);
    expect(() => readBoolean(readDer(hex('010101'), TAG.boolean))).toThrow(MALFORMED);
  });
});

describe('times', () => {
  it.each([
    ['1950-01-01T00:00:00.000Z', TAG.utcTime],
    ['2049-12-31T23:59:59.000Z', TAG.utcTime],
    ['2050-01-01T00:00:00.000Z', TAG.generalizedTime],
  ])('writes %s with tag %i and reads it again', (iso, tag) => {
    const element = readDer(encodeTime(new Date(iso)), tag);

    expect(readTime(element).toISOString()).toBe(iso);
  });

  it.each([
    '2602300000Z',
    '260230000000Z',
    '260101240000Z',
    '2601010000+0800',
    '260101000060Z',
    '260101000000',
  ])('refuses %s', (text) => {
    const element = readDer(encodeDer(TAG.utcTime, Buffer.from(text)), TAG.utcTime);
    expect(() => readTime(element)).toThrow(MALFORMED);
  });
});

describe('encodeSetOf', () => {
  it('orders the members', () => {
    expect(encodeSetOf(hex('0500'), hex('0101ff'))).toEqual(hex('3105 0101ff 0500'));
  });
});
