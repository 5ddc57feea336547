import { describe, expect, it } from '@jest/globals';
import { toRequest, typeCodeOf } from '../../../service/src/imports/rowRequest.ts';
import type { LicenceType } from '../../../service/src/store/store.ts';
import { buildRow } from '../../support/tables.ts';

const TYPE: LicenceType = {
  typeCode: 'type',
  version: 1,
  name: 'type',
  issuer: null,
  sealEsId: '1',
  approval: 'single',
  formats: ['ofd'],
  layout: {},
  updatedAt: new Date(0),
  fields: {
    type: 'object',
    properties: {
      text: { type: 'string' },
      count: { type: 'integer' },
      area: { type: 'number' },
      open: { type: 'boolean' },
      items: { type: 'array', items: { type: 'string' } },
      sizes: { type: 'array', items: { type: 'number' } },
    },
    additionalProperties: false,
  },
};

const fieldOf = (name: string, cell: string): unknown => {
  const row = Object.fromEntries(
    Object.entries(buildRow('A')).filter(([column]) => !column.startsWith('field.')),
  );
  return toRequest({ ...row, [`field.${name}`]: cell }, TYPE, 'S').fields[name];
};

describe('toRequest', () => {
  it.each([
    ['text', '007', '007'],
    ['count', '42', 42],
    ['area', '-3.50', -3.5],
    ['count', '四十二', '四十二'],
    ['count', '007', '007'],
    ['area', '1e9', '1e9'],
    ['open', '是', true],
    ['open', 'FALSE', false],
    ['open', '也许', '也许'],
    ['items', '甲； 乙;丙；', ['甲', '乙', '丙']],
    ['sizes', '1;2.5', [1, 2.5]],
    ['unknown', '1', '1'],
    ['constructor', '1', '1'],
  ])('reads a cell of %s, %s', (name, cell, value) => {
    expect(fieldOf(name, cell)).toEqual(value);
  });

  it('reads whole days, and no end as no end', () => {
    const { validFrom, validUntil } = toRequest(buildRow('A'), TYPE, 'S');
    const { validUntil: none } = toRequest(withoutCell(buildRow('A'), 'validUntil'), TYPE, 'S');

    expect(validFrom.toISOString()).toBe('2025-12-31T16:00:00.000Z');
    expect(validUntil?.toISOString()).toBe('2099-12-31T15:59:59.999Z');
    expect(none).toBeNull();
  });

  it('takes the serial of the row before the one it is given', () => {
    expect(toRequest(buildRow('A1'), TYPE, 'S').serial).toBe('A1');
    expect(toRequest(withoutCell(buildRow('A1'), 'serial'), TYPE, 'S').serial).toBe('S');
  });

  it('mends what spreadsheets do to codes', () => {
    const { holder } = toRequest(
      buildRow('A', { holderCodeType: '1', holderCode: 'abc' }),
      TYPE,
      'S',
    );

    expect(holder).toMatchObject({ codeType: '001', code: 'ABC' });
  });

  it.each([
    ['holderName', '/holder/name'],
    ['holderCode', '/holder/code'],
    ['holderCodeType', '/holder/codeType'],
    ['validFrom', '/validFrom'],
  ])('names the member when %s is empty', (column, pointer) => {
    expect(() => toRequest(withoutCell(buildRow('A'), column), TYPE, 'S')).toThrow(
      expect.objectContaining({
        code: 'REQUEST_MALFORMED',
        faults: [expect.objectContaining({ pointer })],
      }),
    );
  });

  it('refuses a name beyond bounds', () => {
    const row = buildRow('A', { holderName: '名'.repeat(201) });

    expect(() => toRequest(row, TYPE, 'S')).toThrow('holderName has more than 200 characters');
  });
});

describe('typeCodeOf', () => {
  it('is the row’s own, else the import’s', () => {
    expect(typeCodeOf({ typeCode: 'own' }, 'default')).toBe('own');
    expect(typeCodeOf({}, 'default')).toBe('default');
  });

  it('refuses a row that neither names', () => {
    expect(() => typeCodeOf({}, '')).toThrow('typeCode is empty');
  });

  it('refuses a row of another length', () => {
    expect(() => typeCodeOf({ 'row length': '2 instead of 4' }, 'default')).toThrow(
      'the row has 2 instead of 4 cells',
    );
  });
});

function withoutCell(row: Readonly<Record<string, string>>, column: string): typeof row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== column));
}
