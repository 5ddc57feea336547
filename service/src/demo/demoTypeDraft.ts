/** How a type of the demo city is written down. */
import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { LicenceLayout, LayoutRow } from '../documents/layout.ts';
import type { LicenceFields } from '../store/store.ts';
import { propertyInEnglish, schemaTitles } from './demoEnglish.ts';

export interface DemoLicenceType {
  readonly typeCode: string;
  readonly name: string;
  /** Credit code of the issuing department. */
  readonly issuer: string;
  /** JSON Schema, draft 2020-12. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly layout: LicenceLayout;
  readonly approval: 'single' | 'dual';
  readonly formats: readonly DocumentFormat[];
  readonly sampleFields: LicenceFields;
  /** Kinds of holders that hold such licences in life; the service does not enforce it. */
  readonly holders: 'people' | 'organisations' | 'both';
}

export type Schema = Readonly<Record<string, unknown>>;

const NOTE = '本电子证照由{issuerName}签发，与纸质证照具有同等法律效力。';

export interface TypeDraft extends Omit<DemoLicenceType, 'typeCode' | 'fields'> {
  /** Three characters behind the defining body's credit code. */
  readonly sequence: string;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  readonly labels: { readonly holderName: string; readonly holderCode: string };
}

/** The department defines its types itself; rows are holder, code, fields, period. */
export function licenceType({
  sequence,
  properties,
  required,
  labels,
  layout,
  ...type
}: TypeDraft): DemoLicenceType {
  const rows: readonly LayoutRow[] = [
    { field: 'holderName', label: labels.holderName, wide: true },
    { field: 'holderCode', label: labels.holderCode, wide: true },
    ...Object.entries(properties).map(([field, schema]) => ({
      field,
      label: String(schema['title']),
    })),
    { field: 'validity', label: '有效期限', wide: true },
  ];
  return {
    ...type,
    typeCode: type.issuer + sequence,
    fields: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      ...schemaTitles(type.name),
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(properties).map(([field, schema]) => [field, propertyInEnglish(schema)]),
      ),
      required,
      additionalProperties: false,
    },
    layout: { ...layout, rows: [...rows], note: NOTE },
  };
}

export function text(title: string, maxLength: number): Schema {
  return { title, type: 'string', minLength: 1, maxLength };
}

export function choice(title: string, values: readonly string[]): Schema {
  return { title, type: 'string', enum: values };
}

export function choices(title: string, values: readonly string[]): Schema {
  return {
    title,
    type: 'array',
    items: { type: 'string', enum: values },
    minItems: 1,
    uniqueItems: true,
  };
}

export function day(title: string): Schema {
  return { title, type: 'string', format: 'date' };
}

/** @param max - the highest it can be; at least one. */
export function whole(title: string, max: number): Schema {
  return { title, type: 'integer', minimum: 1, maximum: max };
}
