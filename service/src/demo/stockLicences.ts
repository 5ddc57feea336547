/** Stock licences (存量证照) to try the import with: a table as a clerk would save it from a spreadsheet. */
import type { ErrorCode } from '../errors.ts';
import { demoCitizenId, demoCreditCode } from './demoCodes.ts';
import { lastDay } from './demoLicences.ts';
import { DEMO_LICENCE_TYPES } from './demoLicenceTypes.ts';
import {
  address,
  dayBetween,
  DIVISIONS,
  makeDice,
  personName,
  shopName,
  type Dice,
} from './stockWords.ts';

/** One licence; values are cells of the table. An empty cell is an absent value. */
export interface StockRow {
  readonly typeCode: string;
  readonly serial: string;
  readonly holderName: string;
  readonly holderCode: string;
  readonly holderCodeType: string;
  readonly validFrom: string;
  /** Empty: without end. */
  readonly validUntil: string;
  /** By name; list items are joined with ；. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A row that an import must refuse. */
export interface StockFault {
  /** Line of the file; the header is line 1. */
  readonly line: number;
  readonly serial: string;
  readonly fault: string;
  readonly code: ErrorCode;
}

export interface StockTable {
  readonly rows: readonly StockRow[];
  readonly faults: readonly StockFault[];
}

const GOOD_ROWS = 500;
const GOOD_ROWS_A_FAULT = 50;
const COLUMNS = [
  'typeCode',
  'serial',
  'holderName',
  'holderCode',
  'holderCodeType',
  'validFrom',
  'validUntil',
] as const;

/** 500 good rows over the six types, and after each fifty of them a wrong one. The same on every run. */
export function stockLicences(): StockTable {
  const dice = makeDice(20261122);
  const rows: StockRow[] = [];
  const faults: StockFault[] = [];
  for (let i = 0; i < GOOD_ROWS; i += 1) {
    rows.push(goodRow(dice, i, i % DEMO_LICENCE_TYPES.length));
    const kind = FAULTS[(i + 1) / GOOD_ROWS_A_FAULT - 1];
    if (kind === undefined) continue;
    const row = { ...goodRow(dice, GOOD_ROWS + faults.length, kind.type), ...kind.spoil };
    const wrong = { ...row, ...kind.change?.(row, rows) };
    rows.push(wrong);
    faults.push({
      line: rows.length + 1,
      serial: wrong.serial,
      fault: kind.fault,
      code: kind.code,
    });
  }
  return { rows, faults };
}

/** As spreadsheets save it for Chinese: UTF-8 with byte order mark, CRLF, one column a field (`field.` before its name). */
export function toCsv(rows: readonly StockRow[]): string {
  const fields = [...new Set(DEMO_LICENCE_TYPES.flatMap((type) => fieldNames(type.fields)))];
  const header = [...COLUMNS, ...fields.map((field) => `field.${field}`)];
  const lines = rows.map((row) => [
    ...COLUMNS.map((column) => row[column]),
    ...fields.map((field) => row.fields[field] ?? ''),
  ]);
  return `\ufeff${[header, ...lines].map((cells) => cells.map(quote).join(',')).join('\r\n')}\r\n`;
}

function fieldNames(schema: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(schema['properties'] as object); // every type of the demo city is an object with properties
}

/** RFC 4180 §2. */
function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

interface FaultKind {
  readonly fault: string;
  readonly code: ErrorCode;
  /** Place in the list of types. */
  readonly type: number;
  readonly spoil?: Partial<StockRow>;
  readonly change?: (row: StockRow, earlier: readonly StockRow[]) => Partial<StockRow>;
}

const FAULTS: readonly FaultKind[] = [
  {
    fault: 'check digit of the citizen id number is wrong',
    code: 'HOLDER_CODE_INVALID',
    type: 5,
    change: ({ holderCode }) => ({ holderCode: withOtherLast(holderCode, '0123456789X') }),
  },
  {
    fault: 'check character of the credit code is wrong',
    code: 'HOLDER_CODE_INVALID',
    type: 3,
    change: ({ holderCode }) => ({ holderCode: withOtherLast(holderCode, '0123456789') }),
  },
  {
    fault: 'there is no such licence type',
    code: 'LICENCE_TYPE_NOT_FOUND',
    type: 0,
    change: ({ typeCode }) => ({ typeCode: `${typeCode.slice(0, 18)}999` }),
  },
  {
    fault: 'a required field (principal) is empty',
    code: 'LICENCE_FIELDS_INVALID',
    type: 1,
    change: ({ fields }) => ({ fields: { ...fields, principal: '' } }),
  },
  {
    fault: 'a number (volumeCubicMetres) is written in words',
    code: 'LICENCE_FIELDS_INVALID',
    type: 4,
    change: ({ fields }) => ({ fields: { ...fields, volumeCubicMetres: '约八千' } }),
  },
  {
    fault: 'the period ends before it begins',
    code: 'LICENCE_PERIOD_INVALID',
    type: 2,
    spoil: { validFrom: '2026-03-01', validUntil: '2025-02-28' },
  },
  {
    fault: "another holder's licence of the same type has this serial already",
    code: 'LICENCE_ALREADY_EXISTS',
    type: 0,
    change: (_, earlier) => ({ serial: earlier[0]?.serial ?? '' }),
  },
  {
    fault: 'a character of the name (𠮷, U+20BB7) is in no font',
    code: 'GLYPH_MISSING',
    type: 5,
    spoil: { holderName: '王𠮷' },
  },
  {
    fault: 'the day 2026-02-30 does not exist',
    code: 'REQUEST_MALFORMED',
    type: 1,
    spoil: { validFrom: '2026-02-30' },
  },
  {
    fault: 'a value (premises) is longer than the 100 characters allowed',
    code: 'LICENCE_FIELDS_INVALID',
    type: 0,
    change: ({ fields }) => ({
      fields: { ...fields, premises: (fields['premises'] ?? '').repeat(20) },
    }),
  },
];

function withOtherLast(code: string, alphabet: string): string {
  const other = Array.from(alphabet).find((character) => character !== code.at(-1));
  return code.slice(0, -1) + (other ?? '');
}

const SERIAL_PREFIXES = ['JY', 'WS', 'HS', 'GG', 'LJ', 'XC'];

function goodRow(dice: Dice, number: number, place: number): StockRow {
  const type = DEMO_LICENCE_TYPES[place];
  if (type === undefined) throw new RangeError(`there is no type ${place}`);
  const isPerson = type.holders === 'people' || (type.holders === 'both' && dice.roll(3) === 0);
  const holder = isPerson ? person(dice) : organisation(dice, number);
  const validFrom = dayBetween(dice, 2023, 2025);
  const validUntil = lastDay(validFrom, 5 + dice.roll(3));
  return {
    typeCode: type.typeCode,
    serial: `${SERIAL_PREFIXES[place] ?? ''}429000${String(number + 1).padStart(6, '0')}`,
    ...holder,
    validFrom,
    validUntil: place === 5 && dice.roll(4) === 0 ? '' : validUntil,
    fields: FIELD_MAKERS[place]?.(dice, holder) ?? {},
  };
}

interface StockHolder {
  readonly holderName: string;
  readonly holderCode: string;
  readonly holderCodeType: string;
}

function person(dice: Dice): StockHolder {
  const birthDay = dayBetween(dice, 1960, 2004).replaceAll('-', '');
  const sex = dice.pick(['男', '女'] as const);
  const holderCode = demoCitizenId({ division: dice.pick(DIVISIONS), birthDay, sex });
  return { holderName: personName(dice), holderCode, holderCodeType: '111' };
}

function organisation(dice: Dice, number: number): StockHolder {
  const trade = dice.pick(['餐饮管理', '酒店管理', '文化传播', '建筑工程', '商业管理', '健康管理']);
  return {
    holderName: `云汉市${shopName(dice, trade)}有限公司`,
    holderCode: demoCreditCode('enterprise', 1000 + number),
    holderCodeType: '001',
  };
}

/** By place in the list of types. */
const FIELD_MAKERS: readonly ((
  dice: Dice,
  holder: StockHolder,
) => Readonly<Record<string, string>>)[] = [
  (dice, holder) => ({
    principal: holder.holderCodeType === '111' ? holder.holderName : personName(dice),
    domicile: dice.roll(2) === 0 ? address(dice) : '',
    premises: address(dice),
    businessForm: dice.pick(['食品销售经营者', '餐饮服务经营者', '单位食堂']),
    items: dice.pick([
      '预包装食品销售',
      '热食类食品制售',
      '热食类食品制售；冷食类食品制售',
      '预包装食品销售；散装食品销售',
      '糕点类食品制售；自制饮品制售',
    ]),
  }),
  (dice) => ({
    principal: personName(dice),
    address: address(dice),
    venueKind: dice.pick(['住宿与交际场所', '洗浴与美容场所', '文化娱乐场所', '购物场所']),
    areaSquareMetres: `${40 + dice.roll(4000)}${dice.pick(['', '.5', '.25'])}`,
    grade: dice.pick(['A级', 'B级', 'C级', '']),
  }),
  (dice, { holderCode }) => {
    const birthYear = Number(holderCode.slice(6, 10));
    const registeredYear = Math.min(2022, Math.max(2008, birthYear + 20 + dice.roll(6)));
    return {
      sex: holderCode.charAt(16) === '9' ? '男' : '女',
      birthDate: `${birthYear}-${holderCode.slice(10, 12)}-${holderCode.slice(12, 14)}`,
      certificateNumber: `20${registeredYear}${String(dice.roll(1_000_000)).padStart(6, '0')}`,
      institution: dice.pick([
        '云汉市第一人民医院',
        '云汉市中医院',
        '云汉市妇幼保健院',
        '望湖区社区卫生服务中心',
      ]),
      firstRegisteredOn: dayBetween(dice, registeredYear, registeredYear),
    };
  },
  (dice) => ({
    location: `${address(dice)}外立面`,
    facilityKind: dice.pick(['电子显示屏', '灯箱', '展示牌', '霓虹灯', '墙面广告']),
    widthMetres: `${1 + dice.roll(20)}`,
    heightMetres: `${1 + dice.roll(8)}.5`,
    faces: `${1 + dice.roll(3)}`,
    safetyOfficer: personName(dice),
  }),
  (dice) => ({
    project: `${shopName(dice, dice.pick(['家园', '广场', '产业园']))}${1 + dice.roll(4)}期工程`,
    origin: address(dice),
    route: '环城东路、滨江大道、东郊路',
    destination: '云汉市东郊建筑垃圾消纳场',
    volumeCubicMetres: `${500 + dice.roll(60_000)}`,
    vehicles: `${2 + dice.roll(50)}`,
  }),
  (dice) => ({
    shopName: shopName(dice, dice.pick(['面馆', '粥铺', '小吃店', '早餐店', '米粉店'])),
    premises: address(dice),
    items: dice.pick(['热食类食品制售', '热食类食品制售；自制饮品制售', '预包装食品销售']),
    areaSquareMetres: `${12 + dice.roll(130)}`,
  }),
];
