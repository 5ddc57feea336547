/** Matters as a table: one row a material, so that spreadsheets can be used on them. */
import type { Matter } from '../store/store.ts';
import { definitionOf, type Material, type StandIn } from './matterDefinition.ts';

/** What stands in every row of a matter. */
export const MATTER_COLUMNS = [
  'code',
  'name',
  'nameEn',
  'department',
  'basis',
  'promisedDays',
  'statutoryDays',
  'yearlyCases',
  'bundles',
] as const;
/** Empty in the one row of a matter without materials. */
export const MATERIAL_COLUMNS = [
  'materialCode',
  'materialName',
  'materialNameEn',
  'required',
  'source',
  'standIns',
] as const;

export type MatterColumn = (typeof MATTER_COLUMNS)[number];
export type MaterialColumn = (typeof MATERIAL_COLUMNS)[number];

/** Between codes of a bundle, and between stand-ins. */
export const ITEM_SEPARATOR = ';';

/** Writes CSV (RFC 4180) as spreadsheets read it: UTF-8 with a byte order mark, no cell a formula. */
export function writeMatterTable(matters: readonly Matter[]): string {
  const rows = matters.flatMap(rowsOf);
  return writeTable([[...MATTER_COLUMNS, ...MATERIAL_COLUMNS], ...rows]);
}

/** Writes rows of cells as a table that spreadsheets read. */
export function writeTable(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('')}`;
}

/** Takes back what {@link writeTable} put before a cell that a spreadsheet could take for a formula. */
export function readCell(cell: string): string {
  return /^'['=+\-@]/.test(cell) ? cell.slice(1) : cell;
}

function toCell(text: string): string {
  const inert = /^\s*['=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function rowsOf(matter: Matter): readonly (readonly string[])[] {
  const { code, name } = matter;
  const definition = definitionOf(matter);
  const own: Readonly<Record<MatterColumn, string>> = {
    ...{ code, name, nameEn: definition.nameEn ?? '', basis: definition.basis },
    department: definition.department ?? '',
    promisedDays: toText(definition.promisedDays),
    statutoryDays: toText(definition.statutoryDays),
    yearlyCases: toText(definition.yearlyCases),
    bundles: definition.bundles.join(ITEM_SEPARATOR),
  };
  const head = MATTER_COLUMNS.map((column) => own[column]);
  const materials = definition.materials.map(cellsOf);
  const tails = materials.length > 0 ? materials : [MATERIAL_COLUMNS.map(() => '')];
  return tails.map((tail) => [...head, ...tail]);
}

function cellsOf({ code, name, nameEn, required, source, standIns }: Material): readonly string[] {
  const cells: Readonly<Record<MaterialColumn, string>> = {
    ...{ materialCode: code, materialName: name, materialNameEn: nameEn ?? '', source },
    required: String(required),
    standIns: standIns.map(standInText).join(ITEM_SEPARATOR),
  };
  return MATERIAL_COLUMNS.map((column) => cells[column]);
}

function standInText({ typeCode, fields }: StandIn): string {
  return fields.length === 0 ? typeCode : `${typeCode}:${fields.join(',')}`;
}

function toText(number: number | null): string {
  return number === null ? '' : String(number);
}
