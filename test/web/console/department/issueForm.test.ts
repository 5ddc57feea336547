import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  countFaults,
  draftOf,
  emptyDraft,
  faultsOfService,
  findFaults,
  successionOf,
} from '../../../../web/src/console/department/issueForm.ts';
import { formOf } from '../../../../web/src/console/department/schemaForm.ts';

const FORM = formOf({
  properties: {
    principal: { title: '负责人', type: 'string', minLength: 1 },
    site: { title: '地址', type: 'string' },
  },
  required: ['principal'],
});
const HOLDER = { name: '听雨茶社', code: '92429000DEM001084H', codeType: '001' };
type Before = Parameters<typeof successionOf>[0];
const LICENCE = {
  holder: HOLDER,
  fields: { principal: '甲', site: '一号' },
  validFrom: '2025-12-31T16:00:00.000Z',
  validUntil: '2030-12-31T15:59:59.999Z',
} as unknown as Before; // all that is read

describe('emptyDraft', () => {
  it('begins today, for five years, and lacks what must be filled in', () => {
    const draft = emptyDraft(FORM, '2026-03-01');

    expect(draft).toMatchObject({ from: '2026-03-01', until: '2031-02-28', isEndless: false });
    expect(findFaults(FORM, draft, null)).toEqual({
      ...{ code: 'empty', isNameMissing: true, period: null, isSerialWrong: false },
      fields: { '/principal': { name: 'required' } },
    });
    expect(countFaults(findFaults(FORM, draft, null))).toBe(3);
  });
});

describe('draftOf', () => {
  it('brings a licence back as it is', () => {
    const { holder, fields } = LICENCE;

    expect(contentOf(FORM, draftOf(FORM, LICENCE, 'draft'))).toEqual({
      ...{ holder, fields, validFrom: '2026-01-01', validUntil: '2030-12-31' },
    });
  });

  it('renews for as long again', () => {
    const draft = draftOf(FORM, LICENCE, 'renew');

    expect(draft).toMatchObject({ from: '2026-01-01', until: '2035-12-31' });
    expect(findFaults(FORM, draft, '2030-12-31').period).toBe(null);
    expect(findFaults(FORM, { ...draft, until: '2030-12-31' }, '2030-12-31').period).toBe(
      'notProlonged',
    );
  });

  it('keeps a licence without end so', () => {
    const endless = { ...LICENCE, validUntil: null };

    expect(contentOf(FORM, draftOf(FORM, endless, 'change')).validUntil).toBe(null);
  });
});

describe('successionOf', () => {
  it('sends what is other than before, and null for what is gone', () => {
    const draft = draftOf(FORM, LICENCE, 'change');
    const values = { principal: '乙', site: '' };

    expect(successionOf(LICENCE, FORM, draft)).toEqual({});
    expect(
      successionOf(LICENCE, FORM, { ...draft, values, name: '听雨茶馆', isEndless: true }),
    ).toEqual({
      ...{ holderName: '听雨茶馆', fields: { principal: '乙', site: null }, validUntil: null },
    });
  });
});

describe('faultsOfService', () => {
  it('finds the member that the service means', () => {
    const faults = [
      { pointer: '/fields/rows/0/model', detail: 'must be string' },
      { pointer: '/validUntil', detail: 'must be after validFrom' },
    ];

    expect(faultsOfService(faults)).toEqual({
      '/rows/0/model': { name: 'other', value: 'must be string' },
    });
  });
});
