import { describe, expect, it } from '@jest/globals';
import { drawQr, toPath } from '../../../../web/src/console/components/qrPath.ts';

describe('a QR symbol', () => {
  it('is a run of modules a rectangle, in its quiet zone', () => {
    const { size, d } = toPath(2, (row, column) => row === 0 || column === 1);

    expect(size).toBe(10);
    expect(d).toBe('M4 4h2v1h-2zM5 5h1v1h-1z');
  });

  it('is drawn of a text', async () => {
    const { size, d } = await drawQr('YXP.ABCDEFGHIJKLMNOPQRSTUVWXYZ');

    expect(size).toBeGreaterThan(20);
    expect(d).toMatch(/^M4 4h7v1h-7z/);
  });
});
