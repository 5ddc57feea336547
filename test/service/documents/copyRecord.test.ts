import { describe, expect, it } from '@jest/globals';
import {
  encodeCopyRecord,
  readCopyRecord,
  type CopyRecord,
} from '../../../service/src/documents/copyRecord.ts';
import { bandLines, watermarkLines } from '../../../service/src/documents/copyText.ts';

const record: CopyRecord = {
  ...{ kind: 'annotated-copy', schemaVersion: 1, copyId: '01M80FPM80THPV43AEJ6XAP00N' },
  ...{ licence: '1.2.156.3005.2.X', licenceName: '食品经营许可证' },
  original: { format: 'ofd', sha256: 'a'.repeat(64) },
  madeBy: { creditCode: '12330400TEX0000055', name: '南湖市政务服务中心' },
  window: { code: 'W01', name: '综合窗口1号' },
  ...{ madeAt: '2026-11-22T02:00:00.000Z', validUntil: '2026-12-22T02:00:00.000Z' },
  ...{ purpose: '变更登记', matter: null, receiptId: null, fields: ['holderName'] },
};

describe('readCopyRecord', () => {
  it('reads what was encoded', () => {
    expect(readCopyRecord(encodeCopyRecord(record))).toEqual({ record });
  });

  it.each<[string, string | null]>([
    ['nothing', null],
    ['something else', '{"identifier":"annotated-copy"}'],
    ['no JSON', 'annotated-copy'],
    ['a list', '["annotated-copy"]'],
  ])('takes %s for no copy', (_, text) => {
    expect(readCopyRecord(text)).toBeNull();
  });

  it.each<[string, string]>([
    ['another form of the same', JSON.stringify(record, null, 1)],
    ['a member more', encodeCopyRecord({ ...record, more: 1 } as CopyRecord)],
    ['a member missing', encodeCopyRecord({ ...record, purpose: '' })],
    ['no time', encodeCopyRecord({ ...record, validUntil: 'never' })],
    ['too much', encodeCopyRecord({ ...record, licence: 'x'.repeat(20_000) })],
  ])('cannot read %s', (_, text) => {
    expect(readCopyRecord(text)).toEqual({ record: null });
  });
});

describe('the texts of a copy', () => {
  it('say purpose, maker, times and number in the band', () => {
    const band = bandLines({ ...record, matter: { code: 'M1', name: '变更' } }).join('\n');
    for (const part of [
      '仅供“变更登记”使用，他用无效',
      '南湖市政务服务中心 综合窗口1号',
      '变更（M1）',
    ]) {
      expect(band).toContain(part);
    }
    expect(band).toContain('2026-11-22 10:00:00');
    expect(band).toContain('2026-12-22 10:00:00');
    expect(band).toContain(record.copyId);
    expect(band).toContain('not valid for any other');
  });

  it('cut a long purpose in the watermark only', () => {
    const long = { ...record, purpose: '长'.repeat(60), window: null };
    expect(watermarkLines(long)[0]).toBe(`仅供“${'长'.repeat(23)}…”使用，他用无效`);
    expect(bandLines(long)[0]).toContain('长'.repeat(60));
  });
});
