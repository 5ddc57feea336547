/** Languages of the page. The first one is for people whose browser asks for none of them. */
export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const MEMORY = 'yinxin.language';

/** Where the choice is remembered; the browser's `localStorage`. */
export type LanguageMemory = Pick<Storage, 'getItem' | 'setItem'>;

/** The remembered choice, else the first language of the browser that the page speaks. */
export function chooseLanguage(memory: LanguageMemory | null, wanted: readonly string[]): Language {
  const remembered = LANGUAGES.find((language) => language === recall(memory));
  return remembered ?? wanted.map(toLanguage).find((language) => language !== null) ?? 'zh-CN';
}

/** Keeps a choice for the next visit, where the browser allows it. */
export function rememberLanguage(memory: LanguageMemory | null, language: Language): void {
  try {
    memory?.setItem(MEMORY, language);
  } catch {
    // full or forbidden: the choice lasts as long as the page
  }
}

/** The browser's memory; null where it is forbidden. */
export function browserMemory(): LanguageMemory | null {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}

function recall(memory: LanguageMemory | null): string | null {
  try {
    return memory?.getItem(MEMORY) ?? null;
  } catch {
    return null; // forbidden by the browser's settings
  }
}

function toLanguage(tag: string): Language | null {
  const primary = tag.toLowerCase().split('-')[0];
  if (primary === 'zh') return 'zh-CN';
  return primary === 'en' ? 'en' : null;
}
