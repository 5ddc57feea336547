import { describe, expect, it } from '@jest/globals';
import { caseMaterialStatement } from '../../../service/src/cases/caseMaterialStatement.ts';
import {
  CASE_MATERIAL_STATES,
  type CaseMaterial,
} from '../../../service/src/cases/materialStates.ts';

const MATERIAL: CaseMaterial = {
  ...{ code: 'foodLicence', name: '食品经营许可证', required: true, source: 'applicant' },
  ...{ standIns: [], askedBy: ['M1'], state: 'needed', reason: null, missingFields: [] },
  ...{ by: null, submissions: [] },
};
const by = {
  ...{ identifier: '1', typeCode: 'T', typeName: '$&食品经营许可证' },
  receiptId: null,
};

describe('caseMaterialStatement', () => {
  it.each(CASE_MATERIAL_STATES)('has a sentence for %s in both languages', (state) => {
    const [zh, en] = (['zh-CN', 'en'] as const).map((language) =>
      caseMaterialStatement({ ...MATERIAL, state, by }, language),
    );

    expect(zh).toMatch(/。$/);
    expect(en).toMatch(/^[A-Z].*\.$/);
  });

  it.each(['waived', 'waivable'] as const)('names the licence as it is called: %s', (state) => {
    expect(caseMaterialStatement({ ...MATERIAL, state, by }, 'zh-CN')).toContain(
      '《$&食品经营许可证》',
    );
  });

  it('says why, and whether it is wanted at all', () => {
    const needed = { ...MATERIAL, reason: 'noSuchLicence' } as const;
    const online = { ...MATERIAL, state: 'noSubmission', source: 'onlineCheck' } as const;

    expect(caseMaterialStatement(needed, 'zh-CN')).toContain('没有可代替该材料的电子证照');
    expect(caseMaterialStatement({ ...needed, required: false }, 'zh-CN')).toBe('可以提交。');
    expect(caseMaterialStatement(online, 'zh-CN')).toContain('在线核验');
  });
});
