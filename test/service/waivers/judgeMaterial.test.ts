import { describe, expect, it } from '@jest/globals';
import type { WholeMaterial } from '../../../service/src/matters/wholeMatter.ts';
import {
  judgeMaterial,
  type Known,
  type MaterialState,
  type ReadableLicence,
} from '../../../service/src/waivers/judgeMaterial.ts';
import { materialStatement } from '../../../service/src/waivers/materialStatement.ts';

const AT = new Date('2026-06-01T00:00:00Z');
const TYPE = { name: '食品经营许可证', fields: { properties: { premises: {}, items: {} } } };

const MATERIAL: WholeMaterial = {
  code: 'foodLicence',
  name: '食品经营许可证',
  required: true,
  source: 'applicant',
  standIns: [{ typeCode: 'T1', fields: ['premises', 'holderName'] }],
  askedBy: ['M1'],
};

const LICENCE: ReadableLicence = {
  identifier: 'L1',
  typeCode: 'T1',
  state: 'issued',
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validUntil: new Date('2027-01-01T00:00:00Z'),
  fields: ['premises', 'holderName'],
};

function judge(
  licences: readonly Partial<ReadableLicence>[] | null,
  material: Partial<WholeMaterial> = {},
  types: Known['types'] = new Map([['T1', TYPE]]),
): MaterialState {
  const held = licences?.map((one) => ({ ...LICENCE, ...one }));
  const byType = held === undefined ? null : Map.groupBy(held, ({ typeCode }) => typeCode);
  return judgeMaterial({ ...MATERIAL, ...material }, { types, licences: byType }, AT);
}

describe('a material', () => {
  it('is waived by a licence in force that has what is needed, to the last instant', () => {
    expect(judge([{}])).toMatchObject({
      state: 'waived',
      reason: 'licence',
      by: { identifier: 'L1', typeCode: 'T1', typeName: '食品经营许可证' },
    });
    expect(judge([{ validUntil: AT }]).state).toBe('waived');
    expect(judge([{ validUntil: null }]).state).toBe('waived');
  });

  it.each([
    ['licenceExpired', { validUntil: new Date(AT.getTime() - 1) }],
    ['licenceNotYetValid', { validFrom: new Date(AT.getTime() + 1) }],
    ['licenceSuspended', { state: 'suspended' }],
    ['licenceEnded', { state: 'revoked' }],
    ['fieldMissing', { fields: ['holderName'] }],
    ['fieldMissing', { fields: null }],
  ] as const)('is needed, and says why: %s', (reason, licence) => {
    expect(judge([licence])).toMatchObject({ state: 'needed', reason, by: { identifier: 'L1' } });
  });

  it('names the fields that are missing', () => {
    expect(judge([{ fields: ['holderName'] }]).missingFields).toEqual(['premises']);
  });

  it('is needed when the holder has no such licence, or nobody can', () => {
    expect(judge([])).toMatchObject({ state: 'needed', reason: 'noSuchLicence', by: null });
    expect(judge([], {}, new Map())).toMatchObject({ reason: 'noSuchType' });
    expect(judge([], { standIns: [] })).toMatchObject({ reason: 'paperNeeded' });
  });

  it('is told by what comes nearest to waiving it', () => {
    const standIns = [...MATERIAL.standIns, { typeCode: 'T2', fields: [] }];
    const types = new Map([
      ['T1', TYPE],
      ['T2', { ...TYPE, name: '另一证' }],
    ]);

    expect(judge([{ state: 'revoked' }], { standIns }, types).reason).toBe('licenceEnded');
    expect(judge([{ state: 'revoked' }, { state: 'suspended' }]).reason).toBe('licenceSuspended');
    expect(
      judge([{ state: 'revoked' }, { typeCode: 'T2' }], { standIns }, types).by?.typeCode,
    ).toBe('T2');
  });

  it.each(['sharedData', 'onlineCheck', 'earlierInCase'] as const)(
    'need not be submitted by %s, whoever asks',
    (source) => {
      const state = { state: 'noSubmission', reason: source, by: null };
      expect(judge(null, { source })).toMatchObject(state);
      expect(judge([{}], { source })).toMatchObject(state);
    },
  );

  it('could be waived, where nobody in particular is meant', () => {
    const lacking = new Map([['T1', { ...TYPE, fields: {} }]]);

    expect(judge(null)).toMatchObject({ state: 'waivable', reason: 'licence', by: null });
    expect(judge(null, {}, new Map())).toMatchObject({ state: 'needed', reason: 'noSuchType' });
    expect(judge(null, {}, lacking)).toMatchObject({
      reason: 'fieldMissing',
      missingFields: ['premises'],
    });
  });
});

describe('the sentence about it', () => {
  it('is in the language of who asks', () => {
    const state = judge([{ fields: [] }]);

    expect(materialStatement(state, 'zh-CN')).toBe(
      '须提交：电子证照《食品经营许可证》缺少所需信息项：premises、holderName。',
    );
    expect(materialStatement(state, 'en')).toContain('“食品经营许可证” lacks');
    expect(materialStatement(judge(null), 'en')).toBe(
      'Need not be submitted: the licence stands in for it.',
    );
  });
});
