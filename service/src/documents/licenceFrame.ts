/** Border and ornament of a licence page. */
import type { Colour, PathItem } from './drawing.ts';
import { hundredths, millimetres } from './glyphPath.ts';
import { rectanglePath, stroked } from './shapes.ts';

export interface PageSize {
  readonly widthMm: number;
  readonly heightMm: number;
}

const OUTER_INSET = 9;
const INNER_INSET = 12.4;
const NOTCH = 5;

const frames = new Map<string, readonly PathItem[]>();
const MAX_FRAMES = 64;

/**
 * A thick line, a thin one with notched corners inside it, and a pale rosette behind the text.
 * Depends on size and colour only, and is kept.
 */
export function frameOf(page: PageSize, theme: Colour): readonly PathItem[] {
  const key = `${page.widthMm}/${page.heightMm}/${theme}`;
  const known = frames.get(key);
  if (known !== undefined) return known;
  if (frames.size >= MAX_FRAMES) frames.clear();
  const frame = [
    stroked(rosettePath(page), tint(theme, 0.16), 0.16),
    stroked(insetRectangle(page, OUTER_INSET), theme, 1.1),
    stroked(notchedPath(page), theme, 0.3),
    stroked(cornerSquares(page), theme, 0.3),
  ];
  frames.set(key, frame);
  return frame;
}

/** Mixes a colour with white. @param share - of the colour, 0 to 1. */
export function tint(colour: Colour, share: number): Colour {
  const mixed = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16);
    return Math.round(255 - (255 - value) * share)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}

function insetRectangle({ widthMm, heightMm }: PageSize, inset: number): string {
  return rectanglePath(inset, inset, widthMm - 2 * inset, heightMm - 2 * inset);
}

function notchedPath({ widthMm, heightMm }: PageSize): string {
  const [near, in1] = [INNER_INSET, INNER_INSET + NOTCH];
  const [right, right1] = [widthMm - near, widthMm - in1];
  const [bottom, bottom1] = [heightMm - near, heightMm - in1];
  const corners = [
    [in1, near],
    [right1, near],
    [right1, in1],
    [right, in1],
    [right, bottom1],
    [right1, bottom1],
    [right1, bottom],
    [in1, bottom],
    [in1, bottom1],
    [near, bottom1],
    [near, in1],
    [in1, in1],
  ];
  return `M${corners.map((corner) => corner.map(millimetres).join(' ')).join('L')}Z`;
}

function cornerSquares({ widthMm, heightMm }: PageSize): string {
  const size = NOTCH - 1.4;
  const far = INNER_INSET + size;
  return [INNER_INSET, widthMm - far]
    .flatMap((x) => [INNER_INSET, heightMm - far].map((y) => rectanglePath(x, y, size, size)))
    .join('');
}

/** Three interlaced waves around a circle, as on bank notes; one cubic curve from crest to trough. */
function rosettePath({ widthMm, heightMm }: PageSize): string {
  const centre = { x: widthMm / 2, y: heightMm / 2 };
  return [0, 1, 2].map((turn) => wavePath(centre, (2 * Math.PI * turn) / 3)).join('');
}

const WAVE = { radius: 44, amplitude: 9, crests: 18 };

function wavePath(centre: { readonly x: number; readonly y: number }, phase: number): string {
  const steps = 2 * WAVE.crests;
  const step = (2 * Math.PI) / steps;
  const radiusAt = (i: number): number => WAVE.radius + WAVE.amplitude * (i % 2 === 0 ? 1 : -1);
  const point = (angle: number, radius: number): string => {
    const turned = angle + phase / WAVE.crests;
    return `${hundredths(centre.x + radius * Math.cos(turned))} ${hundredths(centre.y + radius * Math.sin(turned))}`;
  };
  let path = `M${point(0, radiusAt(0))}`;
  for (let i = 0; i < steps; i += 1) {
    const [from, to] = [radiusAt(i), radiusAt(i + 1)];
    path += `C${point((i + 0.364) * step, from)} ${point((i + 0.636) * step, to)} ${point((i + 1) * step, to)}`;
  }
  return `${path}Z`;
}
