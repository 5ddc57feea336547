/** Colours, lines and fills of an object, from itself or from the drawing parameters it names. */
import type { Colour } from '../drawing.ts';
import { numberOf, numbersIn } from './matrix.ts';
import type { Resources } from './resources.ts';
import type { Stroke } from './scene.ts';
import { alphaOf, type PlacedObject } from './walkPage.ts';
import { childOf, type XmlElement } from './xml.ts';

export interface Ink {
  readonly colour: Colour;
  readonly alpha: number;
}

const DEFAULT_LINE_WIDTH = 0.353;
const MAX_DASHES = 16;
const BLACK: Ink = { colour: '#000000', alpha: 1 };

/** The first word on an attribute: the object's own, else that of its drawing parameters. */
export function attributeOf({ styles }: PlacedObject, name: string): string | undefined {
  return styles.find((style) => style.attributes[name] !== undefined)?.attributes[name];
}

/** @param absent - what holds where neither object nor drawing parameters say. */
export function inkOf(
  object: PlacedObject,
  resources: Resources,
  { child, absent }: { readonly child: 'FillColor' | 'StrokeColor'; readonly absent: Ink | null },
): Ink | null {
  for (const style of object.styles) {
    const colour = childOf(style, child);
    if (colour !== null) return readInk(colour, resources);
  }
  return absent;
}

/** Fill of a text, or of a path that is told to be filled. */
export function fillOf(object: PlacedObject, resources: Resources): Ink | null {
  const { attributes, name } = object.element;
  const isText = name === 'TextObject';
  const isFilled = isText ? attributes['Fill'] !== 'false' : attributes['Fill'] === 'true';
  return isFilled
    ? inkOf(object, resources, { child: 'FillColor', absent: isText ? BLACK : null })
    : null;
}

/** Outline of a path, or of a text that is told to have one. */
export function strokeOf(
  object: PlacedObject,
  resources: Resources,
): (Stroke & { readonly alpha: number }) | null {
  const { attributes, name } = object.element;
  const isStroked =
    name === 'TextObject' ? attributes['Stroke'] === 'true' : attributes['Stroke'] !== 'false';
  const ink = isStroked ? inkOf(object, resources, { child: 'StrokeColor', absent: BLACK }) : null;
  return ink === null ? null : { ...lineOf(object), ...ink };
}

function lineOf(object: PlacedObject): Omit<Stroke, 'colour'> {
  const width = numberOf(attributeOf(object, 'LineWidth') ?? String(DEFAULT_LINE_WIDTH));
  const dash = numbersIn(attributeOf(object, 'DashPattern') ?? '', MAX_DASHES);
  return {
    width: Math.abs(width),
    join: JOINS.get(attributeOf(object, 'Join') ?? '') ?? 'miter',
    cap: CAPS.get(attributeOf(object, 'Cap') ?? '') ?? 'butt',
    dash: dash.every((length) => length >= 0) && dash.some((length) => length > 0) ? dash : [],
  };
}

const JOINS: ReadonlyMap<string, Stroke['join']> = new Map([
  ['Miter', 'miter'],
  ['Round', 'round'],
  ['Bevel', 'bevel'],
]);
const CAPS: ReadonlyMap<string, Stroke['cap']> = new Map([
  ['Butt', 'butt'],
  ['Round', 'round'],
  ['Square', 'square'],
]);

/** Of a shading its first colour is taken; null if nothing can be read. */
function readInk(element: XmlElement, resources: Resources): Ink | null {
  const alpha = alphaOf(element.attributes['Alpha']);
  const value = element.attributes['Value'];
  if (value === undefined) {
    const segment = firstColour(element, 0);
    return segment === null ? null : { ...segment, alpha: segment.alpha * alpha };
  }
  const parts = value.trim().split(/\s+/u, 5).map(component);
  const type = resources.get(element.attributes['ColorSpace'] ?? '')?.element.attributes['Type'];
  return { colour: toRgb(parts, type), alpha };
}

function firstColour(element: XmlElement, depth: number): Ink | null {
  for (const child of element.children) {
    if (child.name === 'Color' && child.attributes['Value'] !== undefined) {
      const parts = child.attributes['Value'].trim().split(/\s+/u, 5).map(component);
      return { colour: toRgb(parts, undefined), alpha: alphaOf(child.attributes['Alpha']) };
    }
    const inner = depth < 4 ? firstColour(child, depth + 1) : null;
    if (inner !== null) return inner;
  }
  return null;
}

/** 0 to 255, decimal or as `#` and hexadecimal digits. */
function component(word: string): number {
  const value = word.startsWith('#') ? Number.parseInt(word.slice(1), 16) : numberOf(word);
  return Number.isFinite(value) ? Math.min(Math.max(Math.round(value), 0), 255) : 0;
}

/** By the type of the colour space, or by the number of components. */
function toRgb(parts: readonly number[], type: string | undefined): Colour {
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  const kind = (
    type ??
    ['Gray', 'Gray', 'Gray', 'RGB', 'CMYK'][parts.length] ??
    'RGB'
  ).toUpperCase();
  if (kind === 'GRAY') return hex([a, a, a]);
  if (kind === 'RGB') return hex([a, b, c]);
  const light = 1 - d / 255;
  return hex([(255 - a) * light, (255 - b) * light, (255 - c) * light]);
}

function hex(parts: readonly number[]): Colour {
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}
