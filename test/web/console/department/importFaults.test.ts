import { describe, expect, it } from '@jest/globals';
import {
  columnOf,
  faultsCsv,
  faultSentence,
  progressOf,
  templateCsv,
} from '../../../../web/src/console/department/importFaults.ts';

const TYPE = {
  typeCode: 'T',
  fields: { properties: { principal: { title: '负责人' }, area: { title: '面积' } } },
};
const fault = (code: string, message: string, pointer: string | null): object => ({
  ...{ code, message, pointer },
});
type Row = Parameters<typeof faultsCsv>[0][number];
const row = (number: number, one: object): Row =>
  ({ row: number, outcome: 'refused', identifier: null, fault: one }) as Row; // codes are plain text there

describe('the column of a fault', () => {
  it.each([
    ['/holder/code', 'holderCode'],
    ['/validUntil', 'validUntil'],
    ['/fields/principal', 'field.principal'],
    ['/fields/items/0', 'field.items'],
    ['/somewhere', null],
    [null, null],
  ])('%s: %s', (pointer, column) => {
    expect(columnOf(pointer)).toBe(column);
  });
});

describe('what is wrong', () => {
  const say = (code: string, message: string, pointer: string | null = null): string =>
    faultSentence({ code, message, pointer });

  it.each([
    ["fields do not fit T: /fields/principal must have required property 'principal'", /空|empty/],
    ['fields do not fit T: /fields/area must be number', /数字|number/],
    ['fields do not fit T: /fields/site must NOT have more than 100 characters', /100/],
    [
      'fields do not fit T: /fields/form must be equal to one of the allowed values',
      /选项|choices/,
    ],
    ['fields do not fit T: /fields/area must be >= 0.5', /0\.5/],
    ['fields do not fit T: /fields/x is odd in a way of its own', /要求|fit/],
  ])('%s', (message, sentence) => {
    expect(say('LICENCE_FIELDS_INVALID', message)).toMatch(sentence);
  });

  it('tells the first of several faults, at which the pointer points', () => {
    const message = 'fields do not fit T: /fields/area must be number; /fields/b must be integer';

    expect(say('LICENCE_FIELDS_INVALID', message)).not.toBe(
      say('LICENCE_FIELDS_INVALID', '/fields/b must be integer'),
    );
  });

  it('tells by its place that a date is none, and knows no code by heart that is new', () => {
    expect(say('REQUEST_MALFORMED', 'nobody reads this', '/validFrom')).toMatch(/2026-01-31/);
    expect(say('SOMETHING_NEW', '')).toBe(say('SOMETHING_ELSE', ''));
  });
});

describe('tables for spreadsheets', () => {
  it('begin with a byte order mark and quote what needs it', () => {
    const text = faultsCsv(
      [
        row(4, fault('HOLDER_CODE_INVALID', 'a "code", no more', '/holder/code')),
        row(5, fault('LICENCE_FIELDS_INVALID', '=1+1', '/fields/principal')),
      ],
      [TYPE],
    );
    const lines = text.split('\r\n');

    expect(text.charCodeAt(0)).toBe(0xfeff);
    expect(lines[1]).toMatch(/^5,holderCode,.*,HOLDER_CODE_INVALID,"a ""code"", no more"$/);
    expect(lines[2]).toMatch(/^6,field\.principal,负责人,.*,'=1\+1$/);
    expect(lines).toHaveLength(4);
  });

  it('have every column of a type, empty', () => {
    expect(templateCsv(TYPE)).toBe(
      '\uFEFFserial,holderName,holderCode,holderCodeType,validFrom,validUntil,field.principal,field.area\r\n',
    );
  });
});

it('counts as done what has an outcome', () => {
  const counts = { pending: 4, issued: 1, drafted: 2, valid: 0, refused: 3 };

  expect(progressOf({ counts })).toEqual({ total: 10, done: 6, good: 3 });
});
