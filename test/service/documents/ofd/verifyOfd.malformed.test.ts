import { deflateRawSync } from 'node:zlib';

import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { verifyOfd } from '../../../../service/src/documents/ofd/verifyOfd.ts';
import { writeZip } from '../../../../service/src/documents/ofd/writeZip.ts';
import { ServiceError } from '../../../../service/src/errors.ts';
import { NO_TRUST_STORE } from '../../../../service/src/pki/trustStore.ts';
import { conclude } from '../../../../service/src/report.ts';
import { repack, unpack } from '../../../support/repack.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import { buildOfd } from '../../../support/testSeal.ts';

const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });

let city: TestCity;
let ofd: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  ofd = await buildOfd(city);
});

function verdict(bytes: Uint8Array): string {
  const question = { trust: city.trust, at: new Date('2026-11-22T00:00:00Z') };
  const { documentChecks, seals } = verifyOfd(bytes, question);
  return conclude([...documentChecks, ...seals.flatMap((seal) => seal.checks)]).indication;
}

/** The sealed OFD with the text of one part changed. */
function edit(name: string, from: string | RegExp, to: string): Uint8Array {
  const text = Buffer.from(unpack(ofd).get(name)!).toString('utf8');
  return repack(ofd, { [name]: Buffer.from(text.replace(from, to)) });
}

describe('verifyOfd', () => {
  it.each<[string, () => Uint8Array]>([
    ['no archive', () => Buffer.from('%PDF-1.7')],
    ['an archive without OFD.xml', () => repack(ofd, { 'OFD.xml': null })],
    ['no document', () => edit('OFD.xml', /<ofd:DocBody>.*<\/ofd:DocBody>/u, '')],
    ['a document without root', () => edit('OFD.xml', /<ofd:DocRoot>.*<\/ofd:DocRoot>/u, '')],
    [
      'two lists of signatures',
      () =>
        edit('OFD.xml', '<ofd:Signatures>', '<ofd:Signatures>/a</ofd:Signatures><ofd:Signatures>'),
    ],
    [
      'a location out of the package',
      () => edit('OFD.xml', 'Doc_0/Document.xml', '../../etc/passwd'),
    ],
    ['a document type', () => edit('OFD.xml', '<ofd:OFD', '<!DOCTYPE x><ofd:OFD')],
    [
      'a signature listed twice',
      () => edit('Doc_0/Signs/Signatures.xml', /(<ofd:Signature .*?\/>)/u, '$1$1'),
    ],
    [
      '33 signatures',
      () =>
        edit(
          'Doc_0/Signs/Signatures.xml',
          '</ofd:Signatures>',
          `${Array.from({ length: 32 }, (_, index) => `<ofd:Signature ID="${index + 2}" BaseLoc="s${index}"/>`).join('')}</ofd:Signatures>`,
        ),
    ],
    [
      'too much XML in all',
      () =>
        repack(ofd, {
          'OFD.xml': padded('OFD.xml'),
          'Doc_0/Document.xml': padded('Doc_0/Document.xml'),
          'Doc_0/Attachs/Attachments.xml': padded('Doc_0/Attachs/Attachments.xml'),
        }),
    ],
    [
      'a bomb',
      () =>
        writeZip([
          {
            name: 'OFD.xml',
            bytes: new Uint8Array(100 * 1024 * 1024),
            deflated: deflateRawSync(new Uint8Array(1024)),
          },
        ]),
    ],
  ])('refuses %s', (_, build) => {
    expect(() => verdict(build())).toThrow(malformed);
  });

  it.each<[string, () => Uint8Array]>([
    [
      'a signature that is not there',
      () => repack(ofd, { 'Doc_0/Signs/Sign_0/Signature.xml': null }),
    ],
    [
      'a description of nothing',
      () => edit('Doc_0/Signs/Sign_0/Signature.xml', /SignedInfo/gu, 'Other'),
    ],
    [
      'a stamp without size',
      () => edit('Doc_0/Signs/Sign_0/Signature.xml', /Boundary="[^"]*"/u, 'Boundary="1 2"'),
    ],
    ['digests by MD5', () => edit('Doc_0/Signs/Sign_0/Signature.xml', / CheckMethod="[^"]*"/u, '')],
  ])('fails %s', (_, build) => {
    expect(verdict(build())).toBe('TOTAL-FAILED');
  });

  it('never passes and throws nothing but DOCUMENT_MALFORMED when bytes of the parts or the package are changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(ofd.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });

    fc.assert(
      fc.property(changes, fc.option(fc.nat(ofd.length - 1), { freq: 5 }), (list, cut) => {
        const bytes = new Uint8Array(ofd).subarray(0, cut ?? ofd.length);
        for (const [offset, mask] of list) bytes[offset] = (bytes[offset] ?? 0) ^ mask;
        try {
          verifyOfd(bytes, {
            trust: NO_TRUST_STORE,
            at: new Date('2026-11-22T00:00:00Z'),
          });
        } catch (error) {
          return error instanceof ServiceError && error.code === 'DOCUMENT_MALFORMED';
        }
        return true;
      }),
      { numRuns: 500 },
    );
  });

  function padded(name: string): Uint8Array {
    return Buffer.concat([unpack(ofd).get(name)!, Buffer.alloc(3.9 * 1024 * 1024, ' ')]);
  }
});
