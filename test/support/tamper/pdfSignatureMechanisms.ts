/** Ways to tamper with a PDF's signature itself: its range, its CMS, its field and what it shows. */
import { readSignedFields } from '../../../service/src/documents/pdf/signatureFields.ts';
import { encodeBits, encodeOctets } from '../../../service/src/pki/derEncoding.ts';
import { formatValue } from '../../../service/src/documents/pdf/formatValue.ts';
import { asReference } from '../../../service/src/documents/pdf/pdfValue.ts';
import { addRevision, dissect, open } from '../pdfRevisions.ts';
import { turnBit } from '../repack.ts';
import { elementAt, membersOf, operate, type DerPath } from './derSurgery.ts';
import { expecting, MALFORMED, type Case, type Genuine, type Mechanism } from './tampered.ts';

type Cases = Readonly<Record<string, Case | null>>;

/** The first signature of a file: offsets of what its dictionary says. */
export interface SignaturePlaces {
  /** The angle brackets and the digits between them. */
  readonly gap: { readonly start: number; readonly end: number };
  /** End of what is signed. */
  readonly end: number;
  /** Text between the brackets of ByteRange, and where it begins. */
  readonly range: { readonly start: number; readonly text: string };
  readonly cms: Uint8Array;
}

export function signatureOf(pdf: Uint8Array): SignaturePlaces {
  const text = Buffer.from(pdf).toString('latin1');
  const match = /\/ByteRange\s*\[([^\]]*)\]/u.exec(text)!;
  const [, inside = ''] = match;
  const [, start = 0, second = 0, length = 0] = inside.trim().split(/\s+/u).map(Number);
  const digits = text.slice(start + 1, second - 1).replace(/\s/gu, '');
  const padded = Buffer.from(digits, 'hex');
  const size = 4 + padded.readUInt16BE(2); // every CMS here has a length of two bytes
  return {
    gap: { start, end: second },
    end: second + length,
    range: { start: match.index + match[0].indexOf('[') + 1, text: inside },
    cms: new Uint8Array(padded.subarray(0, size)),
  };
}

const BROKEN = [
  'FORMAT_FAILURE',
  'HASH_FAILURE',
  'SIG_CRYPTO_FAILURE',
  'UNSIGNED_CONTENT',
  MALFORMED,
];
const FORGED = expecting(...BROKEN, 'CRYPTO_CONSTRAINTS_FAILURE', 'NO_CERTIFICATE_CHAIN_FOUND');

/** Puts a CMS between the digits of the first signature; too long a one is cut. */
function withCms(pdf: Uint8Array, cms: Uint8Array): Uint8Array {
  const { gap } = signatureOf(pdf);
  const room = gap.end - gap.start - 2;
  const digits = Buffer.from(cms).toString('hex').padEnd(room, '0').slice(0, room);
  const copy = Buffer.from(pdf);
  copy.write(digits, gap.start + 1, 'latin1');
  return copy;
}

const ofPdfs = (name: string, cases: (of: Genuine) => Cases): Mechanism => ({
  name,
  kind: 'pdf',
  cases,
});

const rangeGames = ofPdfs('PDF: byte range games', ({ bytes }) => {
  const { range, gap, end } = signatureOf(bytes);
  const rest = end - gap.end;
  const say = (...numbers: readonly (number | string)[]): Case | null => {
    const text = numbers.join(' ');
    if (text.length > range.text.length) return null;
    const copy = Buffer.from(bytes);
    copy.write(text.padEnd(range.text.length), range.start, 'latin1');
    return FORGED(copy);
  };
  return {
    'from the second byte': say(1, gap.start - 1, gap.end, rest),
    'a wider gap': say(0, gap.start - 9, gap.end, rest),
    'a wider gap behind': say(0, gap.start, gap.end + 9, rest - 9),
    'a smaller gap': say(0, gap.start + 1, gap.end, rest),
    'nothing behind': say(0, gap.start, gap.end, 0),
    'less behind': say(0, gap.start, gap.end, rest - 1),
    'more behind': say(0, gap.start, gap.end, rest + 1),
    'far beyond': say(0, gap.start, gap.end, 999_999),
    'the second over the first': say(0, gap.start, 0, rest),
    'only one': say(0, gap.start),
    'three numbers': say(0, gap.start, gap.end),
    'a negative one': say(0, gap.start, gap.end, -1),
    'the whole file': say(0, end, end, 0),
    names: say('/a', '/b', '/c', '/d'),
    nothing: say(''),
  };
});

const lastBit = (element: Uint8Array): Uint8Array => turnBit(element, element.length - 1);

/** @param strangers - DER certificates of nobody who signed. */
const cmsChanged = (strangers: readonly Uint8Array[]): Mechanism =>
  ofPdfs('PDF: CMS changed', ({ bytes }) => {
    const { cms } = signatureOf(bytes);
    const set = (path: DerPath, by: (element: Uint8Array) => Uint8Array): Case =>
      FORGED(withCms(bytes, operate(cms, path, by)));
    const [signerInfo, certificates]: readonly DerPath[] = [
      [1, 0, -1, 0],
      [1, 0, 3],
    ];
    const attributes = [...signerInfo!, 3];
    const value = elementAt(cms, signerInfo!).length;
    const own = membersOf(elementAt(cms, certificates!));
    const others = strangers.filter((der) => own.every((one) => Buffer.compare(one, der) !== 0));
    // a security store may hold the signer's certificate as well: what the CMS says of it is a hint
    const isElsewhere = Buffer.from(bytes).includes('/DSS');
    return {
      'digest attribute': set([...attributes, 1, 1, 0], lastBit),
      'first attribute': set([...attributes, 0, 0], lastBit),
      'last attribute': set([...attributes, -1], lastBit),
      'an attribute gone': set(attributes, (all) => operate(all, [0], () => new Uint8Array())),
      'no attributes': set([...signerInfo!, 3], () => new Uint8Array()),
      'issuer and number': set([...signerInfo!, 1, 1], lastBit),
      'digest algorithm': set([...signerInfo!, 2, 0], lastBit),
      'signature algorithm': set([...signerInfo!, 4, 0], lastBit),
      'signature value': set([...signerInfo!, 5], (one) => turnBit(one, Math.min(40, value - 1))),
      'empty signature value': set([...signerInfo!, 5], () => encodeOctets(new Uint8Array())),
      'bits for octets': set([...signerInfo!, 5], (one) => encodeBits(one.subarray(2))),
      'no certificates': isElsewhere ? null : set(certificates!, () => new Uint8Array()),
      ...Object.fromEntries(
        (isElsewhere ? [] : others).map((der, index) => [
          `only the certificate of stranger ${index}`,
          set(certificates!, (all) =>
            operate(
              operate(all, [0], () => der),
              [1],
              () => new Uint8Array(),
            ),
          ),
        ]),
      ),
      'two signers': set([1, 0, -1, 0], (one) => Buffer.concat([one, one])),
      'no signer': set([1, 0, -1, 0], () => new Uint8Array()),
      'another type': set([0], lastBit),
      'cut short': FORGED(withCms(bytes, cms.subarray(0, -100))),
      nothing: FORGED(withCms(bytes, new Uint8Array())),
    };
  });

/** The CMS of one genuine document in another. */
const transplanted = (genuine: readonly Genuine[]): Mechanism =>
  ofPdfs('PDF: signature of another document', (of) => {
    const own = signatureOf(of.bytes).cms;
    const others = genuine.filter(({ kind }) => kind === 'pdf');
    return Object.fromEntries(
      others.flatMap((other): (readonly [string, Case])[] => {
        const { cms } = signatureOf(other.bytes);
        if (Buffer.compare(cms, own) === 0) return [];
        const value: DerPath = [1, 0, -1, 0, 5];
        const attributes: DerPath = [1, 0, -1, 0, 3];
        const mixed = (path: DerPath): Uint8Array => operate(own, path, () => elementAt(cms, path));
        return [
          [`all of ${other.name}`, FORGED(withCms(of.bytes, cms))],
          [`the value of ${other.name}`, FORGED(withCms(of.bytes, mixed(value)))],
          [`the attributes of ${other.name}`, FORGED(withCms(of.bytes, mixed(attributes)))],
        ];
      }),
    );
  });

const appearanceSwapped = ofPdfs('PDF: field or appearance changed', ({ bytes }) => {
  const { size } = dissect(bytes);
  const file = open(bytes);
  const [signed] = readSignedFields(file);
  if (signed === undefined || signed.number === null) return {};
  const text = formatValue(signed.field).slice(2, -2);
  const normal = asReference(file.dictionaryAt(signed.field, 'AP')?.entries.get('N'));
  const form = '<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 4>>\nstream\n0 g \nendstream';
  const judged = expecting(...BROKEN, 'NOT_SIGNED');
  const revise = (objects: Readonly<Record<number, string>>): Case =>
    judged(addRevision(bytes, objects));
  const field = (edit: (all: string) => string): Case | null => {
    const edited = edit(text);
    return edited === text ? null : revise({ [signed.number!]: `<<${edited}>>`, [size]: form });
  };
  const without = (all: string, key: string): string =>
    all.replace(
      new RegExp(`/${key}\\s*(?:<<.*?>>(?:>>)?|\\[.*?\\]|\\(.*?\\)|\\d+ \\d+ R|\\d+)`, 'su'),
      '',
    );
  return {
    'another picture': normal === null ? null : revise({ [normal.number]: form }),
    'another picture elsewhere': field((all) => `${without(all, 'AP')}/AP<</N ${size} 0 R>>`),
    'no picture': field((all) => without(all, 'AP')),
    'a picture when pressed': field(
      (all) => `${without(all, 'AP')}/AP<</N ${size} 0 R/D ${size} 0 R>>`,
    ),
    elsewhere: field((all) => `${without(all, 'Rect')}/Rect[0 0 400 400]`),
    hidden: field((all) => `${without(all, 'F')}/F 2`),
    'with another name': field((all) => `${without(all, 'T')}/T(other)`),
    'without value': field((all) => without(all, 'V')),
    'with an action': field((all) => `${all}/A<</S/URI/URI(http://example.org)>>`),
    'with text': field((all) => `${all}/Contents(paid)`),
    'of another kind': field((all) => all.replace('/Sig', '/Tx')),
    'with a border': field((all) => `${all}/MK<</BG[1 0 0]>>`),
  };
});

/** @param strangers - DER certificates of nobody who signed. @param genuine - where other signatures come from. */
export function pdfSignatureMechanisms(
  strangers: readonly Uint8Array[],
  genuine: readonly Genuine[],
): Mechanism[] {
  return [rangeGames, cmsChanged(strangers), transplanted(genuine), appearanceSwapped];
}
