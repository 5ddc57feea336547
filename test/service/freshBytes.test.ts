import { describe, expect, it } from '@jest/globals';
import { freshBytes } from '../../service/src/freshBytes.ts';

describe('freshBytes', () => {
  it('gives as many bytes as are asked for, never the same twice', () => {
    const given = Array.from({ length: 5000 }, () => freshBytes(16));

    const texts = new Set(given.map((bytes) => Buffer.from(bytes).toString('hex')));
    expect(texts.size).toBe(5000);
    expect(given.every((bytes) => bytes.length === 16)).toBe(true);
  });

  it('gives each caller bytes of its own', () => {
    const first = freshBytes(8);
    const copy = first.slice();

    freshBytes(8).fill(0);
    first.fill(0);

    expect(freshBytes(8)).not.toStrictEqual(copy);
    expect(copy.some((byte) => byte !== 0)).toBe(true);
  });
});
