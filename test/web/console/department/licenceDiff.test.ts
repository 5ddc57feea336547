import { describe, expect, it } from '@jest/globals';
import { actsFrom, reasonsOf } from '../../../../web/src/console/department/acts.ts';
import { compareLicences } from '../../../../web/src/console/department/licenceDiff.ts';
import {
  dayAfter,
  findPeriodFault,
  lastDayAfter,
  wholeYears,
} from '../../../../web/src/console/department/period.ts';

const WORDS = { language: 'zh-CN', endless: '长期' } as const;
const SCHEMA = {
  properties: {
    principal: { title: '负责人', type: 'string' },
    items: { title: '项目', type: 'array', items: { enum: ['热食', '冷食'] } },
    site: { title: '地址', type: 'string' },
    rows: {
      title: '设备',
      type: 'array',
      items: { type: 'object', properties: { model: { title: '型号', type: 'string' } } },
    },
  },
};
const BEFORE = {
  holder: { name: '听雨茶社', code: 'C', codeType: '001' },
  fields: { principal: '甲', items: ['热食', '冷食'], site: '一号' },
  validFrom: '2026-03-31T16:00:00.000Z',
  validUntil: '2027-03-31T15:59:59.999Z',
};

describe('compareLicences', () => {
  it('says field by field what is new, other and gone', () => {
    const after = {
      ...BEFORE,
      fields: { principal: '乙', items: ['热食', '冷食'], rows: [{ model: 'M1' }], odd: true },
      validUntil: null,
    };
    const rows = compareLicences(SCHEMA, BEFORE, after, WORDS);

    expect(rows.filter(({ kind }) => kind !== 'same')).toEqual([
      { name: 'principal', title: '负责人', before: '甲', after: '乙', kind: 'changed' },
      { name: 'site', title: '地址', before: '一号', after: null, kind: 'removed' },
      { name: 'rows', title: '设备', before: null, after: '型号: M1', kind: 'added' },
      { name: 'odd', title: 'odd', before: null, after: '是', kind: 'added' },
      { name: 'validUntil', title: null, before: '2027-03-31', after: '长期', kind: 'changed' },
    ]);
    expect(rows.find(({ name }) => name === 'items')).toMatchObject({
      after: '热食、冷食',
      kind: 'same',
    });
  });

  it('shows everything of a licence that replaces none', () => {
    const rows = compareLicences(SCHEMA, null, BEFORE, WORDS);

    expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(['same']));
    expect(rows.map(({ after }) => after)).toContain('听雨茶社');
  });
});

describe('periods', () => {
  it('are whole days of Shanghai', () => {
    expect(lastDayAfter('2026-04-01', 1)).toBe('2027-03-31');
    expect(lastDayAfter('2024-02-29', 1)).toBe('2025-02-28');
    expect(dayAfter('2026-12-31')).toBe('2027-01-01');
    expect(wholeYears('2026-01-01', '2030-12-31')).toBe(5);
    expect(wholeYears('2026-04-01', '2027-03-31')).toBe(1);
    expect(wholeYears('2026-04-01', '2027-03-30')).toBe(null);
  });

  it('end after they begin, and those of a renewal later than before', () => {
    expect(findPeriodFault('', '2027-01-01')).toBe('fromMissing');
    expect(findPeriodFault('2027-01-01', '')).toBe('untilMissing');
    expect(findPeriodFault('2027-01-02', '2027-01-01')).toBe('untilBeforeFrom');
    expect(findPeriodFault('2026-01-01', '2027-01-01', '2027-01-01')).toBe('notProlonged');
    expect(findPeriodFault('2026-01-01', null, '2027-01-01')).toBe(null);
    expect(findPeriodFault('2027-01-01', '2027-01-01')).toBe(null);
  });
});

describe('acts', () => {
  it('are offered where the ledger takes them', () => {
    expect(actsFrom('issued')).toEqual([
      'suspend',
      'cancel',
      'revoke',
      'withdraw',
      'lapse',
      'transfer-out',
    ]);
    expect(actsFrom('suspended')).toContain('reinstate');
    expect(actsFrom('revoked')).toEqual([]);
    expect(actsFrom('drafted')).toEqual([]);
  });

  it('have every reason once', () => {
    expect(reasonsOf('revoke')).toHaveLength(9);
    expect(new Set(reasonsOf('withdraw')).size).toBe(9);
    expect(reasonsOf('withdraw')[0]).toBe('fraud');
  });
});
