import { beforeAll, describe, expect, it } from '@jest/globals';

import { addValidationData } from '../../../../service/src/documents/pdf/addValidationData.ts';
import {
  layOutDictionary,
  openGap,
} from '../../../../service/src/documents/pdf/signatureDictionary.ts';
import { signForeignPdf } from '../../../../service/src/documents/pdf/signForeignPdf.ts';
import { verifyPdf } from '../../../../service/src/documents/pdf/verifyPdf.ts';
import type { Piece } from '../../../../service/src/documents/pdf/pdfObjects.ts';
import { addRevision, buildPdf, dissect } from '../../../support/pdfRevisions.ts';
import { buildPdfSeal } from '../../../support/pdfSamples.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

let city: TestCity;

beforeAll(async () => {
  city = await testCity();
});

const stream = (members: string, data: string): string =>
  `<<${members}/Length ${data.length}>>\nstream\n${data}\nendstream`;
const APPEARANCE = stream('/Type/XObject/Subtype/Form/BBox[0 0 9 9]', '0 g');
/** Numbers of the objects in {@link formPdf}. */
const [CATALOGUE, FIELD, SHOWN, OTHER_FIELD, LOCKER, STORE, RECORDS, LIST, METADATA, INFORMATION] =
  [1, 5, 6, 7, 8, 10, 11, 12, 14, 15];
const RECORD = 'A'.repeat(40);
const TEXT_FIELD = '/Type/Annot/Subtype/Widget/FT/Tx/Rect[0 0 9 9]/F 4';

interface FormOptions {
  readonly catalogue?: string;
  /** Members of a signature dictionary that was there before. */
  readonly earlierSignature?: string;
  readonly objects?: Readonly<Record<number, string | readonly Piece[]>>;
}

/** A page with two text fields, one earlier signature, a security store, metadata and information. */
function formPdf({ catalogue = '', earlierSignature = '', objects = {} }: FormOptions): Uint8Array {
  return buildPdf(
    {
      [CATALOGUE]: `<<${catalogueText(catalogue)}>>`,
      2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
      3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R/Annots[5 0 R 7 0 R]>>',
      4: stream('', '0 0 9 9 re f'),
      [FIELD]: `<<${TEXT_FIELD}/T(name)/AP<</N 6 0 R>>>>`,
      [SHOWN]: APPEARANCE,
      [OTHER_FIELD]: `<<${TEXT_FIELD}/T(place)>>`,
      [LOCKER]: '<</FT/Sig/T(before)/V 9 0 R>>',
      9: `<</Type/Sig/SubFilter/adbe.pkcs7.detached${earlierSignature}>>`,
      [STORE]: `<</Type/DSS/VRI 11 0 R/Certs 12 0 R>>`,
      [RECORDS]: `<</${RECORD}<</Cert 12 0 R>>>>`,
      [LIST]: '[13 0 R]',
      13: stream('', 'abc'),
      [METADATA]: stream('/Type/Metadata/Subtype/XML', '<a/>'),
      [INFORMATION]: '<</Title(one)/Producer(one)>>',
      ...objects,
    },
    '/Info 15 0 R',
  );
}

function catalogueText(more = ''): string {
  return (
    '/Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 7 0 R 8 0 R]/SigFlags 3>>' +
    `/DSS 10 0 R/Metadata 14 0 R${more}`
  );
}

const certified = (level: number): string =>
  `/Perms<</DocMDP<</Reference[<</TransformMethod/DocMDP/TransformParams<</P ${level}>>>>]>>>>`;
const locked = (scope: string): string =>
  `/Reference[<</TransformMethod/FieldMDP/TransformParams<<${scope}>>>>]`;

async function seal(pdf: Uint8Array): Promise<Uint8Array> {
  const placement = { page: 1, xMm: 20, yMm: 20, widthMm: 40, heightMm: 40 };
  const signer = city.documentSignerEs256;
  const prepared = signForeignPdf(pdf, { ...buildPdfSeal(signer, { placement }), qr: null });
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

/** Of the seal, which is the last signature of the signed revision. */
function laterContent(pdf: Uint8Array): string {
  const { signatures } = verifyPdf(pdf, {
    trust: city.trust,
    at: new Date('2026-02-01T00:00:00Z'),
  });
  const checks = signatures.find(({ fieldName }) => fieldName.startsWith('Seal'))!.checks;
  const check = checks.find(({ name }) => name === 'pdf.laterContent')!;
  return `${check.indication} ${check.subIndication}`;
}

const PASSED = 'TOTAL-PASSED null';
const UNSIGNED = 'TOTAL-FAILED UNSIGNED_CONTENT';
const FILLED = { [FIELD]: `<<${TEXT_FIELD}/T(name)/AP<</N 6 0 R>>/V(done)>>` };

/** The catalogue of a sealed form, with other members in place of some. */
function changedCatalogue(
  sealed: Uint8Array,
  change: (text: string) => string,
): Record<number, string> {
  return { [CATALOGUE]: `<<${change(dissect(sealed).catalogueText)}>>` };
}

describe('filling in a form behind a seal', () => {
  it.each([
    ['nobody allowed it', {}, UNSIGNED],
    ['its author certified it against that', { catalogue: certified(2) }, PASSED],
    ['its author certified it for annotations, too', { catalogue: certified(3) }, PASSED],
    [
      'an earlier signer locked this field',
      { catalogue: certified(2), earlierSignature: locked('/Action/Include/Fields[(name)]') },
      UNSIGNED,
    ],
    [
      'an earlier signer locked a field whose name only begins alike',
      { catalogue: certified(2), earlierSignature: locked('/Action/Include/Fields[(nam)]') },
      PASSED,
    ],
    [
      'an earlier signer locked all but this field and the seal',
      {
        catalogue: certified(2),
        earlierSignature: locked('/Action/Exclude/Fields[(name)(Seal4)]'),
      },
      PASSED,
    ],
  ])('when %s: %j %s', async (_when, options, expected) => {
    const sealed = await seal(formPdf(options));

    expect(laterContent(addRevision(sealed, FILLED))).toBe(expected);
  });

  it.each<[string, Record<number, string>, string]>([
    ['a new appearance', { [SHOWN]: APPEARANCE.replace('0 g', '1 g') }, PASSED],
    [
      'an appearance in another object',
      { [FIELD]: `<<${TEXT_FIELD}/T(name)/AP<</N 90 0 R>>/V(x)>>`, 90: APPEARANCE },
      PASSED,
    ],
    ['no appearance', { [FIELD]: `<<${TEXT_FIELD}/T(name)/AP null/V(x)>>` }, UNSIGNED],
    ['another name', { [FIELD]: `<<${TEXT_FIELD}/T(nome)/AP<</N 6 0 R>>>>` }, UNSIGNED],
    [
      'another place',
      { [FIELD]: `<<${TEXT_FIELD.replace('0 0 9 9', '0 0 99 99')}/T(name)/AP<</N 6 0 R>>>>` },
      UNSIGNED,
    ],
    [
      'what was hidden shown',
      { [OTHER_FIELD]: `<<${TEXT_FIELD.replace('/F 4', '/F 0')}/T(place)>>` },
      UNSIGNED,
    ],
    ['other content of the page', { 4: stream('', '1 1 9 9 re f') }, UNSIGNED],
    ['a value that was signed taken away', { [LOCKER]: '<</FT/Sig/T(before)>>' }, UNSIGNED],
  ])('with %s', async (_what, objects, expected) => {
    const sealed = await seal(formPdf({ catalogue: certified(2) }));

    expect(laterContent(addRevision(sealed, objects))).toBe(expected);
  });

  it('does not change an appearance that something else shows, too', async () => {
    const shared = {
      3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</X 6 0 R>>>>/Contents 4 0 R/Annots[5 0 R 7 0 R]>>',
    };
    const sealed = await seal(formPdf({ catalogue: certified(2), objects: shared }));
    const moved = { [FIELD]: `<<${TEXT_FIELD}/T(name)/AP<</N 90 0 R>>/V(x)>>`, 90: APPEARANCE };

    expect(laterContent(addRevision(sealed, { [SHOWN]: APPEARANCE.replace('0 g', '1 g') }))).toBe(
      UNSIGNED,
    );
    expect(laterContent(addRevision(sealed, moved))).toBe(UNSIGNED);
  });
});

describe('sealing what earlier signers closed', () => {
  it.each([
    ['certified against every change', { catalogue: certified(1) }],
    ['locked field by field', { earlierSignature: locked('/Action/All') }],
    ['locked by what cannot be read', { earlierSignature: locked('') }],
    [
      'locked by the field’s own dictionary',
      { objects: { [LOCKER]: '<</FT/Sig/T(before)/V 9 0 R/Lock<</Action/All>>>>' } },
    ],
  ])('is refused: %s', async (_what, options) => {
    await expect(seal(formPdf(options))).rejects.toMatchObject({ code: 'DOCUMENT_MALFORMED' });
  });

  it('is refused where a password protects it', async () => {
    const encrypted = formPdf({});
    const text = Buffer.from(encrypted)
      .toString('latin1')
      .replace('/Info 15', '/Encrypt 15 0 R/Info 15');

    await expect(seal(Buffer.from(text, 'latin1'))).rejects.toThrow(/encrypted/u);
  });
});

describe('a later signature in a group of fields', () => {
  const GROUP: Record<number, string> = {
    21: '<</T(a)/Kids[22 0 R]>>',
    22: '<</FT/Sig/T(one)/Parent 21 0 R>>',
  };
  const grouped = (kids = GROUP): Uint8Array =>
    formPdf({
      objects: {
        [CATALOGUE]: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[21 0 R]/SigFlags 3>>>>',
        ...kids,
      },
    });
  /** A field 30 below the group whose signature covers the revision; what it is worth is its own affair. */
  function signBelow(sealed: Uint8Array, objects: Record<number, string>): Uint8Array {
    const signature = layOutDictionary('/Type/Sig/SubFilter/adbe.pkcs7.detached', '', 4);
    const revised = addRevision(sealed, {
      30: `<</FT/Sig/T(two)/Parent 21 0 R/V 31 0 R>>`,
      31: signature.text,
      ...objects,
    });
    const at = Buffer.from(revised).lastIndexOf(signature.text.slice(0, 40));
    return openGap(Buffer.from(revised), at, signature).fill(Buffer.from([0x30, 0]));
  }

  it.each<[string, string, string]>([
    ['joins it', '<</T(a)/Kids[22 0 R 30 0 R]>>', PASSED],
    ['takes the place of another', '<</T(a)/Kids[30 0 R]>>', UNSIGNED],
    ['brings a field that nobody signed', '<</T(a)/Kids[22 0 R 30 0 R 7 0 R]>>', UNSIGNED],
    ['renames it', '<</T(b)/Kids[22 0 R 30 0 R]>>', UNSIGNED],
    ['gives it a value', '<</T(a)/Kids[22 0 R 30 0 R]/V(x)>>', UNSIGNED],
  ])('%s: %s', async (_what, group, expected) => {
    const sealed = await seal(grouped());

    expect(laterContent(signBelow(sealed, { 21: group }))).toBe(expected);
  });

  it('joins it also where its list is an object of its own', async () => {
    const sealed = await seal(grouped({ ...GROUP, 21: '<</T(a)/Kids 23 0 R>>', 23: '[22 0 R]' }));

    expect(laterContent(signBelow(sealed, { 23: '[22 0 R 30 0 R]' }))).toBe(PASSED);
    expect(laterContent(signBelow(sealed, { 23: '[30 0 R]' }))).toBe(UNSIGNED);
  });
});

describe('the security store behind a seal', () => {
  it.each<[string, Record<number, string>, string]>([
    [
      'a further record',
      { [RECORDS]: `<</${RECORD}<</Cert 12 0 R>>/${'B'.repeat(40)}<</TU(D:2026)>>>>` },
      PASSED,
    ],
    ['a list with another stream', { [LIST]: '[13 0 R 90 0 R]', 90: stream('', 'x') }, PASSED],
    ['a list without its stream', { [LIST]: '[]' }, PASSED],
    ['a list of what is no stream', { [LIST]: '[13 0 R 3 0 R]' }, UNSIGNED],
    ['a list that is none', { [LIST]: '(x)' }, UNSIGNED],
    ['another member', { [STORE]: '<</Type/DSS/VRI 11 0 R/Certs 12 0 R/Kids[3 0 R]>>' }, UNSIGNED],
    ['no records', { [STORE]: '<</Type/DSS/Certs 12 0 R>>' }, UNSIGNED],
    ['a record less', { [RECORDS]: '<<>>' }, UNSIGNED],
    ['another record', { [RECORDS]: `<</${RECORD}<</CRL 12 0 R>>>>` }, UNSIGNED],
    [
      'a record of a strange name',
      { [RECORDS]: `<</${RECORD}<</Cert 12 0 R>>/Odd<<>>>>` },
      UNSIGNED,
    ],
    ['other bytes in its stream', { 13: stream('', 'xyz') }, UNSIGNED],
    ['a string in its place', { [STORE]: '(store)' }, UNSIGNED],
  ])('with %s', async (_what, objects, expected) => {
    const sealed = await seal(formPdf({}));

    expect(laterContent(addRevision(sealed, objects))).toBe(expected);
  });

  it('may not go away', async () => {
    const sealed = await seal(formPdf({}));
    const without = changedCatalogue(sealed, (text) => text.replace('/DSS 10 0 R', ''));

    expect(laterContent(addRevision(sealed, without))).toBe(UNSIGNED);
  });

  it('may not take an object for itself that something else uses', async () => {
    const shared = {
      3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/B 12 0 R>>',
    };
    const sealed = await seal(formPdf({ objects: shared }));

    expect(laterContent(addRevision(sealed, { [LIST]: '[13 0 R]' }))).toBe(PASSED);
    expect(laterContent(addRevision(sealed, { [LIST]: '[]' }))).toBe(UNSIGNED);
  });

  it('grows by our own hand', async () => {
    const sealed = await seal(formPdf({}));
    const none = { certificates: [], crls: [], ocspResponses: [] };

    const grown = addValidationData(sealed, { ...none, crls: [Buffer.from('new')] });

    expect(laterContent(grown)).toBe(PASSED);
  });
});

describe('what describes the document, behind a seal', () => {
  const packet = (xml: string): Record<number, string> => ({
    [METADATA]: stream('/Type/Metadata/Subtype/XML', xml),
  });

  it.each<[string, Record<number, string>, string]>([
    ['a newer packet', packet('<b/>'), PASSED],
    ['a packet that is no XML', packet('b'), UNSIGNED],
    ['a packet with an entity', packet('<!DOCTYPE b [<!ENTITY c "d">]><b>&c;</b>'), UNSIGNED],
    ['no packet', { [METADATA]: 'null' }, UNSIGNED],
    ['the program that wrote it', { [INFORMATION]: '<</Title(one)/Producer(two)>>' }, PASSED],
    ['another title', { [INFORMATION]: '<</Title(two)/Producer(one)>>' }, UNSIGNED],
    ['the same stream again', { 4: stream('', '0 0 9 9 re f') }, PASSED],
  ])('with %s', async (_what, objects, expected) => {
    const sealed = await seal(formPdf({}));

    expect(laterContent(addRevision(sealed, objects))).toBe(expected);
  });

  it('may not be replaced by another title in another object', async () => {
    const sealed = await seal(formPdf({}));
    const replaced = addRevision(sealed, { 90: '<</Title(two)>>' }, '/Info 90 0 R');

    expect(laterContent(replaced)).toBe(UNSIGNED);
  });

  it('may say what extensions it needs, also in an object of its own', async () => {
    const sealed = await seal(
      formPdf({ catalogue: '/Extensions 20 0 R', objects: { 20: '<</A<</BaseVersion/1.7>>>>' } }),
    );

    expect(laterContent(addRevision(sealed, { 20: '<</B<</BaseVersion/1.7>>>>' }))).toBe(PASSED);
  });
});
