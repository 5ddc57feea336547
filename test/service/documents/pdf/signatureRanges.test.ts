import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeContents } from '../../../../service/src/documents/pdf/signatureRanges.ts';
import { verifyPdf } from '../../../../service/src/documents/pdf/verifyPdf.ts';
import type { Check } from '../../../../service/src/report.ts';
import { sealedPdf } from '../../../support/pdfSamples.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

const BYTE_RANGE = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/;

let city: TestCity;
let sealed: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  sealed = await sealedPdf(city.documentSignerEs256);
});

/** The verdict on the byte range after a change of its four numbers. */
function checkOf(change: (numbers: readonly number[]) => readonly number[]): Check | undefined {
  const text = Buffer.from(sealed).toString('latin1');
  const found = BYTE_RANGE.exec(text)!;
  const changed = `/ByteRange [${change(found.slice(1).map(Number)).join(' ')}`;
  const padded = `${changed.padEnd(found[0].length - 1)}]`;
  const bytes = Buffer.from(text.replace(found[0], padded), 'latin1');
  const { signatures } = verifyPdf(bytes, { trust: city.trust, at: new Date() });
  return signatures[0]?.checks.find(({ name }) => name === 'pdf.byteRange');
}

describe('checkByteRange', () => {
  it('passes what leaves out the signature and nothing else', () => {
    expect(checkOf((numbers) => numbers)).toMatchObject({ indication: 'TOTAL-PASSED' });
  });

  it.each<[string, (numbers: readonly number[]) => readonly number[]]>([
    ['begins later', ([, b = 0, c = 0, d = 0]) => [1, b, c, d]],
    ['leaves out a byte before the signature', ([a = 0, b = 0, c = 0, d = 0]) => [a, b - 1, c, d]],
    ['leaves out a byte behind it', ([a = 0, b = 0, c = 0, d = 0]) => [a, b, c + 1, d - 1]],
    ['covers a byte of the signature', ([a = 0, b = 0, c = 0, d = 0]) => [a, b + 1, c, d]],
    ['ends before the dictionary', ([a = 0, b = 0, c = 0]) => [a, b, c, 0]],
    ['has three numbers', ([a = 0, b = 0, c = 0]) => [a, b, c]],
  ])('fails one that %s', (_, change) => {
    expect(checkOf(change)).toMatchObject({
      indication: 'TOTAL-FAILED',
      subIndication: 'FORMAT_FAILURE',
    });
  });

  it('says of one that ends behind the file that bytes are not as signed', () => {
    expect(checkOf(([a = 0, b = 0, c = 0, d = 0]) => [a, b, c, d + 1])).toMatchObject({
      indication: 'TOTAL-FAILED',
      subIndication: 'HASH_FAILURE',
    });
  });
});

describe('decodeContents', () => {
  const hex = (text: string): Uint8Array => Buffer.from(text, 'latin1');

  it('gives one DER element and lets zeros follow', () => {
    expect([...(decodeContents(hex('0401ff0000')) as Uint8Array)]).toEqual([4, 1, 0xff]);
  });

  it.each(['0401ff01', '0401f', '0401fg', '0405ff', '30800000', ''])('refuses %j', (text) => {
    expect(typeof decodeContents(hex(text))).toBe('string');
  });
});
