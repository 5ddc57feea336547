/** A scene as a picture of pixels, drawn by Skia. Only this file loads it, when it is needed. */
import type { Canvas, SKRSContext2D, Path2D as SkiaPath } from '@napi-rs/canvas';
import { ServiceError } from '../../errors.ts';
import type { Matrix } from '../glyphPath.ts';
import type { Scene, SceneClip, SceneImage, SceneItem, ScenePath, SceneText } from './scene.ts';

const MAX_PIXELS = 16_000_000;
const MM_PER_INCH = 25.4;

type Skia = typeof import('@napi-rs/canvas');
type Images = ReadonlyMap<Uint8Array, Parameters<SKRSContext2D['drawImage']>[0]>;

/** Draws a scene as {@link drawScene} does. @returns PNG. */
export async function sceneToPng(scene: Scene, dotsPerInch: number): Promise<Uint8Array> {
  return new Uint8Array(await (await drawScene(scene, dotsPerInch)).encode('png'));
}

/**
 * Draws on a white sheet.
 *
 * @param dotsPerInch - resolution, 20 to 600.
 * @throws ServiceError `REQUEST_MALFORMED` if that makes more than 16 million pixels.
 */
export async function drawScene(scene: Scene, dotsPerInch: number): Promise<Canvas> {
  const scale = dotsPerInch / MM_PER_INCH;
  const width = Math.max(Math.round(scene.widthMm * scale), 1);
  const height = Math.max(Math.round(scene.heightMm * scale), 1);
  if (!(dotsPerInch >= 20 && dotsPerInch <= 600) || width * height > MAX_PIXELS) {
    throw new ServiceError(
      'REQUEST_MALFORMED',
      'the picture would have too many or too few pixels',
    );
  }
  const skia = await import('@napi-rs/canvas');
  const images = await decodeImages(skia, scene.items);
  const canvas: Canvas = skia.createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  const painter = { skia, context, images, base: [scale, 0, 0, scale, 0, 0] as Matrix };
  for (const item of scene.items) paint(painter, item);
  return canvas;
}

/** Pictures that cannot be decoded are left out. */
async function decodeImages(skia: Skia, items: readonly SceneItem[]): Promise<Images> {
  const images = new Map<Uint8Array, Awaited<ReturnType<Skia['loadImage']>>>();
  for (const item of items) {
    if (item.kind !== 'image' || images.has(item.bytes)) continue;
    try {
      images.set(item.bytes, await skia.loadImage(Buffer.from(item.bytes)));
    } catch {
      // the decoder says no more than that it is broken
    }
  }
  return images;
}

interface Painter {
  readonly skia: Skia;
  readonly context: SKRSContext2D;
  readonly images: Images;
  /** From millimetres to pixels. */
  readonly base: Matrix;
}

function paint(painter: Painter, item: SceneItem): void {
  const { context, base } = painter;
  context.save();
  context.setTransform(...base);
  for (const clip of item.clips) context.clip(clipPath(painter, clip), 'nonzero');
  context.globalAlpha = item.alpha;
  context.transform(...item.matrix);
  switch (item.kind) {
    case 'path':
      paintPath(painter, item);
      break;
    case 'image':
      paintImage(painter, item);
      break;
    case 'text':
      paintText(painter, item);
      break;
  }
  context.restore();
}

function clipPath({ skia }: Painter, clip: SceneClip): SkiaPath {
  const union = new skia.Path2D();
  for (const {
    d,
    matrix: [a, b, c, dd, e, f],
  } of clip) {
    union.addPath(new skia.Path2D(d), { a, b, c, d: dd, e, f }); // DOMMatrix2DInit
  }
  return union;
}

function paintPath({ skia, context }: Painter, { d, fill, fillRule, stroke }: ScenePath): void {
  const path = new skia.Path2D(d);
  if (fill !== null) {
    context.fillStyle = fill;
    context.fill(path, fillRule);
  }
  if (stroke === null) return;
  context.strokeStyle = stroke.colour;
  context.lineWidth = stroke.width;
  context.lineJoin = stroke.join;
  context.lineCap = stroke.cap;
  context.setLineDash([...stroke.dash]);
  context.stroke(path);
}

function paintImage({ context, images }: Painter, { bytes, multiplies }: SceneImage): void {
  const image = images.get(bytes);
  if (image === undefined) return;
  if (multiplies) context.globalCompositeOperation = 'multiply';
  context.drawImage(image, 0, 0, 1, 1);
}

function paintText({ context }: Painter, { text, colour }: SceneText): void {
  context.fillStyle = colour;
  context.font = '1px serif';
  context.fillText(text, 0, 0);
}
