import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { baseParse, NodeTypes, type TemplateChildNode } from '@vue/compiler-dom';

import { CHECK_NAMES } from '../../../web/src/i18n/checkNames.ts';
import { en } from '../../../web/src/i18n/en.ts';
import { LANGUAGES } from '../../../web/src/i18n/language.ts';
import { zhCN } from '../../../web/src/i18n/zh-CN.ts';

const root = join(import.meta.dirname, '../../../web/src');
const sources = globSync('**/*.{ts,vue}', { cwd: root }).map((name) => ({
  name,
  text: readFileSync(join(root, name), 'utf8'),
}));
/** Files of the console that hold its texts. */
const holdsTexts = (name: string): boolean => /^console\/(.+\/)?(\w*[tT]exts|room)\.ts$/.test(name);
const code = sources.filter(({ name }) => !name.startsWith('i18n/') && !holdsTexts(name));
/** The public page, and what the console has of it. */
const ofPage = code.filter(({ name }) => !name.startsWith('console/'));
const components = sources.filter(({ name }) => name.endsWith('.vue'));

const HAN = /\p{Script=Han}/u;
const LETTER = /\p{L}/u;
const WORD = /\p{L}{2,}/u;
/** Attributes that people read or hear. */
const SPOKEN = new Set(['aria-label', 'alt', 'title', 'placeholder', 'aria-description', 'label']);

function flatten(messages: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[path + key, value] as const]
      : flatten(value as object, `${path}${key}.`),
  );
}

const TEXTS = { 'zh-CN': new Map(flatten(zhCN)), en: new Map(flatten(en)) };

describe('messages', () => {
  it('have the same members in every language', () => {
    expect([...TEXTS.en.keys()]).toEqual([...TEXTS['zh-CN'].keys()]);
  });

  it('say something in every language', () => {
    const empty = LANGUAGES.flatMap((language) =>
      [...TEXTS[language]].filter(([, text]) => text.trim() === ''),
    );

    expect(empty).toEqual([]);
  });

  it('have no Chinese in the English texts and some in every Chinese one', () => {
    expect([...TEXTS.en].filter(([, text]) => HAN.test(text))).toEqual([]);
    expect([...TEXTS['zh-CN']].filter(([, text]) => !HAN.test(text))).toEqual([]);
  });

  it('take the same parameters in every language', () => {
    const parameters = (text: string): readonly string[] =>
      [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
    const differing = [...TEXTS.en].filter(
      ([key, text]) => parameters(text).join() !== parameters(TEXTS['zh-CN'].get(key) ?? '').join(),
    );

    expect(differing).toEqual([]);
  });

  it('use no sign that the message syntax would take for its own', () => {
    const special = LANGUAGES.flatMap((language) =>
      [...TEXTS[language]].filter(([, text]) => /[@|]|\{(?!\w+\})/.test(text)),
    );

    expect(special).toEqual([]);
  });

  it('hold every key the page asks for', () => {
    const asked = ofPage.flatMap(({ text }) =>
      [...text.matchAll(/\bte?\(\s*'([^']+)'/g)].map(([, key]) => key),
    );

    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((key) => !TEXTS['zh-CN'].has(key ?? ''))).toEqual([]);
  });

  it('are all asked for', () => {
    const whole = new Set<string>();
    const beginnings: string[] = [];
    for (const { text } of ofPage) {
      for (const [, key] of text.matchAll(/\bt\(\s*'([^']+)'/g)) whole.add(key ?? '');
      for (const [, start] of text.matchAll(/`([\w.]+\.)\$\{/g)) beginnings.push(start ?? '');
    }
    const unused = [...TEXTS['zh-CN'].keys()].filter(
      (key) => !whole.has(key) && !beginnings.some((start) => key.startsWith(start)),
    );

    expect(unused).toEqual([]);
  });
});

describe('texts of the console', () => {
  it('say the same in every language, in its own script, with the same parameters', async () => {
    for (const { name } of sources.filter(({ name }) => /^console\/.+[tT]exts\.ts$/.test(name))) {
      await import(pathToFileURL(join(root, name)).href);
    }
    const { i18n } = await import('../../../web/src/console/texts.ts');
    const all = i18n.global.messages.value as Readonly<Record<string, object>>;
    const [chinese, english] = [all['zh-CN'], all['en']].map((one) => new Map(flatten(one ?? {})));
    const faulty = [...(chinese ?? [])].flatMap(([key, text]) => {
      const other = english?.get(key) ?? '';
      const isSaid = !LETTER.test(text) || LETTER.test(other);
      const isWell = isSaid && !HAN.test(other.replaceAll(/[（「].+?[）」]/gu, ''));
      return isWell && parametersOf(text) === parametersOf(other)
        ? []
        : [`${key}: ${text} | ${other}`];
    });

    expect(chinese?.size).toBeGreaterThan(1000);
    expect([...(english?.keys() ?? [])].sort()).toEqual([...(chinese?.keys() ?? [])].sort());
    expect(faulty).toEqual([]);
  });
});

function parametersOf(text: string): string {
  return [...new Set([...text.matchAll(/\{\w+\}/g)].map(String))].sort().join();
}

describe('names of checks', () => {
  it('are said in every language', () => {
    const faulty = Object.entries(CHECK_NAMES).filter(
      ([, names]) => !HAN.test(names['zh-CN']) || !WORD.test(names.en) || HAN.test(names.en),
    );

    expect(faulty).toEqual([]);
  });
});

describe('components', () => {
  it.each(components)('$name holds no text of its own', ({ text }) => {
    const template = /<template>\n([\s\S]*)<\/template>\n/.exec(text)?.[1] ?? '';

    expect(findTexts(baseParse(template).children)).toEqual([]);
  });

  it.each(code)('$name holds no Chinese', ({ name, text }) => {
    const lines = withoutComments(text)
      .split('\n')
      .filter((line) => HAN.test(line) && !ALLOWED[name]?.some((part) => line.includes(part)));

    expect(lines).toEqual([]);
  });
});

/** What standards and the field call a thing may stand in a comment in its own language. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$|<!--[\s\S]*?-->/gm, '');
}

/** A language's own name is the same in every language; the font test needs a character. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'components/LanguageSwitch.vue': ["'zh-CN': '中文'"],
  'chineseFont.ts': ["'印'"],
  'console/components/fieldWords.ts': ['const YES', 'const NO'], // in both languages, side by side
  'console/department/workbook.ts': ['/[yd年]/i'], // how spreadsheets write dates
  'console/window/matterSearch.ts': ['const FIRSTS ='], // where initials of Pinyin begin, in order of the dictionary
};

/** What a reader would see or hear that does not come from the messages. */
function findTexts(nodes: readonly TemplateChildNode[]): readonly string[] {
  return nodes.flatMap((node) => {
    if (node.type === NodeTypes.TEXT) return WORD.test(node.content) ? [node.content] : [];
    if (node.type !== NodeTypes.ELEMENT) return [];
    const spoken = node.props.flatMap((prop) =>
      prop.type === NodeTypes.ATTRIBUTE &&
      SPOKEN.has(prop.name) &&
      WORD.test(prop.value?.content ?? '')
        ? [prop.value?.content ?? '']
        : [],
    );
    return [...spoken, ...findTexts(node.children)];
  });
}
