/** A scene as an SVG that does nothing but show: no script, no style sheet, no reference out of itself. */
import { millimetres, type Matrix } from '../glyphPath.ts';
import type { Scene, SceneImage, SceneItem, Stroke } from './scene.ts';
import { escapeXml } from './xml.ts';

/** Writes an SVG 1.1 document on a white sheet. */
export function sceneToSvg({ widthMm, heightMm, items }: Scene): string {
  const definitions: Definitions = { clips: new Map(), images: new Map() };
  const body = items.map((item) => clipped(item, definitions)).join('');
  const [width, height] = [millimetres(widthMm), millimetres(heightMm)];
  const defs = [...definitions.clips]
    .map(([path, id]) => `<clipPath id="${id}">${path}</clipPath>`)
    .join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}mm" height="${height}mm" ` +
    `viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="#ffffff"/>` +
    `${defs === '' ? '' : `<defs>${defs}</defs>`}${body}</svg>`
  );
}

/** What several items share is written once: a small file cannot ask for a large drawing. */
interface Definitions {
  /** IDs by content. */
  readonly clips: Map<string, string>;
  readonly images: Map<Uint8Array, string>;
}

function clipped(item: SceneItem, definitions: Definitions): string {
  const ids = item.clips.map((clip) => {
    const path = clip.map(({ d, matrix }) => `<path d="${d}"${transformOf(matrix)}/>`).join('');
    return identify(definitions.clips, path, 'c');
  });
  const opened = ids.map((id) => `<g clip-path="url(#${id})">`).join('');
  return opened + toElement(item, definitions) + '</g>'.repeat(ids.length);
}

function identify<T>(known: Map<T, string>, content: T, prefix: string): string {
  const id = known.get(content) ?? `${prefix}${known.size}`;
  known.set(content, id);
  return id;
}

/** The picture itself where it first occurs, after that a reference to it. */
function imageOf({ bytes, mediaType }: SceneImage, images: Definitions['images']): string {
  const isKnown = images.has(bytes);
  const id = identify(images, bytes, 'i');
  if (isKnown) return `<use xlink:href="#${id}"/>`;
  const href = `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`;
  return `<image id="${id}" width="1" height="1" preserveAspectRatio="none" xlink:href="${href}"/>`;
}

function toElement(item: SceneItem, { images }: Definitions): string {
  const place =
    transformOf(item.matrix) +
    (item.alpha < 1 ? ` opacity="${Math.round(item.alpha * 1000) / 1000}"` : '');
  switch (item.kind) {
    case 'path': {
      const rule = item.fillRule === 'evenodd' ? ' fill-rule="evenodd"' : '';
      return `<path d="${item.d}" fill="${item.fill ?? 'none'}"${rule}${strokeOf(item.stroke)}${place}/>`;
    }
    case 'image': {
      const blend = item.multiplies ? ' style="mix-blend-mode:multiply"' : '';
      return `<g${place}${blend}>${imageOf(item, images)}</g>`;
    }
    case 'text':
      return (
        `<text font-size="1" font-family="serif" fill="${item.colour}"${place}>` +
        `${escapeXml(item.text)}</text>`
      );
  }
}

function strokeOf(stroke: Stroke | null): string {
  if (stroke === null) return '';
  const { colour, width, join, cap, dash } = stroke;
  return (
    ` stroke="${colour}" stroke-width="${number(width)}"` +
    (join === 'miter' ? '' : ` stroke-linejoin="${join}"`) +
    (cap === 'butt' ? '' : ` stroke-linecap="${cap}"`) +
    (dash.length === 0 ? '' : ` stroke-dasharray="${dash.map(number).join(' ')}"`)
  );
}

function transformOf(matrix: Matrix): string {
  const isIdentity = matrix.every((value, index) => value === (index === 0 || index === 3 ? 1 : 0));
  return isIdentity ? '' : ` transform="matrix(${matrix.map(number).join(' ')})"`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(7)) + 0);
}
