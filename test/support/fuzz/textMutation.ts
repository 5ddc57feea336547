/** Text of tags and tokens changed by its structure: XML, and the objects of PDF. */
import type { Random } from './random.ts';

const XML_PIECES = [
  ...['<a>', '</a>', '<a/>', '<![CDATA[', ']]>', '<!--', '-->', '<?x?>', '<!DOCTYPE a>', '&amp;'],
  ...[
    '&#0;',
    '&#x110000;',
    '&x;',
    ' ID="1"',
    ' xmlns="x"',
    '="',
    '\u0000',
    '\ufeff',
    '<',
    '>',
    '"',
  ],
  ...['../../x', '/', '//', 'NaN', '1e999', '-1', '99999999999999999999', '0 0 0 0', ''],
];

const PDF_PIECES = [
  ...['<<', '>>', '[', ']', '(', ')', '<', '>', '/', '%', ' 0 R', ' 0 obj', 'endobj', 'stream\n'],
  ...[
    'endstream',
    'xref',
    'trailer',
    'startxref',
    '%%EOF',
    'null',
    'true',
    '-1',
    '0',
    '4294967296',
  ],
  ...[
    '99999999999999999999',
    '1e9',
    '#00',
    '\\777',
    '/Length',
    '/Kids',
    '/Parent',
    '/Prev',
    '/Type',
  ],
  ...['/FlateDecode', '/Filter', '/Contents', '/ByteRange', '/AcroForm', '/Root', '/DSS', ''],
];

export const mutateXml = (samples: readonly Uint8Array[], random: Random): Uint8Array =>
  mutateText(random.pick(samples), random, {
    token: /<[^>]{0,200}>|[^<\s"]{1,40}|\s+/gu,
    pieces: XML_PIECES,
  });

/** Numbers that PDFs count bytes and objects by stand where they stood, unless a change moves them. */
export const mutatePdf = (samples: readonly Uint8Array[], random: Random): Uint8Array =>
  mutateText(random.pick(samples), random, {
    token: /\/[A-Za-z0-9]{1,30}|\d{1,10}|<<|>>|[[\]]|\bobj\b|\bR\b/gu,
    pieces: PDF_PIECES,
  });

interface Grammar {
  readonly token: RegExp;
  readonly pieces: readonly string[];
}

/** One to five tokens lost, doubled, moved, exchanged, or in place of others; sometimes in as many bytes as before. */
function mutateText(sample: Uint8Array, random: Random, { token, pieces }: Grammar): Uint8Array {
  let text = Buffer.from(sample).toString('latin1');
  const changes = 1 + random.below(5);
  for (let change = 0; change < changes; change++) {
    const from = random.below(text.length + 1);
    const window = text.slice(from, from + 4000);
    const tokens = [...window.matchAll(token)];
    if (tokens.length === 0) continue;
    const one = random.pick(tokens);
    const at = from + one.index;
    const [old] = one;
    const by = replacement(old, random.pick(tokens)[0], random, pieces);
    text = text.slice(0, at) + by + text.slice(at + old.length);
  }
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function replacement(
  old: string,
  other: string,
  random: Random,
  pieces: readonly string[],
): string {
  const by = random.pick([
    () => '',
    () => old + old,
    () => other,
    () => random.pick(pieces),
    () => random.pick(pieces) + old,
    () => old.repeat(random.pick([2, 50, 300])),
    () => (/^\d+$/u.test(old) ? String(Number(old) + random.below(7) - 3) : old.toUpperCase()),
  ])();
  const isSameLength = random.below(2) === 0;
  return isSameLength ? by.slice(0, old.length).padEnd(old.length) : by;
}
