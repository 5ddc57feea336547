/** The texts of a licence page: dates, values and sentences as they are printed. */
import { toShanghai } from '../civilTime.ts';
import type { LayoutInput, LayoutRow } from './licenceLayout.ts';

/** A row ready to be set. */
export interface PrintedRow {
  readonly label: string;
  readonly value: string;
  readonly isWide: boolean;
}

const PLAIN_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const NOTHING = '—';

/** The day of an instant in Asia/Shanghai, such as 2026年11月22日. */
export function chineseDate(instant: Date): string {
  const local = toShanghai(instant);
  return `${local.getUTCFullYear()}年${local.getUTCMonth() + 1}月${local.getUTCDate()}日`;
}

/** 2026年1月1日 至 2030年12月31日, or without end. */
export function validityText(validFrom: Date, validUntil: Date | null): string {
  return validUntil === null
    ? `自${chineseDate(validFrom)}起长期有效`
    : `${chineseDate(validFrom)} 至 ${chineseDate(validUntil)}`;
}

/** A field's value as printed: plain dates in Chinese, lists with 、, absent as a dash. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? NOTHING : dateOrText(value);
  if (typeof value === 'boolean') return value ? '是' : '否';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(valueText).join('、');
  if (typeof value === 'object' && value !== null)
    return Object.values(value).map(valueText).join('；');
  return NOTHING;
}

function dateOrText(text: string): string {
  const match = PLAIN_DATE.exec(text);
  if (match === null) return text;
  const [, year, month, day] = match;
  return `${year ?? ''}年${Number(month)}月${Number(day)}日`;
}

/** Fills `{name}` in a sentence; a name that is unknown or has no value becomes a dash. */
export function fillSentence(sentence: string, input: LayoutInput): string {
  return sentence.replaceAll(/\{([^{}]{1,64})\}/gu, (_, name: string) => textOf(name, input));
}

/** The rows in the layout's order; without one, holder, period and all fields. */
export function printedRows(input: LayoutInput): readonly PrintedRow[] {
  return (input.type.layout.rows ?? defaultRows(input)).map((row) => ({
    label: row.label,
    value: textOf(row.field, input),
    isWide: row.wide ?? false,
  }));
}

function defaultRows({ type, licence }: LayoutInput): readonly LayoutRow[] {
  const properties = type.fields?.['properties'] as SchemaProperties | undefined; // checked when the type was put
  const names = Object.keys(properties ?? licence.fields).filter((name) => name in licence.fields);
  return [
    { field: 'holderName', label: '持证主体' },
    { field: 'holderCode', label: '证件号码' },
    ...names.map((field) => ({ field, label: properties?.[field]?.title ?? field })),
    { field: 'validity', label: '有效期限' },
  ];
}

type SchemaProperties = Readonly<Record<string, { readonly title?: string } | undefined>>;

type Licence = LayoutInput['licence'];

/** Names of the licence's own; all others are fields. */
const OWN_TEXTS: ReadonlyMap<string, (licence: Licence) => string> = new Map([
  ['holderName', ({ holder }) => holder.name],
  ['holderCode', ({ holder }) => holder.code],
  ['issuerName', ({ issuer }) => issuer.name],
  ['identifier', ({ identifier }) => identifier],
  ['serial', ({ serial }) => serial],
  ['validFrom', ({ validFrom }) => chineseDate(validFrom)],
  ['validUntil', ({ validUntil }) => (validUntil === null ? '长期' : chineseDate(validUntil))],
  ['validity', ({ validFrom, validUntil }) => validityText(validFrom, validUntil)],
  ['issuedOn', ({ issuedOn }) => chineseDate(issuedOn)],
] satisfies [string, (licence: Licence) => string][]);

function textOf(name: string, { licence }: LayoutInput): string {
  const own = OWN_TEXTS.get(name);
  if (own !== undefined) return own(licence);
  return valueText(Object.hasOwn(licence.fields, name) ? licence.fields[name] : undefined);
}
