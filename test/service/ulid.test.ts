import { describe, expect, it } from '@jest/globals';
import { ulid } from '../../service/src/ulid.ts';

describe('ulid', () => {
  it('has 26 characters of Crockford’s base 32, the first ten of the time', () => {
    const at = new Date('2016-07-30T22:36:16.385Z');

    expect(ulid(at)).toMatch(/^01ARYZ6S41[0-9A-HJKMNP-TV-Z]{16}$/); // time of the ULID specification's example
  });

  it('sorts by time', () => {
    const times = [0, 1, 31, 32, 1_780_000_000_000, 2 ** 48 - 1];
    const made = times.map((time) => ulid(new Date(time)));

    expect([...made].sort()).toEqual(made);
  });

  it('sorts in one millisecond by the order in which they were made', () => {
    const at = new Date();
    const made = Array.from({ length: 1000 }, () => ulid(at));

    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(1000);
  });
});
