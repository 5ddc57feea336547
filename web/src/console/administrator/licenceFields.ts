/** Fields of licence types by their titles. */
import type { Shapes } from '../api.ts';
import { currentLanguage } from '../texts.ts';

export type LicenceType = Shapes['LicenceType'];
type Schema = Readonly<Record<string, unknown>>;

/** What a stand-in may ask for besides a type's own fields. */
export const HOLDER_FIELDS = ['holderName', 'holderCode', 'holderCodeType'] as const;

export interface NamedField {
  readonly name: string;
  readonly title: string;
}

/** A type's own fields, in their order, with their titles in the language in force. */
export function fieldsOf(type: Pick<LicenceType, 'fields'> | undefined): readonly NamedField[] {
  const properties = (type?.fields['properties'] ?? {}) as Readonly<Record<string, Schema>>; // a schema of type object
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    title: titleOf(schema, name),
  }));
}

function titleOf(schema: Schema, name: string): string {
  const { title, 'x-title-en': english } = schema;
  const isEnglish = currentLanguage() === 'en' && typeof english === 'string' && english !== '';
  if (isEnglish) return english;
  return typeof title === 'string' && title !== '' ? title : name;
}
