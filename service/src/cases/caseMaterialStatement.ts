import type { Language, Text } from '../language.ts';
import { materialStatement } from '../waivers/materialStatement.ts';
import type { CaseMaterial } from './materialStates.ts';

const SUBMITTED: Text = { 'zh-CN': '已提交。', en: 'Submitted.' };
const NO_SUBMISSION: Text = { 'zh-CN': '免提交。', en: 'Need not be submitted.' };
const NEEDED: Text = { 'zh-CN': '须提交。', en: 'To be submitted.' };
const OPTIONAL: Text = { 'zh-CN': '可以提交。', en: 'May be submitted.' };

/** Says in one sentence where a material of a case stands. */
export function caseMaterialStatement(material: CaseMaterial, language: Language): string {
  const { state, source, reason, by, missingFields, required } = material;
  const name = by?.typeName ?? '';
  switch (state) {
    case 'waived':
      return language === 'en'
        ? `Waived: the licence “${name}” was seen at the window.`
        : `免提交：窗口已核验电子证照《${name}》。`;
    case 'waivable':
      return language === 'en'
        ? `Need not be submitted once the licence “${name}” is presented.`
        : `亮出电子证照《${name}》后免提交。`;
    case 'submitted':
      return SUBMITTED[language];
    case 'noSubmission':
      return source === 'applicant'
        ? NO_SUBMISSION[language]
        : materialStatement({ reason: source, by: null, missingFields: [] }, language);
    case 'needed':
      if (reason !== null && required)
        return materialStatement({ reason, by, missingFields }, language);
      return (required ? NEEDED : OPTIONAL)[language];
  }
}
