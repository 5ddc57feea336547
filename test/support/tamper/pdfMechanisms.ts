/** Ways to tamper with a PDF: revisions behind the signature, and bytes within. */
import { addRevision, dissect, type Anatomy } from '../pdfRevisions.ts';
import { turnBit } from '../repack.ts';
import { pdfSignatureMechanisms, signatureOf } from './pdfSignatureMechanisms.ts';
import { expecting, MALFORMED, type Case, type Genuine, type Mechanism } from './tampered.ts';

type Cases = Readonly<Record<string, Case | null>>;

/** Content behind a signature; where the revision breaks the file, the signature cannot even be found. */
const ADDED = expecting('UNSIGNED_CONTENT', 'HASH_FAILURE', 'FORMAT_FAILURE', MALFORMED);
const UNREADABLE = expecting(
  ...['UNSIGNED_CONTENT', 'HASH_FAILURE', 'FORMAT_FAILURE', 'NOT_SIGNED', MALFORMED],
);

const ofPdfs = (name: string, cases: (of: Genuine) => Cases): Mechanism => ({
  name,
  kind: 'pdf',
  cases,
});

/** Revisions as a program would add them. */
const ofRevisions = (
  name: string,
  revisions: (anatomy: Anatomy) => Readonly<Record<string, Readonly<Record<number, string>>>>,
  judged = ADDED,
): Mechanism =>
  ofPdfs(name, ({ bytes }) =>
    Object.fromEntries(
      Object.entries(revisions(dissect(bytes))).map(([one, objects]) => [
        one,
        judged(addRevision(bytes, objects)),
      ]),
    ),
  );

const appended = ofPdfs('PDF: bytes appended', ({ bytes }) => {
  const behind = (tail: Uint8Array | string): Case =>
    ADDED(Buffer.concat([bytes, typeof tail === 'string' ? Buffer.from(tail, 'latin1') : tail]));
  return {
    'a space': behind(' '),
    'a line': behind('\nline\n'),
    'a comment': behind('\n% comment\n'),
    'an end': behind('%%EOF\n'),
    'an end of nothing': behind('\nstartxref\n0\n%%EOF\n'),
    'an end that points into the file': behind('\nstartxref\n9\n%%EOF\n'),
    'an object': behind('\n99 0 obj\n<<>>\nendobj\n'),
    zeros: behind(new Uint8Array(100)),
    'a package': behind(Buffer.from('PK\x05\x06' + '\0'.repeat(18), 'latin1')),
    'the whole file again': behind(bytes),
    'a page': behind('\n<html><body>paid</body></html>'),
  };
});

const STREAM = '<</Length 4>>\nstream\n0 g \nendstream';

const contentChanged = ofRevisions('PDF: page content by incremental update', (anatomy) => {
  const { content, page, pageText, pageTree, size } = anatomy;
  const withPage = (edit: (text: string) => string): Record<number, string> => ({
    [page.number]: `<<${edit(pageText)}>>`,
  });
  const without =
    (key: string): ((text: string) => string) =>
    (all) =>
      all.replace(new RegExp(`/${key}\\s*(?:\\[[^\\]]*\\]|<<.*?>>|\\d+ \\d+ R|[^/]+)`, 'su'), '');
  return {
    'other content': { [content]: STREAM },
    'no content': { [content]: 'null' },
    'content elsewhere': {
      ...withPage((all) => `${without('Contents')(all)}/Contents ${size} 0 R`),
      [size]: STREAM,
    },
    'more content': {
      ...withPage((all) => `${without('Contents')(all)}/Contents[${content} 0 R ${size} 0 R]`),
      [size]: STREAM,
    },
    'other resources': withPage((all) => `${without('Resources')(all)}/Resources<</Font<<>>>>`),
    'another box': withPage((all) => `${without('MediaBox')(all)}/MediaBox[0 0 99 99]`),
    'a crop box': withPage((all) => `${all}/CropBox[0 0 99 99]`),
    turned: withPage((all) => `${all}/Rotate 180`),
    'other units': withPage((all) => `${all}/UserUnit 2`),
    'another page first': {
      [pageTree]: `<</Type/Pages/Kids[${size} 0 R ${page.number} 0 R]/Count 2>>`,
      [size]: `<</Type/Page/Parent ${pageTree} 0 R/MediaBox[0 0 99 99]>>`,
    },
    'no page': { [pageTree]: '<</Type/Pages/Kids[]/Count 0>>' },
    'an action on the page': withPage((all) => `${all}/AA<</O<</S/JavaScript/JS(1)>>>>`),
  };
});

const SUBTYPES = [
  ...['FreeText', 'Stamp', 'Square', 'Ink', 'Link', 'Redact', 'FileAttachment', 'Text', 'Line'],
  ...['Watermark', 'Widget', 'Screen'],
];

const annotationAdded = ofRevisions('PDF: annotation added', ({ page, pageText, size }) =>
  Object.fromEntries(
    SUBTYPES.map((subtype) => {
      const list = /\/Annots\s*\[(.*?)\]/u;
      const added = list.test(pageText)
        ? pageText.replace(list, `/Annots[$1 ${size} 0 R]`)
        : `${pageText.replace(/\/Annots\s*\d+ \d+ R/u, '')}/Annots[${size} 0 R]`;
      const appearance = `/AP<</N ${size + 1} 0 R>>`;
      return [
        subtype,
        {
          [page.number]: `<<${added}>>`,
          [size]: `<</Type/Annot/Subtype/${subtype}/Rect[0 0 99 99]/Contents(paid)${appearance}>>`,
          [size + 1]:
            `<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 4>>\nstream\n0 g \nendstream`,
        },
      ];
    }),
  ),
);

const catalogueChanged = ofRevisions(
  'PDF: catalogue changed',
  ({ catalogue, catalogueText, size }) => {
    const members = {
      'an action at opening': '/OpenAction<</S/URI/URI(http://example.org)>>',
      'a script': `/Names<</JavaScript<</Names[(a)${size} 0 R]>>>>`,
      'further actions': '/AA<</WC<</S/JavaScript/JS(1)>>>>',
      layers: '/OCProperties<</OCGs[]/D<</BaseState/OFF>>>>',
      'another kind of form': '/XFA(x)',
      'other permissions': '/Perms<</DocMDP null>>',
      'other labels': '/PageLabels<</Nums[0<</S/r>>]>>',
      'another language': '/Lang(xx)',
      'other outlines': '/Outlines<</Count 1>>',
      'another view': '/ViewerPreferences<</Direction/R2L>>/PageMode/FullScreen',
      requirements: '/Requirements[<</Type/Requirement/S/EnableJavaScripts>>]',
      'associated files': '/AF[null]',
    };
    return Object.fromEntries(
      Object.entries(members).map(([name, member]) => {
        const key = /^\/(\w+)/u.exec(member)?.[1] ?? '';
        const rest = catalogueText.replace(
          new RegExp(
            `/${key}(?=[\\s/\\[(<])\\s*(?:<<.*?>>|\\[.*?\\]|\\(.*?\\)|\\d+ \\d+ R|/\\w+)`,
            'su',
          ),
          '',
        );
        return [name, { [catalogue]: `<<${rest}${member}>>`, [size]: '<</S/JavaScript/JS(1)>>' }];
      }),
    );
  },
);

/** What hides in a security store, which verifiers let others add. */
const storePoisoned = ofRevisions(
  'PDF: security store poisoned',
  (anatomy) => {
    const { catalogue, catalogueText, content, page, pageText, pageTree, size } = anatomy;
    const plain = catalogueText.replace(/\/DSS\s*(?:\d+ \d+ R|<<.*?>>)/su, '');
    const store = (
      members: string,
      objects: Record<number, string> = {},
    ): Record<number, string> => ({
      [catalogue]: `<<${plain}/DSS<<${members}>>>>`,
      ...objects,
    });
    return {
      'with page content of the same number': store(`/Certs[${content} 0 R]`, {
        [content]: STREAM,
      }),
      'with the page of the same number': store(`/Certs[${page.number} 0 R]`, {
        [page.number]: `<<${pageText}/Rotate 90>>`,
      }),
      'with the page tree': store(`/Certs[${pageTree} 0 R]`, {
        [pageTree]: '<</Type/Pages/Kids[]/Count 0>>',
      }),
      'that is the page': {
        [catalogue]: `<<${plain}/DSS ${page.number} 0 R>>`,
        [page.number]: `<<${pageText}/Rotate 90>>`,
      },
      'that is the catalogue': { [catalogue]: `<<${plain}/DSS ${catalogue} 0 R/Lang(x)>>` },
      'with an action beside': { [catalogue]: `<<${plain}/DSS<<>>/OpenAction<</S/Launch>>>>` },
      'with an action inside': store('/Certs[]/OpenAction<</S/Launch>>'),
      'with pages inside': store(`/Kids[${page.number} 0 R]`),
      'that is a list': { [catalogue]: `<<${plain}/DSS[${size} 0 R]>>`, [size]: STREAM },
      'with the form beside': {
        [catalogue]: `<<${plain.replace(/\/AcroForm\s*(?:\d+ \d+ R|<<.*?>>)/su, '')}/DSS<<>>/AcroForm<</Fields[]>>>>`,
      },
      'with a record of something else': store(`/VRI<</A<</Cert[${content} 0 R]>>>>`, {
        [content]: STREAM,
      }),
      twice: { [catalogue]: `<<${plain}/DSS<<>>/DSS<</Certs[]>>>>` },
    };
  },
  UNREADABLE,
);

const xrefGames = ofPdfs('PDF: cross-reference games', ({ bytes }) => {
  const anatomy = dissect(bytes);
  const { content, size, file } = anatomy;
  const { catalogueText } = anatomy;
  const update = (body: string, table: string, trailer: string): Case => {
    const at = bytes.length + 1 + body.length;
    const text = `\n${body}xref\n${table}trailer\n<<${trailer}>>\nstartxref\n${at}\n%%EOF\n`;
    return UNREADABLE(Buffer.concat([bytes, Buffer.from(text, 'latin1')]));
  };
  const root = `/Root ${anatomy.catalogue} 0 R`;
  const usual = `/Size ${size}/Prev ${file.startXref}${root}`;
  const body = `${content} 0 obj\n${STREAM}\nendobj\n`;
  const offset = (at: number, generation = 0): string =>
    `${String(at).padStart(10, '0')} ${String(generation).padStart(5, '0')} n \n`;
  const here = bytes.length + 1;
  return {
    'an object freed': update('', `${content} 1\n0000000000 65535 f \n`, usual),
    'an object of a later generation': update(
      body.replace(' 0 obj', ' 1 obj'),
      `${content} 1\n${offset(here, 1)}`,
      usual,
    ),
    'an object elsewhere': update('', `${content} 1\n${offset(20)}`, usual),
    'an object beyond the file': update('', `${content} 1\n${offset(999_999_999)}`, usual),
    'an object twice': update(
      body,
      `${content} 1\n${offset(here)}${content} 1\n${offset(20)}`,
      usual,
    ),
    'a table without predecessor': update(
      body,
      `${content} 1\n${offset(here)}`,
      `/Size ${size}${root}`,
    ),
    'a table that precedes itself': update(
      body,
      `${content} 1\n${offset(here)}`,
      `/Size ${size}/Prev ${bytes.length + 1 + body.length}${root}`,
    ),
    'a table with a smaller size': update(
      body,
      `${content} 1\n${offset(here)}`,
      `/Size 2/Prev ${file.startXref}${root}`,
    ),
    'another root': update(
      `${size} 0 obj\n<<${catalogueText}/Lang(x)>>\nendobj\n`,
      `${size} 1\n${offset(here)}`,
      `/Size ${size + 1}/Prev ${file.startXref}/Root ${size} 0 R`,
    ),
    'no root': update(
      body,
      `${content} 1\n${offset(here)}`,
      `/Size ${size}/Prev ${file.startXref}`,
    ),
    encrypted: update('', '0 0\n', `${usual}/Encrypt<</Filter/Standard>>`),
    'a hidden stream of references': update(body, '0 0\n', `${usual}/XRefStm ${here}`),
    'a table of too many': update('', `0 99999999\n`, usual),
  };
});

const byteChanged = ofPdfs('PDF: a byte changed under the signature', ({ bytes }) => {
  const { gap, end } = signatureOf(bytes);
  const places = [...Array(30).keys()].map((index) => {
    const share = (index + 0.5) / 30;
    const at = Math.floor(share * (end - (gap.end - gap.start)));
    return at < gap.start ? at : at + gap.end - gap.start;
  });
  return Object.fromEntries(places.map((at) => [`at ${at}`, UNREADABLE(turnBit(bytes, at))]));
});

const cutShort = ofPdfs('PDF: cut, joined, shifted', ({ bytes }) => {
  const { gap, end } = signatureOf(bytes);
  const without = (from: number, to: number): Case =>
    UNREADABLE(Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]));
  const insert = (at: number, text: string): Case =>
    UNREADABLE(
      Buffer.concat([bytes.subarray(0, at), Buffer.from(text, 'latin1'), bytes.subarray(at)]),
    );
  return {
    'without its last bytes': without(end - 8, end),
    'without its last kilobyte': without(end - 1000, end),
    'half of it': without(Math.floor(end / 2), bytes.length),
    'without the signature’s end': without(gap.end, bytes.length),
    'without the first byte': without(0, 1),
    'without the head': without(0, 20),
    'without a byte within': without(200, 201),
    'something before it': insert(0, 'junk\n'),
    'a package before it': insert(0, 'PK\x03\x04'),
    'a line within': insert(gap.end + 20, '\n'),
    'a space in the head': insert(9, ' '),
  };
});

/** @param genuine - where other documents' signatures come from. */
export function pdfMechanisms(
  strangers: readonly Uint8Array[],
  genuine: readonly Genuine[],
): Mechanism[] {
  return [
    appended,
    contentChanged,
    annotationAdded,
    catalogueChanged,
    storePoisoned,
    xrefGames,
    byteChanged,
    cutShort,
    ...pdfSignatureMechanisms(strangers, genuine),
  ];
}
