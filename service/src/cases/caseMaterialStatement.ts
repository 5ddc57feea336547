import type { Language, Text } from '../language.ts';
import { materialStatement } from '../waivers/materialStatement.ts';
import type { CaseMaterial, CaseMaterialState } from './materialStates.ts';

const SUBMITTED: Text = { 'zh-CN': '已提交。', en: 'Submitted.' };
const NO_SUBMISSION: Text = { 'zh-CN': '免提交。', en: 'Need not be submitted.' };
const NEEDED: Text = { 'zh-CN': '须提交。', en: 'To be submitted.' };
const OPTIONAL: Text = { 'zh-CN': '可以提交。', en: 'May be submitted.' };

const WAIVED: Text = {
  'zh-CN': '免提交：窗口已核验电子证照《$》。',
  en: 'Waived: the licence “$” was seen at the window.',
};
const WAIVABLE: Text = {
  'zh-CN': '亮出电子证照《$》后免提交。',
  en: 'Need not be submitted once the licence “$” is presented.',
};

type Sentence = (material: CaseMaterial, language: Language) => string;

const SENTENCES: Readonly<Record<CaseMaterialState, Sentence>> = {
  waived: ({ by }, language) => WAIVED[language].replace('$', () => by?.typeName ?? ''),
  waivable: ({ by }, language) => WAIVABLE[language].replace('$', () => by?.typeName ?? ''),
  submitted: (_, language) => SUBMITTED[language],
  noSubmission: ({ source }, language) =>
    source === 'applicant'
      ? NO_SUBMISSION[language]
      : materialStatement({ reason: source, by: null, missingFields: [] }, language),
  needed: ({ reason, by, missingFields, required }, language) =>
    reason !== null && required
      ? materialStatement({ reason, by, missingFields }, language)
      : (required ? NEEDED : OPTIONAL)[language],
};

/** Says in one sentence where a material of a case stands. */
export function caseMaterialStatement(material: CaseMaterial, language: Language): string {
  return SENTENCES[material.state](material, language);
}
