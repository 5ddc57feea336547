/** Text of a page as outlines of its glyphs: no viewer needs a font. */
import type { OutlineCommand } from '../fontOutline.ts';
import { licenceFont } from '../fonts.ts';
import { glyphPath, type Matrix } from '../glyphPath.ts';
import { readEmbeddedFont, type EmbeddedFont } from './embeddedFont.ts';
import { IDENTITY, multiply, translation } from './matrix.ts';
import type { OfdPackage } from './readOfd.ts';
import { resourceFile, type Resources } from './resources.ts';
import type { Ink } from './style.ts';
import { characterAngle, placeText, type PlacedGlyph } from './textGlyphs.ts';
import type { SceneClip, SceneItem, Stroke } from './scene.ts';
import type { PlacedObject } from './walkPage.ts';

/** What a page's texts are drawn with. */
export interface TextPens {
  /** The font of that ID, opened once; null for none that is embedded and can be read. */
  fontOf(id: string): EmbeddedFont | null;
}

export function textPens(ofd: OfdPackage, resources: Resources): TextPens {
  const opened = new Map<string, EmbeddedFont | null>();
  return {
    fontOf(id) {
      const known = opened.get(id);
      if (known !== undefined) return known;
      const resource = resources.get(id);
      const bytes = resource?.kind === 'Font' ? resourceFile(ofd, resource, 'FontFile') : null;
      const font = bytes === null ? null : readEmbeddedFont(bytes);
      opened.set(id, font);
      return font;
    },
  };
}

export interface TextPaint {
  readonly fill: Ink | null;
  readonly stroke: (Stroke & { readonly alpha: number }) | null;
  readonly clips: readonly SceneClip[];
}

/** One path for all outlines of an object, and a text for each character that nobody here can outline. */
export function drawText(
  object: PlacedObject,
  pens: TextPens,
  { fill, stroke, clips }: TextPaint,
): readonly SceneItem[] {
  const ink = fill ?? stroke;
  if (ink === null) return [];
  const common = { clips, alpha: object.alpha * ink.alpha };
  const glyphs = glyphsOf(object, pens);
  const d = glyphs.map(pathOf).join('');
  const path = { kind: 'path', d, matrix: IDENTITY, fillRule: 'nonzero' } as const;
  const missing = glyphs.filter(({ outline, text }) => outline === null && /\S/u.test(text));
  return [
    ...(d === '' ? [] : [{ ...path, fill: fill?.colour ?? null, stroke, ...common }]),
    ...missing.map(({ text, matrix }): SceneItem => ({
      ...{ kind: 'text', text, matrix, colour: ink.colour },
      ...common,
    })),
  ];
}

function pathOf({ outline, matrix }: DrawnGlyph): string {
  return outline === null
    ? ''
    : glyphPath({ ...outline, ...EMPTY }, multiply(matrix, outline.toEm));
}

const EMPTY = { advance: 0, boundingBox: [0, 0, 0, 0] } as const;

interface DrawnGlyph {
  readonly text: string;
  readonly outline: ScaledOutline | null;
  /** From ems to the page. */
  readonly matrix: Matrix;
}

function glyphsOf(object: PlacedObject, pens: TextPens): readonly DrawnGlyph[] {
  const font = pens.fontOf(object.element.attributes['Font'] ?? '');
  const upright = turned(object.element);
  return placeText(object.element, advanceIn(font)).flatMap(({ glyphs, emWidth, size }) =>
    glyphs.map((glyph) => {
      const place = multiply(object.matrix, multiply(translation(glyph.x, glyph.y), upright));
      return {
        text: glyph.text,
        outline: outlineOf(glyph, font, emWidth),
        matrix: multiply(place, [emWidth, 0, 0, size, 0, 0]),
      };
    }),
  );
}

function turned(element: PlacedObject['element']): Matrix {
  const radians = (characterAngle(element) * Math.PI) / 180;
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  return [cos, sin, -sin, cos, 0, 0];
}

function advanceIn(font: EmbeddedFont | null): (text: string) => number {
  return (text) => {
    const code = text.codePointAt(0) ?? 0;
    const glyph = font?.glyphOf(code) ?? 0;
    if (font !== null && glyph !== 0) return font.advanceOf(glyph) / font.unitsPerEm;
    return licenceFont().widthOf(text, 1);
  };
}

interface ScaledOutline {
  readonly commands: readonly OutlineCommand[];
  /** From font units to ems, y downwards. */
  readonly toEm: Matrix;
}

/**
 * From the embedded font, else from the font of licences, no wider than its place; null if neither has it.
 *
 * @param emWidth - of the object's units.
 */
function outlineOf(
  { text, glyphId, step }: PlacedGlyph,
  font: EmbeddedFont | null,
  emWidth: number,
): ScaledOutline | null {
  const code = text.codePointAt(0) ?? 0;
  if (font !== null) {
    const glyph = glyphId ?? font.glyphOf(code);
    const commands = glyph === 0 ? null : font.outlineOf(glyph);
    if (commands !== null) return { commands, toEm: perEm(font.unitsPerEm, 1) };
  }
  const own = licenceFont();
  const outline = text === '' ? null : own.outline(code);
  if (outline === null) return null;
  const room = step > 0 ? step / Math.max((outline.advance / own.unitsPerEm) * emWidth, 1e-6) : 1;
  return { commands: outline.commands, toEm: perEm(own.unitsPerEm, Math.min(room, 1)) };
}

function perEm(unitsPerEm: number, narrowing: number): Matrix {
  return [narrowing / unitsPerEm, 0, 0, -1 / unitsPerEm, 0, 0];
}
