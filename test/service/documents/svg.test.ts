import { describe, expect, it } from '@jest/globals';
import { toSvg } from '../../../service/src/documents/svg.ts';

describe('toSvg', () => {
  it('draws texts as outlines, paths as they are and dark modules as squares', () => {
    const svg = toSvg({
      widthMm: 10,
      heightMm: 20,
      items: [
        { kind: 'text', text: '一 1', xMm: 1, yMm: 5, sizeMm: 2, colour: '#112233' },
        { kind: 'path', d: 'M0 0L1 1Z', fill: null, stroke: '#ff0000', strokeWidthMm: 0.5 },
        { kind: 'qr', xMm: 2, yMm: 2, moduleMm: 0.5, modules: [[true, false]] },
      ],
    });

    expect(svg).toMatch(/^<svg [^>]*width="10mm" height="20mm" viewBox="0 0 10 20">/);
    expect(svg).toMatch(/<path d="M[^"]+Z" fill="#112233"\/>/);
    expect(svg).toContain('<path d="M0 0L1 1Z" fill="none" stroke="#ff0000" stroke-width="0.5"/>');
    expect(svg).toContain('d="M2 2L2.5 2L2.5 2.5L2 2.5Z" fill="#000000"');
    expect(svg).not.toContain('<text');
  });

  it('refuses a character without glyph', () => {
    const item = {
      kind: 'text',
      text: '𠮷',
      xMm: 1,
      yMm: 5,
      sizeMm: 2,
      colour: '#000000',
    } as const;

    expect(() => toSvg({ widthMm: 1, heightMm: 1, items: [item] })).toThrow(
      expect.objectContaining({ code: 'GLYPH_MISSING' }),
    );
  });
});
