import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import {
  extractAttachment,
  listAttachments,
} from '../../../../service/src/documents/ofd/attachments.ts';
import { writeOfd } from '../../../../service/src/documents/ofd/writeOfd.ts';
import { repack, unpack } from '../../../support/repack.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import { buildOfd, buildOfdContent } from '../../../support/testSeal.ts';
import { vectorsFolder } from '../../../support/vectors.ts';

const LIST = 'Doc_0/Attachs/Attachments.xml';

let city: TestCity;
let ofd: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  ofd = await buildOfd(city);
});

function edited(change: (list: string) => string): Uint8Array {
  const list = Buffer.from(unpack(ofd).get(LIST)!).toString('utf8');
  return repack(ofd, { [LIST]: Buffer.from(change(list)) });
}

describe('the attachments of an OFD', () => {
  it('are listed with name, format, size and whether a seal covers them', () => {
    const size = Buffer.byteLength(city.intermediatesPem);

    expect(listAttachments(ofd)).toMatchObject([
      { name: 'metadata', format: 'xml', path: 'Doc_0/Attachs/metadata.xml', isCovered: true },
      { name: 'certificates', format: 'pem', size, isVisible: false, isCovered: true },
    ]);
  });

  it('are not covered where there is no seal', () => {
    const plain = writeOfd(buildOfdContent(city));

    expect(listAttachments(plain).map((one) => one.isCovered)).toEqual([false, false]);
  });

  it('can be taken out', () => {
    const bytes = extractAttachment(ofd, 'Doc_0/Attachs/certificates.pem', 1 << 20);

    expect(Buffer.from(bytes).toString()).toBe(city.intermediatesPem);
  });

  it.each([
    ['a part that is not listed', 'OFD.xml', 1 << 20, 'DOCUMENT_NOT_FOUND'],
    ['more bytes than wanted', 'Doc_0/Attachs/certificates.pem', 100, 'REQUEST_TOO_LARGE'],
  ])('are not taken out: %s', (_, path, maxBytes, code) => {
    expect(() => extractAttachment(ofd, path, maxBytes)).toThrow(expect.objectContaining({ code }));
  });

  it('have a size only if the file is there', () => {
    const gone = repack(ofd, { 'Doc_0/Attachs/metadata.xml': null });

    expect(listAttachments(gone)[0]!.size).toBeNull();
  });

  it('cannot lead out of the package', () => {
    expect(() =>
      listAttachments(edited((list) => list.replace('>metadata', '>../../../etc'))),
    ).toThrow(expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }));
  });

  it('have names that can be printed', () => {
    const disguised = edited((list) => list.replace('"metadata"', '"a&#10;\u202egpj"'));

    expect(listAttachments(disguised)[0]!.name).toBe('a\ufffd\ufffdgpj');
  });

  it('are at most two hundred', () => {
    const many = edited((list) =>
      list.replace(/<ofd:Attachment .*?<\/ofd:Attachment>/u, (one) => one.repeat(300)),
    );

    expect(listAttachments(many)).toHaveLength(200);
  });

  it('are none where the list is missing', () => {
    expect(listAttachments(repack(ofd, { [LIST]: null }))).toEqual([]);
  });
});

const ofdrw = vectorsFolder('ofdrw');
(ofdrw === null ? describe.skip : describe)('an OFD that ofdrw wrote', () => {
  it('has none', () => {
    const bytes = readFileSync(join(ofdrw ?? '', 'ofdrw-reader__SESV4SignDoc.ofd'));

    expect(listAttachments(bytes)).toEqual([]);
  });
});
