/** Words of the question whether something typed may be lost. */
import { defineTexts } from '../texts.ts';

export const t = defineTexts('unsaved', {
  'zh-CN': { stay: '留在本页', discard: '丢弃并离开' },
  en: { stay: 'Stay', discard: 'Leave without saving' },
});
