import type { FontSubset } from '../fonts.ts';
import { formatNumber, formatStream, type PdfObjects } from './pdfObjects.ts';

const MAX_CHARACTERS_A_BLOCK = 100; // Adobe Technical Note 5411: entries of one bfchar block

/**
 * Embeds a subset as Type 0 font with Identity-H, so that a code is a glyph number of the subset, and with
 * ToUnicode, so that text can be searched and copied (ISO 32000-1 §9.7.4, §9.10.3).
 *
 * @returns object number of the Type 0 font.
 */
export function embedFont(objects: PdfObjects, font: FontSubset): number {
  const scale = (units: number): string => formatNumber((units * 1000) / font.unitsPerEm);
  const name = font.postScriptName;
  const file = objects.add(...formatStream(`/Length1 ${font.bytes.length}`, font.bytes));
  const descriptor = objects.add(
    `<</Type/FontDescriptor/FontName/${name}/Flags 4/FontBBox[${font.boundingBox.map(scale).join(' ')}]` +
      `/ItalicAngle 0/Ascent ${scale(font.ascent)}/Descent ${scale(font.descent)}` +
      `/CapHeight ${scale(font.capHeight)}/StemV 80/FontFile2 ${file} 0 R>>`,
  );
  const descendant = objects.add(
    `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}` +
      '/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>' +
      `/FontDescriptor ${descriptor} 0 R/CIDToGIDMap/Identity/W[0[${font.advances.map(scale).join(' ')}]]>>`,
  );
  const toUnicode = objects.add(...formatStream('', Buffer.from(toUnicodeMap(font), 'latin1')));
  return objects.add(
    `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H` +
      `/DescendantFonts[${descendant} 0 R]/ToUnicode ${toUnicode} 0 R>>`,
  );
}

function toUnicodeMap(font: FontSubset): string {
  const lines = font.codePoints.map((codePoint, i) => `<${hex(i + 1)}><${utf16(codePoint)}>`);
  const blocks: string[] = [];
  for (let i = 0; i < lines.length; i += MAX_CHARACTERS_A_BLOCK) {
    const block = lines.slice(i, i + MAX_CHARACTERS_A_BLOCK);
    blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar`);
  }
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def',
    '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
    '1 begincodespacerange <0000><ffff> endcodespacerange',
    ...blocks,
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n');
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function utf16(codePoint: number): string {
  return Buffer.from(String.fromCodePoint(codePoint), 'utf16le').swap16().toString('hex');
}
