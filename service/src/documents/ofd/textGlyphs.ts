/** Where each character of a TextObject stands (GB/T 33190 TextCode, DeltaX, DeltaY, CGTransform). */
import { numberOf } from './matrix.ts';
import { childrenOf, childText, type XmlElement } from './xml.ts';

/** A character or, where the text names glyphs itself, one glyph of it. */
export interface PlacedGlyph {
  /** Empty for a further glyph of the same characters. */
  readonly text: string;
  /** Glyph number in the embedded font; null: by the font's character map. */
  readonly glyphId: number | null;
  /** Baseline, in the object's coordinates. */
  readonly x: number;
  readonly y: number;
  /** To the right, to the next one; 0 if the text says nothing, or goes another way. */
  readonly step: number;
}

/** What one TextCode shows. */
export interface PlacedText {
  readonly glyphs: readonly PlacedGlyph[];
  /** Of one em across. */
  readonly emWidth: number;
  /** Font size. */
  readonly size: number;
}

const MAX_GLYPHS = 20_000;

/** Width of a character in ems where nothing says it. */
export type Advance = (text: string) => number;

/** @param advance - of the font, for texts that give no distances. */
export function placeText(object: XmlElement, advance: Advance): readonly PlacedText[] {
  const size = numberOf(object.attributes['Size'] ?? '0');
  const emWidth = size * (numberOf(object.attributes['HScale'] ?? '1') || 1);
  const transforms = glyphTransforms(object);
  let [x, y] = [0, 0];
  return childrenOf(object, 'TextCode').map((code) => {
    x = positionOf(code.attributes['X'], x);
    y = positionOf(code.attributes['Y'], y);
    const slots = toSlots(textOf(code), transforms);
    const deltas = {
      x: expandDeltas(code.attributes['DeltaX'], slots.length),
      y: expandDeltas(code.attributes['DeltaY'], slots.length),
    };
    return { glyphs: placeSlots(slots, { x, y, deltas, emWidth, advance }), emWidth, size };
  });
}

function positionOf(text: string | undefined, last: number): number {
  return text === undefined ? last : numberOf(text.trim());
}

/** Line breaks of indented XML are no text. */
function textOf({ text }: XmlElement): string {
  return /^\s*\n|\n\s*$/u.test(text) ? text.trim() : text.replaceAll(/[\t\r\n]/gu, ' ');
}

interface GlyphTransform {
  readonly position: number;
  readonly codeCount: number;
  readonly glyphs: readonly number[];
}

function glyphTransforms(object: XmlElement): ReadonlyMap<number, GlyphTransform> {
  return new Map(
    childrenOf(object, 'CGTransform').map((element) => {
      const position = countOf(element.attributes['CodePosition'], 0);
      const words = (childText(element, 'Glyphs') ?? '').split(/\s+/u, MAX_GLYPHS);
      const glyphs = words.filter((word) => word !== '').map((word) => countOf(word, 0));
      return [
        position,
        { position, codeCount: Math.max(countOf(element.attributes['CodeCount'], 1), 1), glyphs },
      ];
    }),
  );
}

function countOf(text: string | undefined, absent: number): number {
  const value = text === undefined ? absent : Number(text.trim());
  return Number.isInteger(value) && value >= 0 && value < 65_536 ? value : 0;
}

type Slot = Pick<PlacedGlyph, 'text' | 'glyphId'>;

/** Code positions count UTF-16 units. */
function toSlots(text: string, transforms: ReadonlyMap<number, GlyphTransform>): readonly Slot[] {
  const slots: Slot[] = [];
  let at = 0;
  while (at < text.length && slots.length < MAX_GLYPHS) {
    const transform = transforms.get(at);
    if (transform !== undefined && transform.glyphs.length > 0) {
      slots.push(...transformed(text.slice(at, at + transform.codeCount), transform));
      at += transform.codeCount;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    slots.push({ text: character, glyphId: null });
    at += character.length;
  }
  return slots;
}

/** One glyph a character where the counts agree, else the whole text with the first glyph. */
function transformed(text: string, { glyphs }: GlyphTransform): readonly Slot[] {
  const characters = Array.from(text);
  return glyphs.map((glyphId, index) => ({
    glyphId,
    text: characters.length === glyphs.length ? (characters[index] ?? '') : index === 0 ? text : '',
  }));
}

/** `g 3 2.5` stands for `2.5 2.5 2.5`. @returns null if nothing is said. */
function expandDeltas(text: string | undefined, limit: number): readonly number[] | null {
  if (text === undefined || text.trim() === '') return null;
  const words = text.trim().split(/[\s,]+/u, 3 * limit + 3);
  const deltas: number[] = [];
  for (let at = 0; at < words.length && deltas.length < limit; at += 1) {
    if (words[at] !== 'g') {
      deltas.push(numberOf(words[at] ?? ''));
      continue;
    }
    const count = Math.min(countOf(words[at + 1], 0), limit - deltas.length);
    const value = numberOf(words[at + 2] ?? '');
    for (let i = 0; i < count; i += 1) deltas.push(value);
    at += 2;
  }
  return deltas;
}

interface SlotPlaces {
  readonly x: number;
  readonly y: number;
  readonly deltas: {
    readonly x: readonly number[] | null;
    readonly y: readonly number[] | null;
  };
  readonly emWidth: number;
  readonly advance: Advance;
}

/** Where distances run out the last one goes on. */
function placeSlots(slots: readonly Slot[], places: SlotPlaces): readonly PlacedGlyph[] {
  let { x, y } = places;
  const { deltas, emWidth, advance } = places;
  const isNatural = deltas.x === null && deltas.y === null;
  return slots.map((slot, index) => {
    const isLast = index === slots.length - 1;
    const step = isNatural || isLast ? 0 : Math.max(deltaAt(deltas.x, index), 0);
    const glyph = { ...slot, x, y, step };
    x += isNatural ? advance(slot.text) * emWidth : deltaAt(deltas.x, index);
    y += deltaAt(deltas.y, index);
    return glyph;
  });
}

function deltaAt(deltas: readonly number[] | null, index: number): number {
  return deltas === null ? 0 : (deltas[index] ?? deltas.at(-1) ?? 0);
}

/** How far a glyph is turned about its origin, degrees clockwise. */
export function characterAngle({ attributes }: XmlElement): number {
  const angle = numberOf(attributes['CharDirection'] ?? '0');
  return [90, 180, 270].includes(angle) ? angle : 0;
}
