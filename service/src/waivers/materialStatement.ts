import type { Language } from '../language.ts';
import type { MaterialReason, MaterialState } from './judgeMaterial.ts';

type Sentence = (facts: Readonly<{ licence: string; fields: string }>) => string;

const SENTENCES: Readonly<Record<Language, Readonly<Record<MaterialReason, Sentence>>>> = {
  'zh-CN': {
    sharedData: () => '免提交：通过数据共享获取。',
    onlineCheck: () => '免提交：通过在线核验获取。',
    earlierInCase: () => '免提交：前序环节已收取。',
    licence: ({ licence }) => `免提交：由电子证照${licence}代替。`,
    paperNeeded: () => '须提交：没有可代替该材料的电子证照。',
    noSuchType: () => '须提交：可代替该材料的电子证照本市尚未签发。',
    noSuchLicence: () => '须提交：持证人没有可代替该材料的电子证照。',
    licenceNotYetValid: ({ licence }) => `须提交：电子证照${licence}尚未生效。`,
    licenceExpired: ({ licence }) => `须提交：电子证照${licence}已过有效期。`,
    licenceSuspended: ({ licence }) => `须提交：电子证照${licence}已暂扣。`,
    licenceEnded: ({ licence }) => `须提交：电子证照${licence}已失效。`,
    fieldMissing: ({ licence, fields }) => `须提交：电子证照${licence}缺少所需信息项：${fields}。`,
  },
  en: {
    sharedData: () => 'Need not be submitted: it comes by shared data.',
    onlineCheck: () => 'Need not be submitted: it comes by an online check.',
    earlierInCase: () => 'Need not be submitted: it was collected earlier in the case.',
    licence: ({ licence }) => `Need not be submitted: the licence${licence} stands in for it.`,
    paperNeeded: () => 'To be submitted: no licence can stand in for it.',
    noSuchType: () =>
      'To be submitted: the licence that could stand in for it is not issued here yet.',
    noSuchLicence: () => 'To be submitted: the holder has no licence that could stand in for it.',
    licenceNotYetValid: ({ licence }) => `To be submitted: the licence${licence} is not valid yet.`,
    licenceExpired: ({ licence }) => `To be submitted: the licence${licence} has expired.`,
    licenceSuspended: ({ licence }) => `To be submitted: the licence${licence} is suspended.`,
    licenceEnded: ({ licence }) => `To be submitted: the licence${licence} is no longer in force.`,
    fieldMissing: ({ licence, fields }) =>
      `To be submitted: the licence${licence} lacks what the matter needs: ${fields}.`,
  },
};

/** Says in one sentence whether a material is to be submitted, and why. */
export function materialStatement(
  { reason, by, missingFields }: Pick<MaterialState, 'reason' | 'by' | 'missingFields'>,
  language: Language,
): string {
  const name = by === null ? '' : language === 'en' ? ` “${by.typeName}”` : `《${by.typeName}》`;
  const fields = missingFields.join(language === 'en' ? ', ' : '、');
  return SENTENCES[language][reason]({ licence: name, fields });
}
