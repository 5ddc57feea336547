import { describe, expect, it } from '@jest/globals';
import { readCounterEntry } from '../../../../web/src/console/components/counterEntry.ts';
import { isPressed, type KeyPress } from '../../../../web/src/console/components/useKeys.ts';
import { fieldFeedback } from '../../../../web/src/console/window/fieldFeedback.ts';
import {
  holderCodeFault,
  maskedCode,
  readHolderCode,
} from '../../../../web/src/console/window/holderCode.ts';
import { findMatters, initialsOf } from '../../../../web/src/console/window/matterSearch.ts';
import {
  fieldRows,
  toneOf,
  typeCodeOf,
  worstTone,
} from '../../../../web/src/console/window/shownFields.ts';

describe('matters', () => {
  const matters = [
    { code: '429000100001', name: '我要开饭店（一件事）' },
    { code: '429000100002', name: '我要开药店（一件事）' },
    { code: '429000131003', name: '食品经营许可变更' },
  ];

  it.each([
    ['kfd', ['429000100001']],
    ['wyk', ['429000100001', '429000100002']],
    ['药店', ['429000100002']],
    ['131003', ['429000131003']],
    ['许变', ['429000131003']],
    ['zzz', []],
  ])('are found by %s', (typed, codes) => {
    expect(findMatters(matters, typed).map(({ code }) => code)).toEqual(codes);
  });

  it('are all there before anything is typed', () => {
    expect(findMatters(matters, ' ')).toHaveLength(3);
    expect(initialsOf('A级、食品')).toBe('AJSP');
  });
});

describe('codes of holders', () => {
  it.each([
    ['', null],
    ['420106 19880412 9984', { code: '420106198804129984', codeType: '111' }],
    ['42010619880412998x', { code: '42010619880412998X', codeType: '111' }],
    ['91429000MA4WXYHT4Q', { code: '91429000MA4WXYHT4Q', codeType: '001' }],
    ['H1234567', { code: 'H1234567', codeType: '999' }],
  ])('%j are told by their form', (typed, expected) => {
    expect(readHolderCode(typed)).toEqual(expected);
  });

  it.each([
    ['', 'missing'],
    ['420106198804129984', null],
    ['420106198804129985', 'codeWrong'],
    ['42010619880412998', 'codeWrong'],
    ['4201061988041299844', 'codeWrong'],
    ['91429000DEM001017N', null],
    ['91429000DEM001017P', 'codeWrong'],
    ['H1234567', null],
  ])('%j is judged before it is sent', (typed, fault) => {
    expect(holderCodeFault(typed)).toBe(fault);
  });

  it('are masked on the screen', () => {
    expect(maskedCode('420106198804129984')).toBe('4201**********9984');
    expect(maskedCode('H1234567')).toBe('H1234567');
  });
});

describe('what is shown', () => {
  const passed = { indication: 'TOTAL-PASSED' } as const;
  const failed = { indication: 'TOTAL-FAILED' } as const;
  const unsure = { indication: 'INDETERMINATE' } as const;

  it('is as bad as the worst of it', () => {
    expect(toneOf(passed)).toBe('passed');
    expect(worstTone([passed, passed])).toBe('passed');
    expect(worstTone([passed, unsure])).toBe('unknown');
    expect(worstTone([unsure, failed, passed])).toBe('failed');
    expect(worstTone([])).toBe('unknown');
  });

  it('has the titles and the order of the licence', () => {
    const type = {
      fields: { properties: { area: { title: '面积' }, items: { title: '项目' } } },
      layout: {
        rows: [{ field: 'holderName', label: '经营者' }, { field: 'items', label: '项' }, null],
      },
    };
    const rows = fieldRows(
      { extra: null, area: 46, items: ['热食', '冷食'], holderName: '沈' },
      type,
      'zh-CN',
    );

    expect(rows.map(({ title, text }) => `${title} ${text}`)).toEqual([
      ...['经营者 沈', '项目 热食、冷食', '面积 46', 'extra –'],
    ]);
    const rest = fieldRows({ a: true, b: { c: 1 }, holderName: 'Shen' }, type, 'en');
    expect(rest.map(({ title, text }) => `${title} ${text}`)).toEqual([
      ...['Holder Shen', 'a Yes', 'b c: 1'],
    ]);
  });

  it('is of the type that the identifier names', () => {
    expect(typeCodeOf('1.2.156.3005.2.A.X')).toBe('');
    expect(typeCodeOf('hello')).toBe('');
    expect(typeCodeOf(`1.2.156.3005.2.${'A'.repeat(21)}.X`)).toBe('A'.repeat(21));
  });
});

describe('the field', () => {
  it.each([
    ['', false, 'soft', 'empty'],
    ['1234', false, 'soft', 'digits'],
    ['1234', true, 'wrong', 'digits'],
    ['12345678', false, 'right', 'spoken'],
    ['YXR.012', false, 'right', 'receipt'],
    ['https://elsewhere.example', true, 'wrong', 'foreign'],
    ['1.2.156.3005.2.114', false, 'soft', 'identifierTyping'],
    ['1.2.156.3005.2.114', true, 'wrong', 'identifierWrong'],
    ['ABCDEFGHIJKLM..', false, 'wrong', 'identifierWrong'],
  ])('says of %j, submitted %j: %s, %s', (typed, wasSubmitted, tone, sentence) => {
    expect(fieldFeedback(readCounterEntry(typed), wasSubmitted)).toEqual({ tone, sentence });
  });
});

describe('keys', () => {
  const press = (rest: Partial<KeyPress>): KeyPress => ({
    ...{ key: '', code: '', altKey: false, ctrlKey: false, metaKey: false, shiftKey: false },
    ...rest,
  });

  it('go by their place, with what is held down and nothing else', () => {
    expect(isPressed('Alt+N', press({ key: '˜', code: 'KeyN', altKey: true }))).toBe(true);
    expect(isPressed('Alt+N', press({ key: 'n', code: 'KeyN' }))).toBe(false);
    expect(isPressed('Alt+N', press({ code: 'KeyN', altKey: true, ctrlKey: true }))).toBe(false);
    expect(isPressed('Escape', press({ key: 'Escape' }))).toBe(true);
    expect(isPressed('Escape', press({ key: 'Escape', shiftKey: true }))).toBe(false);
  });
});
