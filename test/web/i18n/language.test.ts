import { describe, expect, it } from '@jest/globals';

import {
  chooseLanguage,
  rememberLanguage,
  type LanguageMemory,
} from '../../../web/src/i18n/language.ts';

function memory(): LanguageMemory {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      kept.set(key, value);
    },
  };
}

const FORBIDDEN: LanguageMemory = {
  getItem: () => {
    throw new DOMException('denied', 'SecurityError');
  },
  setItem: () => {
    throw new DOMException('denied', 'SecurityError');
  },
};

describe('chooseLanguage', () => {
  it.each([
    ['zh-CN', ['zh-CN', 'en']],
    ['zh-CN', ['zh-Hant-TW']],
    ['en', ['en-GB']],
    ['en', ['fr', 'en', 'zh']],
    ['zh-CN', ['fr']],
    ['zh-CN', []],
  ])('takes %s for a browser that asks for %j', (language, wanted) => {
    expect(chooseLanguage(memory(), wanted)).toBe(language);
  });

  it('prefers the choice of an earlier visit', () => {
    const kept = memory();
    rememberLanguage(kept, 'en');

    expect(chooseLanguage(kept, ['zh-CN'])).toBe('en');
  });

  it('works where the browser forbids memory', () => {
    rememberLanguage(FORBIDDEN, 'zh-CN');

    expect(chooseLanguage(FORBIDDEN, ['en'])).toBe('en');
    expect(chooseLanguage(null, ['en'])).toBe('en');
  });
});
