import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it } from '@jest/globals';
import { recogniseMaterial } from '../../../service/src/cases/recogniseMaterial.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { foreignPdf } from '../../support/foreignPdf.ts';

const canvas = createCanvas(40, 20);
const png = canvas.toBuffer('image/png');
const jpeg = canvas.toBuffer('image/jpeg');
const ofd = writeOfd({
  pages: [{ widthMm: 210, heightMm: 297, items: [] }],
  ...{ title: '', author: '', createdAt: new Date(), metadata: [], attachments: [] },
});

function codeOf(bytes: Uint8Array): string {
  try {
    return recogniseMaterial(bytes);
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

describe('recogniseMaterial', () => {
  it('knows what is taken by its content', async () => {
    const files = [await foreignPdf(), ofd, png, jpeg];

    expect(files.map(codeOf)).toEqual(['pdf', 'ofd', 'png', 'jpeg']);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('申请书')],
    ['a page', Buffer.from('<html><script>alert(1)</script></html>')],
    ['a page that names a PDF', Buffer.from('<html>%PDF-1.7</html>')],
    ['the head of a PDF', Buffer.from('%PDF-1.7\n%%EOF\n')],
    ['a program', Buffer.from('MZ\x90\x00')],
    ['another archive', Buffer.from('PK\x03\x04 and so on')],
    ['half a PNG', png.subarray(0, png.length - 6)],
    ['a PNG with something behind it', Buffer.concat([png, Buffer.from('<html>')])],
    ['a PNG of no size', withBytes(png, 16, Buffer.alloc(4))],
    ['a PNG as large as a city', withBytes(png, 16, Buffer.from('7fffffff', 'hex'))],
    ['the head of a JPEG', jpeg.subarray(0, 60)],
    ['a JPEG without an end', jpeg.subarray(0, jpeg.length - 2)],
    ['a JPEG of nothing but a head', Buffer.from('ffd8ffe000024a46', 'hex')],
    ['a JPEG whose segment has no length', Buffer.from('ffd8ffe00000ffd9', 'hex')],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(bytes)).toBe('DOCUMENT_MALFORMED');
  });

  it('refuses what is too large before it looks at it', () => {
    expect(codeOf(Buffer.alloc(20 * 1024 * 1024 + 1))).toBe('REQUEST_TOO_LARGE');
  });

  it('takes any damage to a file as it comes: it is recognised, or refused', async () => {
    const allowed = ['pdf', 'ofd', 'png', 'jpeg', 'DOCUMENT_MALFORMED'];
    for (const file of [Buffer.from(await foreignPdf()), Buffer.from(ofd), png, jpeg]) {
      for (let at = 0; at < file.length; at += Math.ceil(file.length / 60)) {
        const cut = codeOf(file.subarray(0, at));
        const flipped = codeOf(withBytes(file, at, Buffer.from([0xff - (file[at] ?? 0)])));

        expect(allowed).toContain(cut);
        expect(allowed).toContain(flipped);
      }
    }
  });
});

function withBytes(file: Buffer, at: number, bytes: Buffer): Buffer {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  return copy;
}
