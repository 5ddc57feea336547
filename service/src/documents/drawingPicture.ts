import type { Drawing, DrawingItem } from './drawing.ts';
import type { PreviewFormat } from './ofd/previewOfd.ts';
import type { ScenePath } from './ofd/scene.ts';
import { sceneToPng } from './ofd/scenePng.ts';
import { itemPath, toSvg } from './svg.ts';

const DOTS_PER_INCH = 120;

/**
 * A drawing as a picture that needs no font.
 *
 * @returns an SVG that does nothing but show, or a PNG of 120 dots an inch on white.
 * @throws ServiceError `GLYPH_MISSING`.
 */
export async function drawingPicture(drawing: Drawing, format: PreviewFormat): Promise<Uint8Array> {
  if (format === 'svg') return Buffer.from(toSvg(drawing), 'utf8');
  const { widthMm, heightMm } = drawing;
  const items = drawing.items.map(toScenePath);
  return await sceneToPng({ widthMm, heightMm, items, omitted: 0 }, DOTS_PER_INCH);
}

function toScenePath(item: DrawingItem): ScenePath {
  const common = {
    kind: 'path',
    clips: [],
    matrix: [1, 0, 0, 1, 0, 0],
    fillRule: 'nonzero',
  } as const;
  const d = itemPath(item);
  if (item.kind !== 'path') {
    const [fill, alpha] =
      item.kind === 'qr' ? ['#000000' as const, 1] : [item.colour, item.opacity ?? 1];
    return { ...common, d, alpha, fill, stroke: null };
  }
  const { fill, stroke, strokeWidthMm } = item;
  const line = { width: strokeWidthMm, join: 'miter', cap: 'butt', dash: [] } as const;
  return {
    ...{ ...common, d, alpha: 1, fill },
    stroke: stroke === null ? null : { colour: stroke, ...line },
  };
}
