import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { disguisesOf, withInflated } from './disguises.ts';

const NAME = '欧阳静宜';

describe('disguisesOf', () => {
  it.each([0, 1, 2, 3])('finds a text in base64 after %d other bytes', (before) => {
    const whole = Buffer.from('x'.repeat(before) + NAME + 'yz').toString('base64');
    const forms = disguisesOf(NAME).filter(({ form }) => form === 'base64 of UTF-8');

    expect(forms.some(({ bytes }) => whole.includes(bytes.toString()))).toBe(true);
  });

  it('knows a text by its SM3', () => {
    const sm3 = '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'; // GB/T 32905 A.1
    const forms = disguisesOf('abc').map(({ bytes }) => bytes.toString());

    expect(forms).toContain(sm3);
  });
});

describe('withInflated', () => {
  const zipped = Buffer.concat([
    Buffer.from('504b03041400000008000000000000000000000000000000000001000000', 'hex'),
    Buffer.from('a'),
    deflateRawSync(Buffer.from(NAME)),
  ]);

  it.each([
    ['zlib', deflateSync(Buffer.from(NAME))],
    ['gzip', gzipSync(Buffer.from(NAME))],
    ['ZIP', zipped],
  ])('looks into %s', (_, bytes) => {
    const found = withInflated(Buffer.concat([Buffer.from('before'), bytes]));

    expect(found.some((one) => one.includes(NAME))).toBe(true);
  });
});
