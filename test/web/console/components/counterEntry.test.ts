import { describe, expect, it } from '@jest/globals';
import {
  groupDigits,
  readCounterEntry,
} from '../../../../web/src/console/components/counterEntry.ts';

const QR = `YXP.ABCDEFGHIJKLMNOPQRSTUVWXYZ`;

describe('what comes into the field', () => {
  it.each([
    ['', { kind: 'empty' }],
    ['12345678', { kind: 'spoken', code: '12345678' }],
    ['1234 5678', { kind: 'spoken', code: '12345678' }],
    ['１２３４－５６７８', { kind: 'spoken', code: '12345678' }],
    ['1234 567', { kind: 'digits', digits: '1234567' }],
    [QR, { kind: 'presentation', code: QR }],
    [`  ${QR.toLowerCase()}\n`, { kind: 'presentation', code: QR }],
    [QR.slice(0, -1), { kind: 'foreign' }],
    [QR.replace('YXP', 'YXW'), { kind: 'windowCode' }],
    ['https://yinxin.example/v#YX1.0123', { kind: 'document', code: 'YX1.0123' }],
    ['yxr.0123', { kind: 'receipt', code: 'YXR.0123' }],
    ['7K3M-9Q2W-0ABC-DEFG', { kind: 'case', code: '7K3M9Q2W0ABCDEFG' }],
    [
      'https://yinxin.example/v/case#7K3M-9Q2W-0ABC-DEFG',
      { kind: 'case', code: '7K3M9Q2W0ABCDEFG' },
    ],
    ['01jcx3y8f6t2q0v9w8r7e6d5c4', { kind: 'case', code: '01JCX3Y8F6T2Q0V9W8R7E6D5C4' }],
    ['https://elsewhere.example/', { kind: 'foreign' }],
  ])('%j is told by its form', (text, expected) => {
    expect(readCounterEntry(text)).toEqual(expected);
  });

  it('knows identifiers, whole or not', () => {
    const typed = readCounterEntry('1.2.156.3005.2.11100000000013127D001');
    expect(typed).toMatchObject({ kind: 'identifier', isWhole: false });
  });
});

describe('digits that are typed', () => {
  it.each([
    ['1234', '1234'],
    ['12345', '1234 5'],
    ['1234 5678', '1234 5678'],
    ['1234 56789', '123456789'],
    ['1234 5.', '12345.'],
    ['1234 5A', '12345A'],
    ['YXP.AB', 'YXP.AB'],
  ])('%j stand as %j', (typed, shown) => {
    expect(groupDigits(typed)).toBe(shown);
  });
});
