import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { formatIdentifier, identifierCheckCharacter } from '@yinxin/chaincode/model';

import { checkCharacter, checkIdentifier, tidyIdentifier } from '../../web/src/identifier.ts';

const TYPE = '11100000000013338W011';
const ISSUER = '11430000006122244L';
const IDENTIFIER = formatIdentifier({
  typeCode: TYPE,
  issuer: ISSUER,
  serial: '20230000403',
  version: 1,
});

describe('checkCharacter', () => {
  it('computes what the ledger computes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Z]{1,80}$/), (text) => {
        expect(checkCharacter(text)).toBe(identifierCheckCharacter(text));
      }),
    );
  });
});

describe('checkIdentifier', () => {
  it('finds nothing wrong at any moment while a right identifier is typed', () => {
    const faults = Array.from(
      IDENTIFIER,
      (_, index) => checkIdentifier(IDENTIFIER.slice(0, index + 1)).fault,
    );

    expect(new Set(faults)).toEqual(new Set([null]));
  });

  it('says which part comes next', () => {
    const typed = ['1.2.156', TYPE, `${TYPE}.`, `${TYPE}.${ISSUER}.2`, `${TYPE}.${ISSUER}.2.001.`];

    expect(typed.map((text) => checkIdentifier(text).next)).toEqual([
      'type',
      'issuer',
      'issuer',
      'serial',
      'check',
    ]);
  });

  it('finds a right identifier complete', () => {
    expect(checkIdentifier(IDENTIFIER)).toEqual({
      identifier: IDENTIFIER,
      parts: { type: 'right', issuer: 'right', serial: 'right', version: 'right', check: 'right' },
      next: null,
      fault: null,
    });
  });

  it.each([
    ['small letters', IDENTIFIER.toLowerCase()],
    ['spaces and line breaks', ` ${IDENTIFIER.replaceAll('.', ' . ')}\n`],
    ['full-width characters', IDENTIFIER.replaceAll('.', '。').replaceAll('1', '１')],
    ['no root', IDENTIFIER.slice('1.2.156.3005.2.'.length)],
  ])('tolerates %s', (_, typed) => {
    expect(checkIdentifier(typed)).toMatchObject({ identifier: IDENTIFIER, next: null });
  });

  it('notices every single wrong character behind the root', () => {
    const start = '1.2.156.3005.2.'.length;
    const positions = [...Array(IDENTIFIER.length).keys()].filter(
      (index) => index >= start && IDENTIFIER[index] !== '.',
    );
    for (const position of positions) {
      const other = IDENTIFIER[position] === '7' ? '8' : '7';
      const typed = IDENTIFIER.slice(0, position) + other + IDENTIFIER.slice(position + 1);

      expect(checkIdentifier(typed).fault).not.toBeNull();
    }
  });

  it.each([
    ['another root', '2.3', 'root'],
    ['a strange character', `${TYPE}.11430000-`, 'character'],
    ['a short type code', '11100000000013338W0.', 'typeLength'],
    ['a long type code', `${TYPE}1`, 'typeLength'],
    ['a mistyped type code', '11100000000013339W011', 'typeCheck'],
    ['a short issuer code', `${TYPE}.1143.`, 'issuerLength'],
    ['a mistyped issuer code', `${TYPE}.11430000006122245L`, 'issuerCheck'],
    ['no serial', `${TYPE}.${ISSUER}..`, 'serial'],
    ['a serial of 33 characters', `${TYPE}.${ISSUER}.${'1'.repeat(33)}`, 'serial'],
    ['a version 000', `${TYPE}.${ISSUER}.1.000`, 'version'],
    ['a version with a letter', `${TYPE}.${ISSUER}.1.0A`, 'version'],
    ['a wrong check character', `${TYPE}.${ISSUER}.20230000403.001.V`, 'check'],
    ['two check characters', `${IDENTIFIER}U`, 'tooLong'],
    ['a further part', `${IDENTIFIER}.1`, 'tooLong'],
  ])('names the fault of %s', (_, typed, fault) => {
    expect(checkIdentifier(typed).fault).toBe(fault);
  });
});

describe('tidyIdentifier', () => {
  it('leaves the beginning of the root as it is typed', () => {
    expect(tidyIdentifier(' 1.2.156.3 ')).toBe('1.2.156.3');
  });
});
