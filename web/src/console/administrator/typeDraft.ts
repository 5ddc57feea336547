/** A licence type as a form has it. */
import type { Shapes } from '../api.ts';
import { checkCreditCode } from '../components/creditCode.ts';
import type { Layout } from './layoutDraft.ts';
import { faultOfRow, readRows, writeSchema, type FieldRow, type Schema } from './schemaTable.ts';

export const FORMATS = ['ofd', 'pdf'] as const;
export type Format = (typeof FORMATS)[number];

/** What the service is told of a type. */
export interface TypeRequest {
  name: string;
  fields: Record<string, unknown>;
  layout: Record<string, unknown>;
  sealEsId: string;
  approval: 'single' | 'dual';
  formats: Format[];
}

export interface TypeDraft {
  readonly typeCode: string;
  readonly name: string;
  readonly rows: readonly FieldRow[];
  /** The schema that the rows come from. */
  readonly schema: Schema;
  readonly layout: Layout;
  readonly sealEsId: string;
  readonly approval: 'single' | 'dual';
  readonly formats: readonly Format[];
}

export const EMPTY_TYPE: TypeDraft = {
  ...{ typeCode: '', name: '', rows: [], schema: {}, layout: {}, sealEsId: '' },
  approval: 'dual',
  formats: ['ofd', 'pdf'],
};

export function toTypeDraft(type: Shapes['LicenceType']): TypeDraft {
  const { typeCode, name, fields, layout, sealEsId, approval, formats } = type;
  return {
    ...{ typeCode, name, sealEsId, approval, formats },
    schema: fields,
    rows: readRows(fields),
    layout: layout, // the service's own, checked when it was put
  };
}

export function toTypeRequest(draft: TypeDraft): TypeRequest {
  const { name, rows, schema, layout, sealEsId, approval, formats } = draft;
  return {
    ...{ name: name.trim(), sealEsId, approval, formats: [...formats] },
    fields: { ...writeSchema(schema, name.trim(), rows) },
    layout: { ...layout },
  };
}

/** Whether a text is a type code: a credit code and three digits or capitals. */
export function isTypeCode(text: string): boolean {
  return /^[0-9A-Z]{21}$/.test(text) && checkCreditCode(text.slice(0, 18)).state === 'right';
}

/** Whether nothing is wrong that the form itself can tell. */
export function isComplete(draft: TypeDraft): boolean {
  const { typeCode, name, rows, sealEsId, formats } = draft;
  return (
    isTypeCode(typeCode) &&
    name.trim() !== '' &&
    sealEsId !== '' &&
    formats.length > 0 &&
    rows.every((_, at) => faultOfRow(rows, at) === null)
  );
}
