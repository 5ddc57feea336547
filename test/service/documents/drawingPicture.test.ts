import { describe, expect, it } from '@jest/globals';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Drawing } from '../../../service/src/documents/drawing.ts';
import { drawingPicture } from '../../../service/src/documents/drawingPicture.ts';

/** At 120 dots an inch, 25.4 mm are 120 pixels. */
const DRAWING: Drawing = {
  widthMm: 25.4,
  heightMm: 25.4,
  items: [
    { kind: 'path', d: 'M0 0L5 0L5 5L0 5Z', fill: '#ff0000', stroke: null, strokeWidthMm: 0 },
    { kind: 'qr', xMm: 10, yMm: 10, moduleMm: 5, modules: [[true, false]] },
    { kind: 'text', text: '一', xMm: 16, yMm: 9, sizeMm: 9, colour: '#0000ff', opacity: 0.5 },
    { kind: 'path', d: 'M0 20L25 20', fill: null, stroke: '#00ff00', strokeWidthMm: 2 },
  ],
};

describe('drawingPicture', () => {
  it('paints paths, modules and outlines where they belong', async () => {
    const image = await loadImage(Buffer.from(await drawingPicture(DRAWING, 'png')));
    const context = createCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const at = (xMm: number, yMm: number): readonly number[] => {
      const scale = image.width / DRAWING.widthMm;
      return [...context.getImageData(xMm * scale, yMm * scale, 1, 1).data].slice(0, 3);
    };

    expect([image.width, image.height]).toEqual([120, 120]);
    expect(at(2, 2)).toEqual([255, 0, 0]);
    expect([at(12, 12), at(17, 12)]).toEqual([
      [0, 0, 0],
      [255, 255, 255],
    ]);
    expect(at(12, 20)).toEqual([0, 255, 0]);
    const across = Array.from({ length: 60 }, (_, step) => at(20, 2 + step * 0.12));
    const reds = across.map(([red = 255]) => red);
    expect(Math.min(...reds)).toBeLessThan(200);
    expect(Math.min(...reds)).toBeGreaterThanOrEqual(127); // half of it shines through
    expect(across.every(([, , blue]) => blue === 255)).toBe(true);
  });

  it('draws the same without pixels', async () => {
    const svg = Buffer.from(await drawingPicture(DRAWING, 'svg')).toString('utf8');

    expect(svg).toMatch(/^<svg [^>]*width="25.4mm"/);
    expect(svg).not.toMatch(/<(text|script|image|use)/);
  });
});
