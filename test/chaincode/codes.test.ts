import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  formatIdentifier,
  identifierCheckCharacter,
  isCitizenId,
  isCreditCode,
  isTypeCode,
  parseBase,
  parseIdentifier,
} from '../../chaincode/src/codes.js';
import { refusalOf } from './support/refusalOf.js';

const CREDIT_CODES = [
  '11110000000021135M',
  '11430000006122244L',
  '11220000013544541J',
  '11330105002500287C',
  '11100000000013338W',
  '11320482014138860P',
  '91610800064834709T',
  '113700000045046442',
];

const IDENTIFIERS = [
  '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U',
  '1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F',
  '1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0',
  '1.2.156.3005.2.11100000000013338W011.11110000000021135M.20230329701.003.Y',
];

describe('isCreditCode', () => {
  it.each(CREDIT_CODES)('accepts %s', (code) => {
    expect(isCreditCode(code)).toBe(true);
  });

  it.each(CREDIT_CODES)('refuses %s with any other last character', (code) => {
    for (const last of '0123456789ABCDEFGHJKLMNPQRTUWXY')
      expect(isCreditCode(code.slice(0, 17) + last)).toBe(last === code.charAt(17));
  });

  it.each([
    '',
    '11110000000021135',
    '11110000000021135m',
    'I1110000000021135M',
    '11110000000021135M\n',
  ])('refuses %j', (text) => {
    expect(isCreditCode(text)).toBe(false);
  });
});

describe('isCitizenId', () => {
  it.each(['11010519491231002X', '440524188001010014'])('accepts %s', (code) => {
    expect(isCitizenId(code)).toBe(true);
  });

  it.each([
    '110105194912310021',
    '11010519491231002x',
    '110105194902300020',
    '110105194913310026',
    '010105194912310020',
    '11010519491231002',
  ])('refuses %s', (code) => {
    expect(isCitizenId(code)).toBe(false);
  });
});

describe('isTypeCode', () => {
  it('needs the credit code of the defining body in front', () => {
    expect(isTypeCode('11100000000013338W032')).toBe(true);
    expect(isTypeCode('11100000000013338X032')).toBe(false);
    expect(isTypeCode('11100000000013338W03')).toBe(false);
  });
});

describe('parseIdentifier', () => {
  it.each(IDENTIFIERS)('reads %s and writes it again', (text) => {
    const identifier = parseIdentifier(text);

    expect(formatIdentifier(identifier)).toBe(text);
    expect(parseBase(identifier.base)).toEqual({
      typeCode: identifier.typeCode,
      issuer: identifier.issuer,
      serial: identifier.serial,
    });
  });

  it('gives the parts', () => {
    expect(parseIdentifier(IDENTIFIERS[2]!)).toEqual({
      typeCode: '11100000000013338W009',
      issuer: '11330105002500287C',
      serial: '2025052201',
      version: 2,
      base: '11100000000013338W009.11330105002500287C.2025052201',
    });
  });

  it('notices any one character changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...IDENTIFIERS),
        fc.nat(),
        fc.constantFrom(...Array.from('0123456789ABCDEFXYZ.a')),
        (text, seed, character) => {
          const index = seed % text.length;
          fc.pre(text[index] !== character);
          const changed = text.slice(0, index) + character + text.slice(index + 1);

          expect(refusalOf(() => parseIdentifier(changed))).toBe('LICENCE_IDENTIFIER_INVALID');
        },
      ),
    );
  });

  it.each([
    ['nothing', ''],
    ['another root', '1.2.156.3005.3.11100000000013338W011.11430000006122244L.20230000403.001.U'],
    ['something after it', `${IDENTIFIERS[0]!}\n`],
    [
      'a serial of 33',
      `1.2.156.3005.2.11100000000013338W011.11430000006122244L.${'1'.repeat(33)}.001.U`,
    ],
  ])('refuses %s', (_, text) => {
    expect(refusalOf(() => parseIdentifier(text))).toBe('LICENCE_IDENTIFIER_INVALID');
  });

  it('refuses version 000 with its right check character', () => {
    const parts = ['11100000000013338W011', '11430000006122244L', '1', '000'];
    const text = `1.2.156.3005.2.${parts.join('.')}.${identifierCheckCharacter(parts.join(''))}`;

    expect(refusalOf(() => parseIdentifier(text))).toBe('LICENCE_IDENTIFIER_INVALID');
  });
});

describe('identifierCheckCharacter', () => {
  it('computes the published example', () => {
    expect(identifierCheckCharacter('11100000000013338W00211320482014138860P201807250201001')).toBe(
      'M',
    );
  });
});

describe('formatIdentifier', () => {
  const licence = { typeCode: '11100000000013338W011', issuer: '11430000006122244L', serial: '1' };

  it.each([0, 1000, 1.5])('refuses version %p', (version) => {
    expect(refusalOf(() => formatIdentifier({ ...licence, version }))).toBe(
      'LICENCE_IDENTIFIER_INVALID',
    );
  });

  it.each([{ serial: 'a' }, { serial: '' }, { issuer: '1' }, { typeCode: 'X' }])(
    'refuses %p',
    (part) => {
      expect(refusalOf(() => formatIdentifier({ ...licence, version: 1, ...part }))).toBe(
        'LICENCE_IDENTIFIER_INVALID',
      );
    },
  );
});
