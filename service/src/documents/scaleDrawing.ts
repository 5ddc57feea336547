import type { DrawingItem } from './drawing.ts';

/** A drawing's items become smaller (or larger), then move. */
export interface Scaling {
  readonly scale: number;
  readonly xMm: number;
  readonly yMm: number;
}

/** Scales about the page's top left corner and moves. */
export function scaleItem(item: DrawingItem, { scale, xMm, yMm }: Scaling): DrawingItem {
  const x = (value: number): number => thousandths(value * scale + xMm);
  const y = (value: number): number => thousandths(value * scale + yMm);
  switch (item.kind) {
    case 'text':
      return {
        ...item,
        ...{ xMm: x(item.xMm), yMm: y(item.yMm), sizeMm: thousandths(item.sizeMm * scale) },
      };
    case 'qr':
      return { ...item, xMm: x(item.xMm), yMm: y(item.yMm), moduleMm: item.moduleMm * scale };
    case 'path': {
      let isX = false;
      const d = item.d.replaceAll(/[+-]?(?:\d+\.?\d*|\.\d+)/gu, (number) => {
        isX = !isX; // commands take pairs, all of them
        return String(isX ? x(Number(number)) : y(Number(number)));
      });
      return { ...item, d, strokeWidthMm: thousandths(item.strokeWidthMm * scale) };
    }
  }
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
