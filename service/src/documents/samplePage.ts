/** A licence's page as it would be sealed, marked as a sample all over: it has no code, and nothing signs it. */
import type { Colour, Drawing, DrawingItem, SealPlacement } from './drawing.ts';
import { licenceFont } from './fonts.ts';
import { layoutLicence, type LayoutInput } from './layout.ts';
import { scaleItem } from './scaleDrawing.ts';

/** Stands in the place of serial and identifier. */
export const SAMPLE = '样本 SAMPLE';

const CODE_NOTE = '样本：签发后此处为二维码。\nA sample: the code comes with the issue.';
const MARK = { sizeMm: 10, angle: 30, opacity: 0.3, columnMm: 80, rowMm: 44 };
const BLUE: Colour = '#1f4e79';

/**
 * Sets a page that cannot be taken for a licence.
 *
 * @param seal - picture of the seal that would be used.
 * @throws ServiceError as {@link layoutLicence}.
 */
export function drawSamplePage(
  layout: Omit<LayoutInput, 'qrModules' | 'codeNote'>,
  seal: Drawing,
): Drawing {
  const page = layoutLicence({ ...layout, qrModules: [], codeNote: CODE_NOTE });
  const { widthMm, heightMm, items } = page.drawing;
  const marked = [...items, ...placed(seal, page.sealPlacement), ...marks(widthMm, heightMm)];
  return { widthMm, heightMm, items: marked };
}

/** As large as there is room, in the middle of its place. */
function placed(seal: Drawing, place: SealPlacement): readonly DrawingItem[] {
  const scale = Math.min(place.widthMm / seal.widthMm, place.heightMm / seal.heightMm);
  const xMm = place.xMm + (place.widthMm - scale * seal.widthMm) / 2;
  const yMm = place.yMm + (place.heightMm - scale * seal.heightMm) / 2;
  return seal.items.map((item) => scaleItem(item, { scale, xMm, yMm }));
}

/** Rising lines, those of every second row between those of the first. */
function marks(widthMm: number, heightMm: number): readonly DrawingItem[] {
  const { sizeMm, angle, opacity, columnMm, rowMm } = MARK;
  const columns = Math.max(1, Math.round(widthMm / columnMm));
  const rows = Math.max(1, Math.round(heightMm / rowMm));
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const half = licenceFont().widthOf(SAMPLE, sizeMm) / 2;
  return Array.from({ length: rows * columns }, (_, index): DrawingItem => {
    const row = Math.floor(index / columns);
    const shift = row % 2 === 1 ? 0.25 : 0;
    const x = ((index % columns) + 0.5 + shift) * (widthMm / columns);
    const y = (row + 0.5) * (heightMm / rows);
    return {
      ...{ kind: 'text', text: SAMPLE, sizeMm, angle, opacity, colour: BLUE },
      ...{ xMm: x - half * cos, yMm: y + half * sin },
    };
  });
}
