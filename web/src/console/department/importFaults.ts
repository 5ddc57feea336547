/** What the faults of an import's rows are called, and the files that go with an import. */
import type { Shapes } from '../api.ts';
import { schemaOfField, titleOf } from '../components/fieldWords.ts';
import { currentLanguage } from '../texts.ts';
import { t } from './importTexts.ts';

export type ImportEntry = Shapes['Import'];
export type ImportRow = Shapes['ImportRow'];
export type FaultKind = Shapes['ImportFaultKind'];
export type Outcome = ImportRow['outcome'];

/** Every outcome, in the order in which they are shown. */
export const OUTCOMES = ['refused', 'pending', 'drafted', 'valid', 'issued'] as const;

const OWN_COLUMNS = {
  '/typeCode': 'typeCode',
  '/serial': 'serial',
  '/holder/name': 'holderName',
  '/holder/code': 'holderCode',
  '/holder/codeType': 'holderCodeType',
  '/validFrom': 'validFrom',
  '/validUntil': 'validUntil',
} as const;

/** Column of the table at which a fault points; null: the whole row. */
export function columnOf(pointer: string | null): string | null {
  if (pointer === null) return null;
  const own = OWN_COLUMNS[pointer as keyof typeof OWN_COLUMNS] as string | undefined; // anything may stand there
  if (own !== undefined) return own;
  const field = /^\/fields\/([^/]+)/.exec(pointer)?.[1];
  return field === undefined ? null : `field.${field}`;
}

type Typed = Pick<Shapes['LicenceType'], 'typeCode' | 'fields'>;

/** What people call a column: ours by our words, fields by the title in their type's schema. */
export function columnTitle(column: string, types: readonly Typed[]): string {
  const own = Object.values(OWN_COLUMNS).find((name) => name === column);
  if (own !== undefined) return t(`column.${own}`);
  const name = column.slice('field.'.length);
  const titles = types.map(({ fields }) => titleOf(schemaOfField(fields, name), currentLanguage()));
  return titles.find((title) => title !== null) ?? column;
}

type FaultName = Parameters<typeof t>[0];

/** Details that the check by JSON Schema and the reader of cells give, most telling first. */
const DETAILS: readonly (readonly [RegExp, FaultName])[] = [
  [/is empty|must have required property/, 'fault.empty'],
  [/must be integer/, 'fault.integer'],
  [/must be number/, 'fault.number'],
  [/NOT have more than (\d+) characters|has more than (\d+) characters/, 'fault.long'],
  [/NOT have fewer than (\d+) characters/, 'fault.short'],
  [/NOT have fewer than \d+ items/, 'fault.empty'],
  [/duplicate items/, 'fault.twice'],
  [/allowed values|must be equal to constant/, 'fault.choice'],
  [/NOT have additional properties/, 'fault.unknown'],
  [/match format "date|valid(?:From|Until) (?:is|must be) /, 'fault.date'],
  [/match pattern|match format/, 'fault.pattern'],
  [/must be >=? (-?[\d.]+)/, 'fault.least'],
  [/must be <=? (-?[\d.]+)/, 'fault.most'],
];

/** One sentence that says what is wrong with a row, in the language in force. */
export function faultSentence(fault: NonNullable<ImportRow['fault']>): string {
  const { code } = fault;
  const isOfCell = code === 'LICENCE_FIELDS_INVALID' || code === 'REQUEST_MALFORMED';
  return (isOfCell ? cellSentence(fault) : null) ?? t(`fault.${isKnown(code) ? code : 'other'}`);
}

/** Whether a row is another department's: nothing in it is to be mended, it only stands in the same table. */
export function isForeign({ code }: Pick<FaultKind, 'code'>): boolean {
  return code === 'NOT_AUTHORISED';
}

/** What is to be mended first, then what is not for this department. */
export function sortKinds(kinds: readonly FaultKind[]): readonly FaultKind[] {
  return [...kinds.filter((kind) => !isForeign(kind)), ...kinds.filter(isForeign)];
}

/** What a kind of fault is called: its column, and what is wrong there as far as all such rows have it in common. */
export function kindTitle({ code, pointer }: FaultKind, types: readonly Typed[]): string {
  const column = columnOf(pointer);
  const sentence = faultSentence({ code, pointer, message: '' });
  return column === null || isForeign({ code })
    ? sentence
    : t('rows.kindIn', { column: columnTitle(column, types), sentence });
}

function cellSentence({ message, pointer }: NonNullable<ImportRow['fault']>): string | null {
  const own = message.split('; ', 1).join(''); // the pointer is that of the first fault
  for (const [pattern, name] of DETAILS) {
    const found = pattern.exec(own);
    if (found !== null) return t(name, { n: found.slice(1).join('') }); // of the alternatives one has matched
  }
  return pointer === '/validFrom' || pointer === '/validUntil' ? t('fault.date') : null;
}

const KNOWN = [
  'HOLDER_CODE_INVALID',
  'LICENCE_TYPE_NOT_FOUND',
  'LICENCE_FIELDS_INVALID',
  'LICENCE_PERIOD_INVALID',
  'LICENCE_ALREADY_EXISTS',
  'LICENCE_SERIAL_INVALID',
  'GLYPH_MISSING',
  'REQUEST_MALFORMED',
  'IMPORT_MALFORMED',
  'NOT_AUTHORISED',
  'SEAL_SUSPENDED',
  'SEAL_REVOKED',
  'SEAL_EXPIRED',
  'SEAL_OUTSIDE_MANDATE',
  'APPROVER_IS_MAKER',
] as const;

function isKnown(code: string): code is (typeof KNOWN)[number] {
  return KNOWN.some((known) => known === code);
}

/** The header is row 1 of the table, so the first licence stands in row 2. */
export function tableRow({ row }: Pick<ImportRow, 'row'>): number {
  return row + 1;
}

/** How many rows there are, and how many have their outcome. */
export function progressOf({ counts }: Pick<ImportEntry, 'counts'>): {
  readonly total: number;
  readonly done: number;
  readonly good: number;
} {
  const { pending, issued, drafted, valid, refused } = counts;
  const good = issued + drafted + valid;
  return { total: pending + good + refused, done: good + refused, good };
}

/** The faults of an import as a table that spreadsheets open rightly. */
export function faultsCsv(rows: readonly ImportRow[], types: readonly Typed[]): string {
  const header = (['row', 'column', 'title', 'fault', 'code', 'detail'] as const).map((name) =>
    t(`csv.${name}`),
  );
  const lines = rows.flatMap((one) => {
    if (one.fault === null) return [];
    const column = columnOf(one.fault.pointer);
    const title = column === null ? t('rows.whole') : columnTitle(column, types);
    const { code, message } = one.fault;
    return [[String(tableRow(one)), column ?? '', title, faultSentence(one.fault), code, message]];
  });
  return toCsv([header, ...lines]);
}

/** An empty table for licences of a type: every column there can be. */
export function templateCsv({ fields }: Typed): string {
  const own = Object.values(OWN_COLUMNS).filter((name) => name !== 'typeCode');
  return toCsv([
    [...own, ...Object.keys(fields['properties'] ?? {}).map((name) => `field.${name}`)],
  ]);
}

const BYTE_ORDER_MARK = '\uFEFF'; // without it, spreadsheets read Chinese as another encoding

/** RFC 4180. A cell that a spreadsheet would take for a formula is told as text. */
function toCsv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
