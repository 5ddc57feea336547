/** Drawings as the content of OFD pages (GB/T 33190): text, paths, QR symbols. */
import type { Colour, Drawing, DrawingItem, PathItem, QrItem, TextItem } from '../drawing.ts';
import type { FontSubset } from '../fonts.ts';
import { encodeModules } from './qrPath.ts';
import { escapeXml } from './xml.ts';

/** Gives each object of a document its ID. */
export interface ObjectIds {
  next(): number;
  /** The highest ID given. */
  last(): number;
}

export function objectIds(lastUsed = 0): ObjectIds {
  let last = lastUsed;
  return { next: () => ++last, last: () => last };
}

/** Font of all texts on a page. */
export interface PageFont {
  readonly id: number;
  readonly subset: FontSubset;
}

/** Content.xml of a page as large as the drawing. */
export function encodePage(drawing: Drawing, font: PageFont | null, ids: ObjectIds): string {
  return (
    `<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Area><ofd:PhysicalBox>` +
    `0 0 ${mm(drawing.widthMm)} ${mm(drawing.heightMm)}</ofd:PhysicalBox></ofd:Area>` +
    `<ofd:Content><ofd:Layer ID="${ids.next()}">${encodeItems(drawing, font, ids)}</ofd:Layer></ofd:Content></ofd:Page>`
  );
}

/** Objects of a page or of an annotation's appearance. */
export function encodeItems(drawing: Drawing, font: PageFont | null, ids: ObjectIds): string {
  return drawing.items.map((item) => encodeItem(item, drawing, font, ids)).join('');
}

function encodeItem(
  item: DrawingItem,
  drawing: Drawing,
  font: PageFont | null,
  ids: ObjectIds,
): string {
  switch (item.kind) {
    case 'text':
      return font === null ? '' : encodeText(item, font, ids);
    case 'path':
      return encodePath(item, drawing, ids);
    case 'qr':
      return encodeQr(item, ids);
  }
}

/** At most three decimals: a thousandth of a millimetre. */
function mm(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function rgb(colour: Colour): string {
  const value = Number.parseInt(colour.slice(1), 16);
  return `${value >> 16} ${(value >> 8) & 0xff} ${value & 0xff}`;
}

/**
 * One TextObject, or several where characters outside the Basic Multilingual Plane occur: readers that look up glyphs by
 * UTF-16 unit draw those as boxes unless they are told the glyph, and differ in how they count them.
 */
function encodeText(item: TextItem, font: PageFont, ids: ObjectIds): string {
  if (!/[\u{10000}-\u{10ffff}]/u.test(item.text))
    return encodeRun(item, item.text, { alongMm: 0, font, ids });
  const runs = item.text.match(/[\u{10000}-\u{10ffff}]|[^\u{10000}-\u{10ffff}]+/gu) ?? [];
  let alongMm = 0;
  return runs
    .map((text) => {
      const run = encodeRun(item, text, { alongMm, font, ids });
      alongMm += advancesOf(text, item.sizeMm, font).reduce((sum, advance) => sum + advance, 0);
      return run;
    })
    .join('');
}

function advancesOf(text: string, sizeMm: number, { subset }: PageFont): readonly number[] {
  const scale = sizeMm / subset.unitsPerEm;
  return Array.from(text, (character) => subset.advanceOf(character.codePointAt(0) ?? 0) * scale);
}

interface RunPlace {
  /** From the start of the item, along its baseline. */
  readonly alongMm: number;
  readonly font: PageFont;
  readonly ids: ObjectIds;
}

function encodeRun(item: TextItem, text: string, { alongMm, font, ids }: RunPlace): string {
  if (text === '') return '';
  const { sizeMm, colour, opacity } = item;
  const { id, subset } = font;
  const scale = sizeMm / subset.unitsPerEm;
  const advances = advancesOf(text, sizeMm, font);
  const { boundary, transform, baseline } = placeRun(item, {
    alongMm,
    width: advances.reduce((sum, advance) => sum + advance, 0),
    ascent: subset.ascent * scale,
    descent: -subset.descent * scale,
  });
  const deltas = advances.length > 1 ? ` DeltaX="${encodeDeltas(advances.slice(0, -1))}"` : '';
  const codePoint = text.codePointAt(0) ?? 0;
  const glyph =
    codePoint > 0xffff
      ? `<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="1"><ofd:Glyphs>${subset.glyphIdOf(codePoint)}</ofd:Glyphs></ofd:CGTransform>`
      : '';
  const alpha = opacity === undefined ? '' : ` Alpha="${Math.round(opacity * 255)}"`;
  return (
    `<ofd:TextObject ID="${ids.next()}" Boundary="${boundary.map(mm).join(' ')}"${transform}${alpha} ` +
    `Font="${id}" Size="${mm(sizeMm)}">` +
    `<ofd:FillColor Value="${rgb(colour)}"/>${glyph}` +
    `<ofd:TextCode X="0" Y="${mm(baseline)}"${deltas}>${escapeXml(text)}</ofd:TextCode></ofd:TextObject>`
  );
}

/** Millimetres. */
interface RunSize {
  readonly alongMm: number;
  readonly width: number;
  readonly ascent: number;
  readonly descent: number;
}

/** Readers cut what leaves the boundary: that of a turned text is the box around it. */
function placeRun(
  { xMm, yMm, angle = 0 }: TextItem,
  { alongMm, width, ascent, descent }: RunSize,
): { readonly boundary: readonly number[]; readonly transform: string; readonly baseline: number } {
  if (angle === 0) {
    const boundary = [xMm + alongMm, yMm - ascent, width, ascent + descent];
    return { boundary, transform: '', baseline: ascent };
  }
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const corners = [
    [0, -ascent],
    [width, -ascent],
    [0, descent],
    [width, descent],
  ].map(([x = 0, y = 0]) => [x * cos + y * sin, y * cos - x * sin] as const);
  const [left, right] = rangeOf(corners.map(([x]) => x));
  const [top, bottom] = rangeOf(corners.map(([, y]) => y));
  const start = [xMm + alongMm * cos, yMm - alongMm * sin] as const;
  const matrix = [cos, -sin, sin, cos, -left, -top].map((one) =>
    String(Math.round(one * 1e6) / 1e6),
  );
  return {
    boundary: [start[0] + left, start[1] + top, right - left, bottom - top],
    transform: ` CTM="${matrix.join(' ')}"`,
    baseline: 0,
  };
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** Equal neighbours as `g count value`. Rounds the running sum, so that errors do not add up. */
function encodeDeltas(advances: readonly number[]): string {
  const parts: string[] = [];
  let count = 0;
  let current = '';
  let exact = 0;
  let written = 0;
  const flush = (): void => {
    if (count > 0)
      parts.push(count > 2 ? `g ${count} ${current}` : Array(count).fill(current).join(' '));
  };
  for (const advance of advances) {
    exact += advance;
    const delta = Math.round((exact - written) * 1000) / 1000;
    written += delta;
    if (String(delta) === current) {
      count += 1;
      continue;
    }
    flush();
    current = String(delta);
    count = 1;
  }
  flush();
  return parts.join(' ');
}

function encodePath(item: PathItem, { widthMm, heightMm }: Drawing, ids: ObjectIds): string {
  const stroke =
    item.stroke === null
      ? 'Stroke="false"'
      : `Stroke="true" LineWidth="${mm(item.strokeWidthMm)}" Join="Round"`;
  const colours =
    (item.fill === null ? '' : `<ofd:FillColor Value="${rgb(item.fill)}"/>`) +
    (item.stroke === null ? '' : `<ofd:StrokeColor Value="${rgb(item.stroke)}"/>`);
  return (
    `<ofd:PathObject ID="${ids.next()}" Boundary="0 0 ${mm(widthMm)} ${mm(heightMm)}" ${stroke} ` +
    `Fill="${item.fill !== null}">${colours}<ofd:AbbreviatedData>${toAbbreviatedData(item.d)}</ofd:AbbreviatedData></ofd:PathObject>`
  );
}

/** SVG's C is B (cubic Bézier) and its Z is C (close) in OFD. */
function toAbbreviatedData(d: string): string {
  return d
    .replaceAll(',', ' ')
    .replaceAll('C', 'B')
    .replaceAll('Z', 'C')
    .replaceAll(/([MLBC])(?=\S)/gu, '$1 ')
    .replaceAll(/(\S)(?=[MLBC])/gu, '$1 ');
}

/** One path for the whole symbol, so that no seams show between modules; its unit is a module. */
function encodeQr(item: QrItem, ids: ObjectIds): string {
  const size = mm(item.moduleMm * item.modules.length);
  return (
    `<ofd:PathObject ID="${ids.next()}" Boundary="${mm(item.xMm)} ${mm(item.yMm)} ${size} ${size}" ` +
    `CTM="${item.moduleMm} 0 0 ${item.moduleMm} 0 0" Stroke="false" Fill="true"><ofd:FillColor Value="0 0 0"/>` +
    `<ofd:AbbreviatedData>${encodeModules(item.modules)}</ofd:AbbreviatedData></ofd:PathObject>`
  );
}
