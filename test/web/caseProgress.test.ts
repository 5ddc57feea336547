import { describe, expect, it } from '@jest/globals';
import {
  CASE_OUTCOMES,
  CASE_STATES,
  isCasePath,
  readCaseCode,
  readProgress,
} from '../../web/src/caseProgress.ts';
import { CASE_TEXTS } from '../../web/src/i18n/caseTexts.ts';

const step = { state: 'opened', at: '2026-11-24T02:00:00.000Z' };
const matter = { code: 'M1', name: '开办餐馆', nameEn: 'Open a restaurant' };
const NAME = { 'zh-CN': '开办餐馆', en: 'Open a restaurant' };
const subCase = { matter, state: 'opened', outcome: null, promisedBy: null, steps: [step] };
const body = { matter, state: 'opened', promisedBy: null, steps: [step], subCases: [subCase] };

describe('readProgress', () => {
  it('reads what the service tells', () => {
    expect(readProgress(body)).toEqual({
      ...{ name: NAME, state: 'opened' },
      matters: [{ name: NAME, state: 'opened', outcome: null, promisedBy: null, steps: [step] }],
    });
  });

  it('names several matters that were opened as one', () => {
    const other = { ...subCase, matter: { code: 'M2', name: '店招备案' } };

    const progress = readProgress({ ...body, matter: null, subCases: [subCase, other] });

    expect(progress?.name).toEqual({
      ...{ 'zh-CN': '开办餐馆、店招备案', en: 'Open a restaurant, 店招备案' },
    });
  });

  it.each([
    ['nothing', null],
    ['text', 'opened'],
    ['no matters', { ...body, subCases: [] }],
    ['an unknown state', { ...body, state: 'lost' }],
    ['a matter without a name', { ...body, subCases: [{ ...subCase, matter: {} }] }],
    ['a step at no time', { ...body, subCases: [{ ...subCase, steps: [{ ...step, at: 'x' }] }] }],
  ])('guesses nothing from %s', (_, value) => {
    expect(readProgress(value)).toBeNull();
  });
});

describe('readCaseCode', () => {
  it.each([
    ['#ABCD-EFGH-JKMN-PQRS', 'ABCDEFGHJKMNPQRS'],
    ['abcd efgh jkmn pqrs', 'ABCDEFGHJKMNPQRS'],
    ['OIL0111122223333', '0110111122223333'],
    ['ABCD', null],
    ['', null],
  ])('reads %j as %j', (text, code) => {
    expect(readCaseCode(text)).toBe(code);
  });
});

describe('the progress page', () => {
  it.each([
    ['/v/case', true],
    ['/v/case/', true],
    ['/v/', false],
    ['/v/showcase', false],
  ])('is at %s: %s', (path, expected) => {
    expect(isCasePath(path)).toBe(expected);
  });

  it.each(Object.values(CASE_TEXTS))('has a word for every state and outcome', (texts) => {
    expect(Object.keys(texts.states).sort()).toEqual([...CASE_STATES].sort());
    expect(Object.keys(texts.outcomes).sort()).toEqual([...CASE_OUTCOMES].sort());
  });
});
