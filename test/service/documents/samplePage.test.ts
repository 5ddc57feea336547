import { describe, expect, it } from '@jest/globals';
import type { Drawing } from '../../../service/src/documents/drawing.ts';
import { drawSamplePage, SAMPLE } from '../../../service/src/documents/samplePage.ts';

const INK = { fill: '#d7000f', stroke: null, strokeWidthMm: 0 } as const;
const SEAL: Drawing = {
  widthMm: 20,
  heightMm: 20,
  items: [{ kind: 'path', d: 'M0 0L20 0L20 20Z', ...INK }],
};

const pageOf = (orientation: 'portrait' | 'landscape'): Drawing =>
  drawSamplePage(
    {
      type: { name: '食品经营许可证', layout: { orientation } },
      licence: {
        ...{ identifier: SAMPLE, serial: SAMPLE, holder: { name: '—', code: '—' }, fields: {} },
        ...{ issuer: { name: '南湖市市场监督管理局' }, validFrom: new Date(), validUntil: null },
        issuedOn: new Date(),
      },
    },
    SEAL,
  );

describe('drawSamplePage', () => {
  it.each(['portrait', 'landscape'] as const)('marks a page all over, %s', (orientation) => {
    const { widthMm, heightMm, items } = pageOf(orientation);

    const marks = items.filter((item) => item.kind === 'text' && item.angle !== undefined);
    const quarters = marks.map((mark) =>
      mark.kind === 'text' ? `${mark.xMm < widthMm / 2} ${mark.yMm < heightMm / 2}` : '',
    );

    expect(new Set(quarters).size).toBe(4);
    expect(items.slice(-marks.length)).toEqual(marks);
  });

  it('has no code, and the seal in its place', () => {
    const { heightMm, items } = pageOf('portrait');

    const seal = items.find((item) => item.kind === 'path' && item.fill === INK.fill);

    expect(items.filter(({ kind }) => kind === 'qr')).toEqual([]);
    const [, , y] = /^M(\S+) (\S+)L/.exec(seal?.kind === 'path' ? seal.d : '') ?? [];
    expect(Number(y)).toBeCloseTo(heightMm - 46 - 21, 1);
  });
});
