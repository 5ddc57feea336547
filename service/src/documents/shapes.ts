import type { Colour, PathItem } from './drawing.ts';
import { millimetres } from './glyphPath.ts';

/** Distance of the control points of a quarter circle's cubic curve from its ends, for radius 1. */
const KAPPA = 0.5522847498;

/** A circle as four cubic curves. */
export function circlePath(centreX: number, centreY: number, radius: number): string {
  const p = (x: number, y: number): string =>
    `${millimetres(centreX + radius * x)} ${millimetres(centreY + radius * y)}`;
  return (
    `M${p(1, 0)}C${p(1, KAPPA)} ${p(KAPPA, 1)} ${p(0, 1)}C${p(-KAPPA, 1)} ${p(-1, KAPPA)} ${p(-1, 0)}` +
    `C${p(-1, -KAPPA)} ${p(-KAPPA, -1)} ${p(0, -1)}C${p(KAPPA, -1)} ${p(1, -KAPPA)} ${p(1, 0)}Z`
  );
}

/** A rectangle. */
export function rectanglePath(x: number, y: number, width: number, height: number): string {
  const [left, top, right, bottom] = [x, y, x + width, y + height].map(millimetres);
  return `M${left} ${top}L${right} ${top}L${right} ${bottom}L${left} ${bottom}Z`;
}

/** A five-pointed star standing on two points; `radius` is that of its outer points. */
export function starPath(centreX: number, centreY: number, radius: number): string {
  const inner = (radius * Math.sin(Math.PI / 10)) / Math.sin((3 * Math.PI) / 10);
  const points = Array.from({ length: 10 }, (_, i) => {
    const length = i % 2 === 0 ? radius : inner;
    const angle = (i * Math.PI) / 5;
    return `${millimetres(centreX + length * Math.sin(angle))} ${millimetres(centreY - length * Math.cos(angle))}`;
  });
  return `M${points.join('L')}Z`;
}

/** A filled path without an outline. */
export function filled(d: string, fill: Colour): PathItem {
  return { kind: 'path', d, fill, stroke: null, strokeWidthMm: 0 };
}

/** An outline without a filling. */
export function stroked(d: string, stroke: Colour, strokeWidthMm: number): PathItem {
  return { kind: 'path', d, fill: null, stroke, strokeWidthMm };
}
