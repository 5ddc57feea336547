import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { canonicalBytes, canonicalise, parseCanonical } from '../../chaincode/src/canonicalJson.js';
import { vectorTable } from '../support/vectorTable.js';
import { vectorsFolder } from '../support/vectors.js';
import { refusalOf } from './support/refusalOf.js';

const folder = vectorsFolder('jcs');
const describeVectors = folder === null ? describe.skip : describe;

describe('canonicalise', () => {
  it('sorts members by UTF-16 code units and drops white space', () => {
    expect(canonicalise(JSON.parse('{ "b": [1, true, null], "a": {"d": 1, "c": "é"} }'))).toBe(
      '{"a":{"c":"é","d":1},"b":[1,true,null]}',
    );
  });

  it.each([
    [-0, '0'],
    [1e21, '1e+21'],
    [333333333.3333333, '333333333.3333333'],
    [1e-7, '1e-7'],
  ])('prints the number %p as ECMAScript does', (number, text) => {
    expect(canonicalise(number)).toBe(text);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole in an array', new Array(1)],
    ['NaN', Number.NaN],
    ['a date', new Date(0)],
    ['bytes', new Uint8Array(1)],
    ['a big integer', 1n],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a name', { '\udfff': 1 }],
  ])('refuses %s', (_, value) => {
    expect(refusalOf(() => canonicalise(value))).toBe('JSON_NOT_CANONICAL');
  });

  it('refuses more than 64 levels', () => {
    const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

    expect(refusalOf(() => canonicalise(deep(64)))).toBe('none');
    expect(refusalOf(() => canonicalise(deep(65)))).toBe('JSON_NOT_CANONICAL');
  });

  it('gives bytes that do not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());

        expect(canonicalBytes(reversed)).toEqual(canonicalBytes(value));
      }),
    );
  });
});

describe('parseCanonical', () => {
  it('inverts canonicalise', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalise(value);

        expect(canonicalise(parseCanonical(text))).toBe(text);
      }),
    );
  });

  it.each([
    ['no JSON', '{'],
    ['white space', '{"a": 1}'],
    ['another order', '{"b":1,"a":2}'],
    ['a member given twice', '{"a":1,"a":1}'],
    ['another spelling of a number', '[1.0]'],
    ['an escape that is not needed', '["\\u0061"]'],
    ['something after it', '[] '],
    ['a byte order mark', '\ufeff[]'],
  ])('refuses %s', (_, text) => {
    expect(refusalOf(() => parseCanonical(text))).toBe('JSON_NOT_CANONICAL');
  });
});

describeVectors('vectors of RFC 8785', () => {
  const table = vectorTable('jcs');
  const names = folder === null ? [] : readdirSync(join(folder, 'input'));

  it.each(names)('%s', (name) => {
    const input: unknown = JSON.parse(readFileSync(join(folder!, 'input', name), 'utf8'));

    const bytes = Buffer.from(canonicalBytes(input));

    const isEqual = bytes.equals(readFileSync(join(folder!, 'output', name)));
    table.judge({ name, expected: 'accept', found: isEqual ? 'accept' : 'reject' });
    expect(bytes.toString('hex')).toBe(
      readFileSync(join(folder!, 'outhex', name.replace('.json', '.txt')), 'utf8').replace(
        /\s/g,
        '',
      ),
    );
  });
});
