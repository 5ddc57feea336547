import { beforeAll, describe, expect, it } from '@jest/globals';

import { signForeignPdf } from '../../../../service/src/documents/pdf/signForeignPdf.ts';
import {
  verifyPdf,
  type PdfSignatureResult,
} from '../../../../service/src/documents/pdf/verifyPdf.ts';
import { conclude } from '../../../../service/src/report.ts';
import { buildPdfSeal, sealedPdf } from '../../../support/pdfSamples.ts';
import {
  addCompressedRevision,
  addRevision,
  dissect,
  plainPdf,
  type Anatomy,
} from '../../../support/pdfRevisions.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

let city: TestCity;
let sealed: Uint8Array;
let anatomy: Anatomy;

beforeAll(async () => {
  city = await testCity();
  sealed = await sealedPdf(city.documentSignerEs256);
  anatomy = dissect(sealed);
});

async function sealAgain(pdf: Uint8Array): Promise<Uint8Array> {
  const placement = { page: 1, xMm: 20, yMm: 20, widthMm: 40, heightMm: 40 };
  const seal = { ...buildPdfSeal(city.documentSignerEs256, { placement }), qr: null };
  const prepared = signForeignPdf(pdf, seal);
  return prepared.complete(await city.documentSignerEs256.sign(prepared.toBeSigned));
}

function verify(pdf: Uint8Array): readonly PdfSignatureResult[] {
  return verifyPdf(pdf, { trust: city.trust, at: new Date('2026-02-01T00:00:00Z') }).signatures;
}

function laterContent(pdf: Uint8Array, which = 0): string {
  const check = verify(pdf)[which]!.checks.find(({ name }) => name === 'pdf.laterContent')!;
  return `${check.indication} ${check.subIndication}`;
}

const PASSED = 'TOTAL-PASSED null';
const UNSIGNED = 'TOTAL-FAILED UNSIGNED_CONTENT';

/** The catalogue with further members. */
const catalogueWith = (members: string): Record<number, string> => ({
  [anatomy.catalogue]: `<<${anatomy.catalogueText}${members}>>`,
});

describe('a revision behind the signature that only adds signatures and their proofs', () => {
  it('may be another seal', async () => {
    const twice = await sealAgain(sealed);

    expect(laterContent(twice)).toBe(PASSED);
    expect(verify(twice).map(({ checks }) => conclude(checks).indication)).toEqual([
      'TOTAL-PASSED',
      'TOTAL-PASSED',
    ]);
    expect(verify(twice).map(({ coversWholeFile }) => coversWholeFile)).toEqual([false, true]);
  });

  it('may be a third one, in a file with cross-reference streams or not', async () => {
    const thrice = await sealAgain(await sealAgain(sealed));

    expect([0, 1, 2].map((which) => laterContent(thrice, which))).toEqual([PASSED, PASSED, PASSED]);
  });

  it('may be a security store, and a longer one after it', () => {
    const { size } = anatomy;
    const stream = '<</Length 3>>\nstream\nabc\nendstream';
    const stored = addRevision(sealed, {
      ...catalogueWith(`/DSS ${size} 0 R`),
      [size]: `<</Type/DSS/Certs ${size + 1} 0 R>>`,
      [size + 1]: `[${size + 2} 0 R]`,
      [size + 2]: stream,
    });
    const more = addRevision(stored, {
      [size + 1]: `[${size + 2} 0 R ${size + 3} 0 R]`,
      [size + 3]: stream,
    });

    expect(laterContent(stored)).toBe(PASSED);
    expect(laterContent(more)).toBe(PASSED);
  });

  it('may bring the time of change in the information dictionary up to date', () => {
    const information = anatomy.file.trailer.entries.get('Info') as { number: number };
    const text = Buffer.from(sealed).toString('latin1');
    const at =
      text.indexOf(`\n${information.number} 0 obj\n`) + `\n${information.number} 0 obj\n`.length;
    const body = text.slice(at, text.indexOf('\nendobj', at));
    const changed = body.replace(/ModDate\(D:2026/u, 'ModDate(D:2027');

    expect(laterContent(addRevision(sealed, { [information.number]: changed }))).toBe(PASSED);
    expect(
      laterContent(addRevision(sealed, { [information.number]: body.replace('Title', 'Totle') })),
    ).toBe(UNSIGNED);
  });
});

describe('a revision behind the signature that changes what is seen', () => {
  const attacks: Record<string, () => Uint8Array> = {
    'other page content': () =>
      addRevision(sealed, { [anatomy.content]: '<</Length 4>>\nstream\n0 g \nendstream' }),
    'a page that points to other content': () =>
      addRevision(sealed, {
        [anatomy.page.number]:
          `<<${anatomy.pageText.replace(/\/Contents \d+/u, `/Contents ${anatomy.size}`)}>>`,
        [anatomy.size]: '<</Length 4>>\nstream\n0 g \nendstream',
      }),
    'another page': () =>
      addRevision(sealed, {
        [anatomy.pageTree]: `<</Type/Pages/Kids[${anatomy.page.number} 0 R ${anatomy.size} 0 R]/Count 2>>`,
        [anatomy.size]: `<</Type/Page/Parent ${anatomy.pageTree} 0 R/MediaBox[0 0 9 9]>>`,
      }),
    'a page without its seal': () =>
      addRevision(sealed, {
        [anatomy.page.number]: `<<${anatomy.pageText.replace(/\/Annots \[.*?\]/u, '')}>>`,
      }),
    'a note over the page': () =>
      addRevision(sealed, {
        [anatomy.page.number]:
          `<<${anatomy.pageText.replace(/\/Annots \[(.*?)\]/u, `/Annots[$1 ${anatomy.size} 0 R]`)}>>`,
        [anatomy.size]: '<</Type/Annot/Subtype/FreeText/Rect[0 0 99 99]/Contents(new)>>',
      }),
    'an empty signature field that paints over the page': () =>
      addRevision(sealed, {
        [anatomy.page.number]:
          `<<${anatomy.pageText.replace(/\/Annots \[(.*?)\]/u, `/Annots[$1 ${anatomy.size} 0 R]`)}>>`,
        [anatomy.size]: `<</Type/Annot/Subtype/Widget/FT/Sig/T(x)/Rect[0 0 99 99]/AP<</N ${anatomy.size + 1} 0 R>>>>`,
        [anatomy.size + 1]:
          '<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 4>>\nstream\n0 g \nendstream',
      }),
    'other attachments': () => addRevision(sealed, catalogueWith('/Names<<>>')),
    'an action at opening': () =>
      addRevision(sealed, catalogueWith('/OpenAction<</S/URI/URI(http://example.org)>>')),
    'a catalogue with a key twice': () =>
      addRevision(sealed, catalogueWith('/Extensions<<>>/Extensions<<>>')),
    'another root': () =>
      addRevision(
        sealed,
        { [anatomy.size]: `<<${anatomy.catalogueText}>>` },
        `/Root ${anatomy.size} 0 R`,
      ),
    'a security store with a page in it': () =>
      addRevision(sealed, {
        ...catalogueWith(`/DSS<</Certs[]/Kids[${anatomy.page.number} 0 R]>>`),
      }),
    'a deleted object': () => {
      const changed = addRevision(sealed, { [anatomy.size]: 'null' });
      const text = Buffer.from(changed).toString('latin1');
      const entry = text.lastIndexOf(' 00000 n ');
      return Buffer.from(
        `${text.slice(0, entry).replace(/xref\n\d+ 1\n\d{10}$/u, `xref\n${anatomy.content} 1\n0000000000`)} 65535 f ${text.slice(entry + 9)}`,
        'latin1',
      );
    },
  };

  it.each(Object.keys(attacks))('is found: %s', (name) => {
    expect(laterContent(attacks[name]!())).toBe(UNSIGNED);
  });

  it('is found also when another seal follows it', async () => {
    const changed = await sealAgain(attacks['a note over the page']!());

    expect(laterContent(changed)).toBe(UNSIGNED);
    expect(laterContent(changed, 1)).toBe(PASSED);
  });
});

/** Puts text before the cross-reference table of the last revision, or behind its trailer. */
function withText(pdf: Uint8Array, where: 'before' | 'behind', inserted: string): Uint8Array {
  const text = Buffer.from(pdf).toString('latin1');
  const mark = text.lastIndexOf('startxref');
  const table = text.lastIndexOf('xref\n', mark - 1);
  const shift = where === 'before' ? inserted.length : 0;
  const end = `startxref\n${table + shift}\n%%EOF\n`;
  const at = where === 'before' ? table : mark;
  return Buffer.from(`${text.slice(0, at)}${inserted}${text.slice(at, mark)}${end}`, 'latin1');
}

describe('a revision behind the signature', () => {
  it('may hold no bytes that belong to no object', () => {
    const revised = addRevision(sealed, catalogueWith('/DSS<<>>'));

    expect(laterContent(revised)).toBe(PASSED);
    expect(laterContent(withText(revised, 'before', '%hidden\n'))).toBe(UNSIGNED);
    expect(laterContent(withText(revised, 'behind', '%hidden\n'))).toBe(UNSIGNED);
  });

  it('may name the library that wrote it', () => {
    const revised = addRevision(sealed, catalogueWith('/DSS<<>>'));
    const name = '%iText-Core-8.0.2 (production version)\n';

    expect(laterContent(withText(revised, 'behind', name))).toBe(PASSED);
    expect(laterContent(withText(revised, 'behind', `${name}%more\n`))).toBe(UNSIGNED);
    expect(laterContent(withText(revised, 'before', name))).toBe(UNSIGNED);
  });

  it('may hold no object that nothing leads to', async () => {
    const { size } = anatomy;
    const loose = { [size]: `[${size + 1} 0 R]`, [size + 1]: `[${size} 0 R]` };
    const idle = addRevision(sealed, loose);

    expect(laterContent(idle)).toBe(UNSIGNED);
    expect(laterContent(addRevision(sealed, loose, `/Extra ${size} 0 R`))).toBe(UNSIGNED);
    const disguised = { [size]: '<</Type/XRef/Length 0>>\nstream\n\nendstream' };
    expect(laterContent(addRevision(sealed, disguised))).toBe(UNSIGNED);
    // whoever signs it vouches for it
    expect(laterContent(await sealAgain(idle))).toBe(PASSED);
  });

  it('may leave an older security store behind', () => {
    const { size } = anatomy;
    const store = { [size]: '<</Type/DSS/Certs[]>>' };
    const stored = addRevision(sealed, { ...catalogueWith(`/DSS ${size} 0 R`), ...store });
    const renewed = addRevision(stored, {
      ...catalogueWith(`/DSS ${size + 1} 0 R`),
      [size + 1]: '<</Type/DSS/Certs[]>>',
    });

    expect(laterContent(renewed)).toBe(PASSED);
  });

  it('may free the older store, with what it led to', () => {
    const { size } = anatomy;
    const stored = addRevision(sealed, {
      ...catalogueWith(`/DSS ${size} 0 R`),
      [size]: `<</Type/DSS/Certs ${size + 1} 0 R>>`,
      [size + 1]: '[]',
    });
    const renewed = addRevision(stored, catalogueWith('/DSS<</Type/DSS/Certs[]>>'));
    const section = `xref\n${size} 1\n0000000000 00001 f \n`;
    const text = Buffer.from(renewed).toString('latin1');
    const at = text.lastIndexOf('xref\n', text.lastIndexOf('startxref') - 1);
    const freed = text.slice(0, at) + section + text.slice(at + 'xref\n'.length);

    expect(laterContent(Buffer.from(freed, 'latin1'))).toBe(PASSED);
  });

  it('may keep its objects in streams, and is looked through all the same', () => {
    const { size, catalogue, catalogueText } = anatomy;
    const store = (dss: number): Record<number, string> => ({
      [catalogue]: `<<${catalogueText}/DSS ${dss} 0 R>>`,
      [dss]: '<</Type/DSS/Certs[]>>',
    });
    const stored = addCompressedRevision(sealed, store(size), size + 1);
    const renewed = addCompressedRevision(stored, store(size + 4), size + 5);
    const idle = { ...store(size + 4), [size + 8]: '(idle)' };

    expect(laterContent(stored)).toBe(PASSED);
    expect(laterContent(renewed)).toBe(PASSED);
    expect(laterContent(addCompressedRevision(stored, idle, size + 5))).toBe(UNSIGNED);
  });

  it('may not fill a number that signed content already refers to', async () => {
    const shadow = await sealAgain(plainPdf('/MediaBox[0 0 595 842]/Thumb 900 0 R'));
    const filled = addRevision(shadow, { 900: '<</Length 1>>\nstream\nx\nendstream' });

    expect(laterContent(shadow)).toBe(PASSED);
    expect(laterContent(filled)).toBe(UNSIGNED);
  });

  it('may not be the first to know the signature', () => {
    const text = Buffer.from(sealed).toString('latin1');
    const [, field] = /\/Fields\[(\d+) 0 R\]/u.exec(text)!;
    const blind = text.replace(
      `/Fields[${field} 0 R]`,
      `/Fields[${'9'.repeat(field!.length)} 0 R]`,
    );
    const revised = addRevision(Buffer.from(blind, 'latin1'), catalogueWith(''));

    expect(laterContent(revised)).toBe(UNSIGNED);
  });
});
