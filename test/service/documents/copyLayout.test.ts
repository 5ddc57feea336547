import { describe, expect, it } from '@jest/globals';
import { layoutCopy } from '../../../service/src/documents/copyLayout.ts';
import type { CopyRecord } from '../../../service/src/documents/copyRecord.ts';
import { bandLines, watermarkLines } from '../../../service/src/documents/copyText.ts';
import type { Drawing, TextItem } from '../../../service/src/documents/drawing.ts';
import { licenceFont } from '../../../service/src/documents/fonts.ts';
import { readVisibleText } from '../../../service/src/documents/ofd/visibleText.ts';
import { writeOfd } from '../../../service/src/documents/ofd/writeOfd.ts';
import { writePdf } from '../../../service/src/documents/pdf/writePdf.ts';
import { scaleItem } from '../../../service/src/documents/scaleDrawing.ts';
import { toSvg } from '../../../service/src/documents/svg.ts';

const BAND_TOP_FROM_FOOT = 46;

function layOut(
  orientation: 'portrait' | 'landscape',
  length = 1,
): ReturnType<typeof layoutCopy> & { readonly record: CopyRecord } {
  const record: CopyRecord = {
    ...{ kind: 'annotated-copy', schemaVersion: 1, copyId: '01M80FPM80THPV43AEJ6XAP00N' },
    ...{ licence: '1.2.156.3005.2.X', licenceName: '食品经营许可证' },
    original: { format: 'ofd', sha256: 'a'.repeat(64) },
    madeBy: { creditCode: '12330400TEX0000055', name: '南湖市政务服务中心'.repeat(length) },
    window: { code: 'W01', name: '综合窗口'.repeat(length) },
    ...{ madeAt: '2026-11-22T02:00:00.000Z', validUntil: '2026-12-22T02:00:00.000Z' },
    ...{ purpose: '变更登记'.repeat(10 * length), receiptId: null, fields: [] },
    matter: { code: 'M1', name: '食品经营许可变更'.repeat(length) },
  };
  const laidOut = layoutCopy({
    layout: {
      type: { name: '食品经营许可证', layout: { orientation } },
      licence: {
        ...{ identifier: '1.2.156.3005.2.X', serial: 'X1', fields: { premises: '中山路1号' } },
        holder: { name: '拾味餐饮管理'.repeat(8), code: '91330402TEX0000099' },
        issuer: { name: '南湖市市场监督管理局' },
        ...{ validFrom: new Date(0), validUntil: null, issuedOn: new Date(0) },
      },
    },
    record,
    seal: { widthMm: 42, heightMm: 42 },
  });
  return { ...laidOut, record };
}

function textsOf({ items }: Drawing): readonly TextItem[] {
  return items.filter((item): item is TextItem => item.kind === 'text');
}

describe.each(['portrait', 'landscape'] as const)('layoutCopy, %s', (orientation) => {
  it.each([1, 12])('keeps licence, band and seal apart (long texts × %d)', (length) => {
    const { drawing, sealPlacement } = layOut(orientation, length);
    const font = licenceFont();
    const bandTop = drawing.heightMm - BAND_TOP_FROM_FOOT;
    for (const { text, xMm, yMm, sizeMm, angle } of textsOf(drawing)) {
      if (angle !== undefined) continue;
      const right = xMm + font.widthOf(text, sizeMm);
      const isBand = yMm > bandTop;
      expect(yMm).toBeLessThan(isBand ? drawing.heightMm - 1 : bandTop);
      expect(right).toBeLessThan(isBand ? sealPlacement.xMm : drawing.widthMm);
    }
    expect(sealPlacement.yMm).toBeGreaterThanOrEqual(bandTop);
    expect(sealPlacement.yMm + sealPlacement.heightMm).toBeLessThanOrEqual(drawing.heightMm);
  });

  it('repeats a turned, half transparent watermark that stays on the sheet', () => {
    const { drawing, record } = layOut(orientation);
    const marks = textsOf(drawing).filter(({ opacity }) => opacity !== undefined);
    expect(marks.length).toBeGreaterThanOrEqual(10);
    expect(new Set(marks.map(({ text }) => text))).toEqual(new Set(watermarkLines(record)));
    for (const { text, xMm, yMm, sizeMm, angle = 0 } of marks) {
      const length = licenceFont().widthOf(text, sizeMm);
      const radians = (angle * Math.PI) / 180;
      expect(xMm).toBeGreaterThan(0);
      expect(xMm + length * Math.cos(radians)).toBeLessThan(drawing.widthMm);
      expect(yMm - length * Math.sin(radians)).toBeGreaterThan(0);
      expect(yMm).toBeLessThan(drawing.heightMm - BAND_TOP_FROM_FOOT);
    }
  });

  it('is text in an OFD, in its order', () => {
    const { drawing, record } = layOut(orientation, 3);
    const content = { pages: [drawing], title: '', author: '', createdAt: new Date(0) };
    const text = readVisibleText(writeOfd({ ...content, metadata: [], attachments: [] }))
      .flatMap(({ runs }) => runs.map((run) => run.text))
      .join('')
      .replaceAll(/\s/gu, '');
    for (const line of bandLines(record)) expect(text).toContain(line.replaceAll(/\s/gu, ''));
  });

  it('names its transparency in a PDF and an SVG', () => {
    const { drawing } = layOut(orientation);
    const pdf = writePdf({
      ...{ pages: [drawing], title: '', identifier: '', author: '', createdAt: new Date(0) },
      attachment: null,
    });
    expect(Buffer.from(pdf).toString('latin1')).toContain('/ExtGState<</A28<</ca 0.28>>>>');
    expect(toSvg(drawing)).toContain('fill-opacity="0.28"');
  });
});

describe('scaleItem', () => {
  const half = { scale: 0.5, xMm: 10, yMm: 20 };

  it('moves every pair of a path', () => {
    const path = { kind: 'path', fill: null, stroke: '#000000', strokeWidthMm: 1 } as const;
    expect(scaleItem({ ...path, d: 'M0 0L10 -4.5C1 2 3 4 5 6Z' }, half)).toEqual({
      ...{ ...path, d: 'M10 20L15 17.75C10.5 21 11.5 22 12.5 23Z', strokeWidthMm: 0.5 },
    });
  });

  it('moves texts and codes', () => {
    const text = {
      kind: 'text',
      text: '印',
      xMm: 2,
      yMm: 2,
      sizeMm: 4,
      colour: '#000000',
    } as const;
    expect(scaleItem(text, half)).toEqual({ ...text, xMm: 11, yMm: 21, sizeMm: 2 });
    const code = { kind: 'qr', xMm: 2, yMm: 2, moduleMm: 1, modules: [] } as const;
    expect(scaleItem(code, half)).toEqual({ ...code, xMm: 11, yMm: 21, moduleMm: 0.5 });
  });
});
