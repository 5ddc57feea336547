import type { Plugin } from 'vue';
import { createI18n } from 'vue-i18n';
import { en } from './en.ts';
import type { Language } from './language.ts';
import { zhCN, type Messages } from './zh-CN.ts';

export const MESSAGES: Readonly<Record<Language, Messages>> = { 'zh-CN': zhCN, en };

/** The page's texts; a missing one is an error of the program, found by its test. */
export function createTexts(language: Language): Plugin {
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: 'zh-CN',
    messages: MESSAGES,
  });
}
