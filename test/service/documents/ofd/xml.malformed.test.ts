import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  childOf,
  childText,
  escapeXml,
  parseXml,
} from '../../../../service/src/documents/ofd/xml.ts';

const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });
const parse = (text: string): ReturnType<typeof parseXml> => parseXml(Buffer.from(text));

describe('parseXml', () => {
  it('reads elements by local name, text and CDATA', () => {
    const { root } = parse(
      '\ufeff<?xml version="1.0"?><o:A xmlns:o="x" k="v&amp;"><o:B> 1<![CDATA[<2]]> </o:B></o:A>',
    );

    expect(root).toMatchObject({ name: 'A', prefix: 'o:', attributes: { k: 'v&' } });
    expect(childText(root, 'B')).toBe('1<2');
  });

  it('says where elements begin and end', () => {
    const text = '<a k="x>y"><b/><!-- </a> --><c>1</c></a>';
    const { root } = parse(text);

    expect(root.closingTagAt).toBe(text.lastIndexOf('</a>'));
    expect(root.children.map(({ startsAt, closingTagAt }) => [startsAt, closingTagAt])).toEqual([
      [text.indexOf('<b/>'), -1],
      [text.indexOf('<c>'), text.indexOf('</c>')],
    ]);
  });

  it.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an unknown entity', '<a>&b;</a>'],
    ['an open element', '<a><b></a>'],
    ['two roots', '<a/><b/>'],
    ['nothing', ''],
    ['65 levels', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`],
    ['too many elements', `<a>${'<b/>'.repeat(100_001)}</a>`],
    ['more than 4 MiB', `<a>${' '.repeat(4 * 1024 * 1024)}</a>`],
    [
      'too many attributes',
      `<a ${Array.from({ length: 101 }, (_, index) => `a${index}=""`).join(' ')}/>`,
    ],
    ['an attribute twice', '<a b="1" b="2"/>'],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(malformed);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseXml(Buffer.from('<a>\xff</a>', 'latin1'))).toThrow(malformed);
  });

  it('refuses to choose between two members of the same name', () => {
    expect(() => childOf(parse('<a><b/><b/></a>').root, 'b')).toThrow(malformed);
  });
});

/** XML 1.0 §2.2, surrogates apart. */
function isXmlCharacter(character: string): boolean {
  const code = character.codePointAt(0)!;
  return code >= 0x20 ? code !== 0xfffe && code !== 0xffff : [0x9, 0xa, 0xd].includes(code);
}

describe('escapeXml', () => {
  it('is read back as it was, in text and in attributes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { root } = parse(`<a k="${escapeXml(text)}">${escapeXml(text)}</a>`);
        const kept = Array.from(text, (character) =>
          isXmlCharacter(character) ? character : '\ufffd',
        ).join('');

        expect(root.text).toBe(kept);
        expect(root.attributes['k']).toBe(kept);
      }),
    );
  });

  it('replaces characters that XML cannot hold', () => {
    expect(escapeXml('a\u0000\ud800b')).toBe('a\ufffd\ufffdb');
  });
});
