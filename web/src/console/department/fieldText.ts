/** Fields of a licence as people read them: pure. */
import type { FormField } from './schemaForm.ts';

/** Words that a text needs in the reader's language. */
export interface Words {
  readonly yes: string;
  readonly no: string;
  readonly endless: string;
  /** Between the members of a list. */
  readonly comma: string;
}

/** @returns null: the licence does not say. */
export function fieldText(
  field: Pick<FormField, 'columns'>,
  value: unknown,
  words: Words,
): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (Array.isArray(value)) return listText(field, value, words);
  if (typeof value === 'object') return rowText(field, value as Record<string, unknown>, words);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function listText(
  field: Pick<FormField, 'columns'>,
  list: readonly unknown[],
  words: Words,
): string | null {
  if (list.length === 0) return null;
  const hasRows = list.some((one) => typeof one === 'object');
  return list.map((one) => fieldText(field, one, words) ?? '').join(hasRows ? '\n' : words.comma);
}

function rowText(
  { columns }: Pick<FormField, 'columns'>,
  row: Readonly<Record<string, unknown>>,
  words: Words,
): string {
  return Object.entries(row)
    .map(([name, value]) => {
      const column = columns.find((one) => one.name === name);
      return `${column?.title ?? name}: ${fieldText(column ?? { columns: [] }, value, words) ?? ''}`;
    })
    .join(words.comma);
}
