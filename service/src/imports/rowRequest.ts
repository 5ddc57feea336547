import { requireInstant } from '../civilTime.ts';
import { ServiceError } from '../errors.ts';
import type { LicenceRequest } from '../licences/draftLicence.ts';
import type { Holder, ImportCells, LicenceFields, LicenceType } from '../store/store.ts';
import { WRONG_LENGTH } from './readTable.ts';

const MAX_NAME_LENGTH = 200;
const MAX_CODE_LENGTH = 64;
const FIELD_PREFIX = 'field.';

/** The type a row names, or the import's own. @throws ServiceError `REQUEST_MALFORMED`, `IMPORT_MALFORMED`. */
export function typeCodeOf(cells: ImportCells, defaultTypeCode: string): string {
  const wrongLength = cells[WRONG_LENGTH];
  if (wrongLength !== undefined) {
    throw new ServiceError('IMPORT_MALFORMED', `the row has ${wrongLength} cells`);
  }
  const typeCode = cells['typeCode'] ?? defaultTypeCode;
  if (typeCode === '') throw missing('typeCode', '/typeCode');
  return typeCode.slice(0, MAX_CODE_LENGTH);
}

/**
 * Reads a row of a table as what a maker says of a licence.
 *
 * Cells are text; a field becomes what its type's schema says: numbers and booleans as JSON writes them (是, 否 too),
 * lists by `；` or `;` between items. A cell that is no such value stays text, so that the schema names the fault.
 *
 * @param serial - for a row that names none.
 * @throws ServiceError `REQUEST_MALFORMED` with the member at fault.
 */
export function toRequest(cells: ImportCells, type: LicenceType, serial: string): LicenceRequest {
  const validFrom = cells['validFrom'];
  if (validFrom === undefined) throw missing('validFrom', '/validFrom');
  const validUntil = cells['validUntil'];
  return {
    typeCode: type.typeCode,
    serial: cells['serial'] ?? serial,
    holder: holderOf(cells),
    fields: fieldsOf(cells, type),
    validFrom: requireInstant(validFrom, 'start', 'validFrom'),
    validUntil: validUntil === undefined ? null : requireInstant(validUntil, 'end', 'validUntil'),
  };
}

function holderOf(cells: ImportCells): Holder {
  const code = text(cells, 'holderCode', '/holder/code', MAX_CODE_LENGTH);
  const codeType = text(cells, 'holderCodeType', '/holder/codeType', 10).padStart(3, '0'); // spreadsheets drop zeros
  return {
    name: text(cells, 'holderName', '/holder/name', MAX_NAME_LENGTH),
    code: codeType === '999' ? code : code.toUpperCase(),
    codeType,
  };
}

function text(cells: ImportCells, column: string, pointer: string, maxLength: number): string {
  const cell = cells[column];
  if (cell === undefined) throw missing(column, pointer);
  if (cell.length <= maxLength) return cell;
  throw malformed(column, pointer, `has more than ${maxLength} characters`);
}

function fieldsOf(cells: ImportCells, type: LicenceType): LicenceFields {
  const properties = (type.fields['properties'] ?? {}) as Readonly<Record<string, unknown>>; // a checked schema
  const fields = Object.entries(cells)
    .filter(([column]) => column.startsWith(FIELD_PREFIX))
    .map(([column, cell]) => {
      const name = column.slice(FIELD_PREFIX.length);
      return [name, toValue(cell, Object.hasOwn(properties, name) ? properties[name] : undefined)];
    });
  return Object.fromEntries(fields) as LicenceFields;
}

function toValue(cell: string, schema: unknown): unknown {
  const { type, items } = (schema ?? {}) as { readonly type?: unknown; readonly items?: unknown };
  switch (type) {
    case 'number':
    case 'integer':
      return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(cell) ? Number(cell) : cell;
    case 'boolean':
      return BOOLEANS.get(cell.toLowerCase()) ?? cell;
    case 'array':
      return cell
        .split(/[；;]/u)
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map((item) => toValue(item, items));
    default:
      return cell;
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['是', true],
  ['false', false],
  ['否', false],
]);

function missing(column: string, pointer: string): ServiceError {
  return malformed(column, pointer, 'is empty');
}

function malformed(column: string, pointer: string, detail: string): ServiceError {
  return new ServiceError('REQUEST_MALFORMED', `${column} ${detail}`, {
    faults: [{ pointer, detail }],
  });
}
