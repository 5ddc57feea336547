import { describe, expect, it } from '@jest/globals';
import { drawQr, toPath } from '../../../../web/src/console/holder/qrPath.ts';

describe('QR symbols as SVG', () => {
  it('draws runs of dark modules inside a quiet zone of four', () => {
    const rows = ['110', '000', '101'];
    const path = toPath(3, (row, column) => rows[row]?.[column] === '1');

    expect(path).toEqual({
      size: 11,
      d: 'M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z',
    });
  });

  it('draws the code that is shown', async () => {
    const { size, d } = await drawQr('YXP.LXU2GVG74DMEPUKF5ESOJEFRHY');

    expect(size).toBe(25 + 8); // version 2
    expect(d.startsWith('M4 4h7v1h-7z')).toBe(true); // the finder pattern's first row
  });
});
