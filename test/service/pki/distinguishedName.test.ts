import { describe, expect, it } from '@jest/globals';

import { readDer, TAG } from '../../../service/src/pki/der.ts';
import {
  encodeDer,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeText,
} from '../../../service/src/pki/derEncoding.ts';
import {
  encodeSubject,
  readDistinguishedName,
  type DistinguishedName,
} from '../../../service/src/pki/distinguishedName.ts';

type Attribute = readonly [oid: string, value: Uint8Array];

function read(...names: readonly (readonly Attribute[])[]): DistinguishedName {
  const relative = names.map((attributes) =>
    encodeSetOf(...attributes.map(([oid, value]) => encodeSequence(encodeOid(oid), value))),
  );
  return readDistinguishedName(readDer(encodeSequence(...relative), TAG.sequence));
}

const commonName = (value: string): readonly Attribute[] => [['2.5.4.3', encodeText(value)]];

describe('readDistinguishedName', () => {
  it('reads what encodeSubject wrote', () => {
    const subject = {
      organisation: '市监局',
      creditCode: '11330402MB00000016',
      commonName: '电子签章',
    };

    expect(readDistinguishedName(readDer(encodeSubject(subject), TAG.sequence))).toMatchObject(
      subject,
    );
  });

  it.each([
    ['a comma', 'a,b', 'CN=a\\,b'],
    ['a line feed', 'a\nCN=b', 'CN=a\\0aCN=b'],
    ['spaces at the ends', ' a ', 'CN=\\ a\\ '],
    ['a number sign', '#a', 'CN=\\#a'],
  ])('escapes %s', (_, value, text) => {
    expect(read(commonName(value)).text).toBe(text);
  });

  it.each([
    ['organizationIdentifier', '2.5.4.97', '11330402MB00000016', '11330402MB00000016'],
    [
      'organizationIdentifier with its scheme',
      '2.5.4.97',
      'NTRCN-11330402MB00000016',
      '11330402MB00000016',
    ],
    ['serialNumber', '2.5.4.5', '11330402MB00000016', '11330402MB00000016'],
    ['a serialNumber that is another number', '2.5.4.5', '12345', null],
  ])('takes the credit code from %s', (_, oid, value, creditCode) => {
    expect(read([[oid, encodeText(value)]]).creditCode).toBe(creditCode);
  });

  it('reads BMPString and PrintableString', () => {
    const bmp = encodeDer(TAG.bmpString, Uint8Array.of(0x53, 0x57, 0x6e, 0x56));
    const printable = encodeDer(TAG.printableString, Buffer.from('Nanhu'));

    expect(read([['2.5.4.3', bmp]]).commonName).toBe(
      '南湖'.replace('南湖', String.fromCharCode(0x5357, 0x6e56)),
    );
    expect(read([['2.5.4.10', printable]]).organisation).toBe('Nanhu');
  });

  it.each([
    ['bytes that are not UTF-8', [['2.5.4.3', encodeDer(TAG.utf8String, Uint8Array.of(0xff))]]],
    ['an empty relative name', []],
    ['a value that is too long', commonName('a'.repeat(2049))],
  ] as [string, Attribute[]][])('refuses %s', (_, attributes) => {
    expect(() => read(attributes)).toThrow(
      expect.objectContaining({ code: 'CERTIFICATE_MALFORMED' }),
    );
  });

  it('compares without case and inner spaces, whatever the string type', () => {
    const one = read(commonName('Good  CA '));
    const other = read([['2.5.4.3', encodeDer(TAG.printableString, Buffer.from('good ca'))]]);

    expect(one.comparisonKey).toBe(other.comparisonKey);
    expect(one.comparisonKey).not.toBe(read(commonName('good cb')).comparisonKey);
  });

  it('does not take two attributes for one', () => {
    const split = read(commonName('a'), commonName('b'));
    for (const separator of ['\u0000', '\u0001', ',', '"],["', '\n']) {
      const joined = read(commonName(`a${separator}2.5.4.3=b`));
      expect(split.comparisonKey).not.toBe(joined.comparisonKey);
    }
  });
});
