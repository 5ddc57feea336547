/** Words of a verdict, short. */
import { defineTexts } from '../texts.ts';

export const t = defineTexts('indication', {
  'zh-CN': { passed: '通过', failed: '未通过', unknown: '无法判定', none: '未判定' },
  en: { passed: 'Passed', failed: 'Failed', unknown: 'Cannot tell', none: 'Not judged' },
});
