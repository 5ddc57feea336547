import { beforeAll, describe, expect, it } from '@jest/globals';

import { addSealTimeStamp } from '../../../../service/src/documents/ofd/addSealTimeStamp.ts';
import { ofdPageSizes } from '../../../../service/src/documents/ofd/readPages.ts';
import {
  sealForeignOfd,
  type ForeignOfdSeal,
} from '../../../../service/src/documents/ofd/sealForeignOfd.ts';
import {
  verifyOfd,
  type OfdVerification,
} from '../../../../service/src/documents/ofd/verifyOfd.ts';
import { writeOfd } from '../../../../service/src/documents/ofd/writeOfd.ts';
import { straddlePlacements } from '../../../../service/src/documents/straddle.ts';
import { conclude } from '../../../../service/src/report.ts';
import { repack, unpack } from '../../../support/repack.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';
import {
  buildOfd,
  buildOfdContent,
  buildSeal,
  leafOf,
  PLACEMENT,
  SEALED_AT,
} from '../../../support/testSeal.ts';

const LIST = 'Doc_0/Signs/Signatures.xml';
const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });

let city: TestCity;
let seal: Uint8Array;
let plain: Uint8Array;
let one: Uint8Array;
let two: Uint8Array;
beforeAll(async () => {
  city = await testCity();
  seal = await buildSeal(city);
  const { pages } = buildOfdContent(city);
  plain = writeOfd(
    buildOfdContent(city, { pages: [...pages, ...pages, ...pages], attachments: [], metadata: [] }),
  );
  one = await put(plain);
  two = await put(one);
});

async function put(
  bytes: Uint8Array,
  overrides: Partial<ForeignOfdSeal> = {},
): Promise<Uint8Array> {
  const signer = city.documentSignerSm2;
  const prepared = sealForeignOfd(bytes, {
    seal,
    placements: [PLACEMENT],
    signerCertificate: leafOf(signer),
    signedAt: SEALED_AT,
    qr: null,
    certificates: signer.certificationPath.slice(1),
    ...overrides,
  });
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

function verify(bytes: Uint8Array): OfdVerification {
  return verifyOfd(bytes, { trust: city.trust, at: new Date('2026-11-22T12:00:00Z') });
}

function verdict(bytes: Uint8Array): string {
  const { documentChecks, seals } = verify(bytes);
  const { indication, subIndication } = conclude([
    ...documentChecks,
    ...seals.flatMap(({ checks }) => checks),
  ]);
  return [indication, subIndication ?? ''].join(' ').trim();
}

function edited(bytes: Uint8Array, name: string, edit: (text: string) => string): Uint8Array {
  const text = Buffer.from(unpack(bytes).get(name)!).toString('utf8');
  return repack(bytes, { [name]: Buffer.from(edit(text)) });
}

describe('a document that is left open', () => {
  it('takes one seal after the other', async () => {
    const three = await put(two);
    const { seals, uncovered } = verify(three);

    expect([one, two, three].map(verdict)).toEqual(Array(3).fill('TOTAL-PASSED'));
    expect(seals.map(({ id, coverage }) => [id, coverage?.mode])).toEqual([
      ['1', 'continue'],
      ['3', 'continue'],
      ['5', 'continue'],
    ]);
    expect(uncovered).toEqual([]);
  });

  it('keeps every part of the earlier seals under the later one', () => {
    const [first, second] = verify(two).seals.map(({ coverage }) => new Set(coverage!.parts));
    const own = ['Signature.xml', 'SignedValue.dat'].map((name) => `Doc_0/Signs/Sign_0/${name}`);

    expect([...first!, ...own].filter((path) => !second!.has(path))).toEqual([]);
  });

  it('is closed by a seal that is told to, and then takes no other', async () => {
    const closed = await put(one, { closing: true });

    expect(verify(closed).seals.map(({ coverage }) => coverage?.mode)).toEqual([
      'continue',
      'whole',
    ]);
    expect(verdict(closed)).toBe('TOTAL-PASSED');
    await expect(put(closed)).rejects.toThrow(/closes it to more seals/u);
  });

  it('fails when an earlier seal is taken out', () => {
    const without = edited(two, LIST, (text) => text.replace(/<ofd:Signature ID="1"[^>]*>/u, ''));

    expect(verdict(without)).toBe('TOTAL-FAILED UNSIGNED_CONTENT');
  });

  it('fails when the seals change places', () => {
    const swapped = edited(two, LIST, (text) =>
      text.replace(/(<ofd:Signature ID="1"[^>]*>)(<ofd:Signature ID="3"[^>]*>)/u, '$2$1'),
    );

    expect(verdict(swapped)).toBe('TOTAL-FAILED UNSIGNED_CONTENT');
  });

  it('is what it was when the last seal and its parts are taken out', () => {
    const last = [...unpack(two).keys()].filter((name) => name.includes('Sign_1/'));
    const without = edited(
      repack(two, Object.fromEntries(last.map((name) => [name, null]))),
      LIST,
      (text) => text.replace(/<ofd:Signature ID="3"[^>]*>/u, ''),
    );

    expect(verdict(without)).toBe('TOTAL-PASSED');
    expect(verify(without).seals).toHaveLength(1);
  });

  it.each([
    ['an element', '<ofd:Note>paid</ofd:Note>'],
    ['a text', 'paid'],
    ['an attribute', '<ofd:MaxSignId Note="paid">3</ofd:MaxSignId>'],
  ])('fails for %s in its open list', (_, more) => {
    const noted = edited(two, LIST, (text) => text.replace('</ofd:Signatures>', `${more}$&`));

    expect(verdict(noted)).toBe('TOTAL-FAILED UNSIGNED_CONTENT');
  });

  it('names the parts that no seal covers', () => {
    const added = repack(two, { 'Doc_0/more.xml': Buffer.from('<a/>') });

    expect(verify(added).uncovered).toEqual(['Doc_0/more.xml']);
    expect(verify(added).seals.map(({ coverage }) => coverage?.outside)).toEqual([
      ['Doc_0/more.xml'],
      ['Doc_0/more.xml'],
    ]);
  });

  it('takes a time stamp for its last seal only', () => {
    const token = Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x07);
    const stamped = addSealTimeStamp(two, 1, token);

    expect(verify(stamped).seals.map((one) => one.timeStampToken !== null)).toEqual([false, true]);
    expect(() => addSealTimeStamp(two, 0, token)).toThrow(malformed);
  });
});

describe('a package of several documents', () => {
  /** The document twice, as `Doc_0` and `Doc_1`. */
  function twice(): Uint8Array {
    const copies = [...unpack(plain)].flatMap(([name, bytes]) =>
      name.startsWith('Doc_0/') ? [[name.replace('Doc_0', 'Doc_1'), bytes] as const] : [],
    );
    return edited(repack(plain, Object.fromEntries(copies)), 'OFD.xml', (text) =>
      text.replace(
        /<ofd:DocBody>.*<\/ofd:DocBody>/u,
        (body) => body + body.replace('Doc_0', 'Doc_1'),
      ),
    );
  }

  it('is covered as a whole by the seal on its first one', async () => {
    const sealed = await put(twice());

    expect(verdict(sealed)).toBe('TOTAL-PASSED');
    expect(verdict(edited(sealed, 'Doc_1/Pages/Page_0/Content.xml', (text) => `${text} `))).toBe(
      'TOTAL-FAILED HASH_FAILURE',
    );
  });

  it('fails when a document is added behind the seal', () => {
    const added = edited(one, 'OFD.xml', (text) =>
      text.replace(
        '</ofd:OFD>',
        '<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>$&',
      ),
    );

    expect(verdict(added)).toBe('TOTAL-FAILED HASH_FAILURE');
  });
});

describe('a licence file', () => {
  it('is closed to more seals', async () => {
    const licence = await buildOfd(city);

    expect(verify(licence).seals[0]!.coverage).toMatchObject({ mode: 'whole', outside: [] });
    await expect(put(licence)).rejects.toThrow(malformed);
  });
});

describe('a seal over the edges of pages', () => {
  it('is one seal with a strip on every page', async () => {
    const placements = straddlePlacements(ofdPageSizes(plain), {
      edge: 'right',
      picture: { widthMm: 42, heightMm: 42 },
    });
    const sealed = await put(plain, { placements });

    expect(verdict(sealed)).toBe('TOTAL-PASSED');
    expect(verify(sealed).seals.map((one) => one.placements)).toEqual([placements]);
  });

  it('fails when a strip is moved', async () => {
    const placements = straddlePlacements(ofdPageSizes(plain), {
      edge: 'left',
      picture: { widthMm: 42, heightMm: 42 },
    });
    const moved = edited(
      await put(plain, { placements }),
      'Doc_0/Signs/Sign_0/Signature.xml',
      (text) => text.replace('Clip="28 0', 'Clip="14 0'),
    );

    expect(verdict(moved)).toBe('TOTAL-FAILED HASH_FAILURE');
  });
});
