/** Fields of a licence as people read them. */
import type { Language } from '../texts.ts';

/** What a disclosure may tell of the holder beside the licence's own fields. */
export const HOLDER_FIELDS = ['holderName', 'holderCode'] as const;

const YES: Readonly<Record<Language, string>> = { 'zh-CN': '是', en: 'Yes' };
const NO: Readonly<Record<Language, string>> = { 'zh-CN': '否', en: 'No' };

/** A value of any field as text; nothing is left out of lists and objects. */
export function fieldText(value: unknown, language: Language): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'boolean') return (value ? YES : NO)[language];
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  if (Array.isArray(value)) {
    return value.map((one) => fieldText(one, language)).join(language === 'en' ? ', ' : '、');
  }
  return Object.values(value) // an object: whatever JSON has beside those above
    .map((one) => fieldText(one, language))
    .join(' ');
}

/** Names of a licence type's own fields, in the order in which it lists them. */
export function fieldsOfSchema(schema: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(propertiesOf(schema));
}

/** How a licence type calls a field; its name where the type says nothing. */
export function titleInSchema(schema: Readonly<Record<string, unknown>>, field: string): string {
  const property = propertiesOf(schema)[field];
  if (typeof property !== 'object' || property === null || !('title' in property)) return field;
  return typeof property.title === 'string' ? property.title : field;
}

function propertiesOf(
  schema: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const properties = schema['properties'];
  return typeof properties === 'object' && properties !== null
    ? (properties as Readonly<Record<string, unknown>>) // members of a JSON object
    : {};
}
