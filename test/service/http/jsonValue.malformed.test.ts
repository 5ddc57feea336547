import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../../service/src/errors.ts';
import { parseJson } from '../../../service/src/http/jsonValue.ts';

const refusal = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch (error) {
    return error instanceof ServiceError ? error.code : error;
  }
};

describe('parseJson', () => {
  it.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['a prototype', '{"__proto__":{"isAdmin":true}}'],
    ['a prototype deep inside', '{"a":[{"__proto__":1}]}'],
    ['a number beyond doubles', '{"a":1e400}'],
    ['an integer that a double cannot hold', '{"a":9007199254740993}'],
    ['half a surrogate pair', '{"a":"\\ud800"}'],
    ['a name with half a surrogate pair', '{"\\udc00":1}'],
    ['a deep nest', '['.repeat(33) + ']'.repeat(33)],
    ['a very deep nest', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['a nest of objects', '{"a":'.repeat(40) + '1' + '}'.repeat(40)],
  ])('refuses %s', (_, text) => {
    expect(refusal(text)).toBe('REQUEST_MALFORMED');
  });

  it('takes the other names of prototypes as plain members', () => {
    const value = parseJson('{"constructor":{"prototype":1},"toString":2}');

    expect(Object.keys(value as object)).toEqual(['constructor', 'toString']);
  });

  it('gives back every value within the bounds', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        const parsed = refusal(text);
        expect(parsed === 'REQUEST_MALFORMED' || JSON.stringify(parsed) === text).toBe(true);
      }),
    );
  });

  it('never throws anything else, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(refusal(text)).not.toBeInstanceOf(Error);
      }),
    );
  });
});
