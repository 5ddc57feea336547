/** Words of what can be copied. */
import { defineTexts } from '../texts.ts';

export const t = defineTexts('copy', {
  'zh-CN': { copy: '复制', copied: '已复制', failed: '无法复制，请选中后复制' },
  en: { copy: 'Copy', copied: 'Copied', failed: 'Could not copy: select it by hand' },
});
