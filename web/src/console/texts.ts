/** Texts of the console: each room brings its own, in every language, under its own name. */
import { createI18n } from 'vue-i18n';
import { MESSAGES } from '../i18n/index.ts';
import {
  browserMemory,
  chooseLanguage,
  rememberLanguage,
  type Language,
} from '../i18n/language.ts';

export type { Language } from '../i18n/language.ts';

/** Texts by name, in groups. */
export interface Texts {
  readonly [name: string]: string | Texts;
}

/** The same names, other words. */
export type SameTexts<T> = {
  readonly [Name in keyof T]: T[Name] extends string ? string : SameTexts<T[Name]>;
};

/** `group.name` of every text. */
export type TextName<T> = {
  [Name in keyof T & string]: T[Name] extends string ? Name : `${Name}.${TextName<T[Name]>}`;
}[keyof T & string];

export type Values = Readonly<Record<string, string | number>>;

export const i18n = createI18n({
  legacy: false,
  locale: chooseLanguage(browserMemory(), navigator.languages),
  fallbackLocale: 'zh-CN',
  messages: MESSAGES as unknown as Record<string, Record<string, string>>, // groups of texts; rooms add theirs
});

/** The language in force; reactive. */
export function currentLanguage(): Language {
  return i18n.global.locale.value as Language; // only ever set to one of them
}

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  rememberLanguage(browserMemory(), language);
  document.documentElement.lang = language;
}

/**
 * Makes a room's texts known.
 *
 * @returns the text of a name in the language in force, with its values put in; a name that is not there does not compile.
 */
export function defineTexts<T extends Texts>(
  room: string,
  texts: { readonly 'zh-CN': T; readonly en: SameTexts<T> },
): (name: TextName<T>, values?: Values) => string {
  for (const language of ['zh-CN', 'en'] as const) {
    i18n.global.mergeLocaleMessage(language, { [room]: texts[language] });
  }
  return (name, values = {}) => i18n.global.t(`${room}.${name}`, values);
}
