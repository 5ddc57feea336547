/** What a licence type's JSON Schema calls its fields and their values, in the reader's language: pure. */
import type { Language } from '../../i18n/language.ts';

type Members = Readonly<Record<string, unknown>>;

/** A field's schema, or the whole of a type; anything else says nothing. */
export type NamedSchema = unknown;

/** What a schema calls its thing; null: nothing. `x-title-en` is its title for readers of English. */
export function titleOf(schema: NamedSchema, language: Language): string | null {
  const { title, 'x-title-en': english } = membersOf(schema);
  return (language === 'en' ? wordOf(english) : null) ?? wordOf(title);
}

/** What a schema's value to choose from is called: `x-values-en` has English for each; as it stands where it has none. */
export function valueInWords(schema: NamedSchema, value: string, language: Language): string {
  if (language !== 'en') return value;
  const english = membersOf(membersOf(schema)['x-values-en']);
  return (Object.hasOwn(english, value) ? wordOf(english[value]) : null) ?? value;
}

/** The schema of a type's field; null: the type knows none of the name. */
export function schemaOfField(schema: NamedSchema, field: string): Members | null {
  const properties = membersOf(membersOf(schema)['properties']);
  return Object.hasOwn(properties, field) ? membersOf(properties[field]) : null;
}

/** The schema of what a list holds, or of the rows of a table. */
export function schemaOfItems(schema: NamedSchema): Members {
  return membersOf(membersOf(schema)['items']);
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {}; // members are looked at one by one
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

const YES: Readonly<Record<Language, string>> = { 'zh-CN': '是', en: 'Yes' };
const NO: Readonly<Record<Language, string>> = { 'zh-CN': '否', en: 'No' };
const COMMA: Readonly<Record<Language, string>> = { 'zh-CN': '、', en: ', ' };

/** A field's value as people read it; rows of a table stand on lines of their own. @returns null: it says nothing. */
export function fieldText(schema: NamedSchema, value: unknown, language: Language): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return valueInWords(schema, value, language);
  if (typeof value === 'boolean') return (value ? YES : NO)[language];
  if (Array.isArray(value)) return listText(schema, value, language);
  return typeof value === 'object' ? rowText(schema, value, language) : JSON.stringify(value);
}

function listText(
  schema: NamedSchema,
  list: readonly unknown[],
  language: Language,
): string | null {
  if (list.length === 0) return null;
  const hasRows = list.some((one) => typeof one === 'object');
  const items = schemaOfItems(schema);
  return list
    .map((one) => fieldText(typeof one === 'string' ? schema : items, one, language) ?? '')
    .join(hasRows ? '\n' : COMMA[language]);
}

function rowText(schema: NamedSchema, row: object, language: Language): string {
  return Object.entries(row)
    .map(([name, value]) => {
      const column = schemaOfField(schema, name);
      return `${titleOf(column, language) ?? name}: ${fieldText(column, value, language) ?? ''}`;
    })
    .join(COMMA[language]);
}
