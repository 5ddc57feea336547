/** Texts of the work queue and of the list of licences. */
import { defineTexts } from '../texts.ts';

export const t = defineTexts('departmentQueue', {
  'zh-CN': {
    heading: '待办',
  },
  en: {
    heading: 'Work queue',
  },
});
