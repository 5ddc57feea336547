// Draws the icons by which the public page can be installed (web/public/icons) from the mark of the page itself.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas, Path2D } from '@napi-rs/canvas';

const OUT = join(dirname(fileURLToPath(import.meta.url)), '../web/public/icons');
const SEAL = '#b3261e';
const WHITE = '#ffffff';
/** As in web/src/assets/mark.svg, in a square of 48. */
const STAR = new Path2D(
  'M24 11.5l2.92 8.98h9.44l-7.64 5.55 2.92 8.98L24 29.46l-7.64 5.55 2.92-8.98-7.64-5.55h9.44z',
);

/** `share`: how much of the side the mark takes. A maskable icon may be cut to a circle of 80 % of the side. */
export const ICONS = [
  { name: 'icon-192.png', size: 192, share: 0.84, ground: WHITE, ink: SEAL, corner: 0.18 },
  { name: 'icon-512.png', size: 512, share: 0.84, ground: WHITE, ink: SEAL, corner: 0.18 },
  { name: 'maskable-192.png', size: 192, share: 0.62, ground: SEAL, ink: WHITE, corner: 0 },
  { name: 'maskable-512.png', size: 512, share: 0.62, ground: SEAL, ink: WHITE, corner: 0 },
  { name: 'touch-180.png', size: 180, share: 0.74, ground: WHITE, ink: SEAL, corner: 0 },
];

/** @returns PNG. */
export function drawIcon({ size, share, ground, ink, corner }) {
  const canvas = createCanvas(size, size);
  const context = canvas.getContext('2d');
  context.fillStyle = ground;
  context.beginPath();
  context.roundRect(0, 0, size, size, size * corner);
  context.fill();
  const scale = (size * share) / 48;
  context.translate((size - 48 * scale) / 2, (size - 48 * scale) / 2);
  context.scale(scale, scale);
  context.strokeStyle = ink;
  for (const [radius, width] of [
    [21.5, 3],
    [17.5, 1],
  ]) {
    context.lineWidth = width;
    context.beginPath();
    context.arc(24, 24, radius, 0, 2 * Math.PI);
    context.stroke();
  }
  context.fillStyle = ink;
  context.fill(STAR);
  return canvas.toBuffer('image/png');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(OUT, { recursive: true });
  for (const icon of ICONS) writeFileSync(join(OUT, icon.name), drawIcon(icon));
}
