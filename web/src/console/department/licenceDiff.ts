/** What a draft says differently from the licence it takes the place of: pure. */
import { dayOf } from '../../i18n/instant.ts';
import type { Shapes } from '../api.ts';
import type { Language } from '../../i18n/language.ts';
import { fieldText, schemaOfField, titleOf } from '../components/fieldWords.ts';
import type { Schema } from './schemaForm.ts';

type Licence = Pick<Shapes['Licence'], 'holder' | 'fields' | 'validFrom' | 'validUntil'>;

export type DiffKind = 'same' | 'changed' | 'added' | 'removed';

/** Words of the reader. */
export interface Words {
  readonly language: Language;
  /** For a period without end. */
  readonly endless: string;
}

/** A line of the comparison. `name` of what isn't a field: `holderName`, `holderCode`, `validFrom`, `validUntil`. */
export interface DiffRow {
  readonly name: string;
  /** The field's; null: the texts have it. */
  readonly title: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly kind: DiffKind;
}

/** @param before - null: there is nothing to compare with; every row is `same` then. */
export function compareLicences(
  schema: Schema,
  before: Licence | null,
  after: Licence,
  words: Words,
): readonly DiffRow[] {
  const rowsAfter = rowsOf(schema, after, words);
  if (before === null)
    return rowsAfter.map((row) => ({ ...row, before: row.text, after: row.text, kind: 'same' }));
  const rowsBefore = new Map(rowsOf(schema, before, words).map((row) => [row.name, row.text]));
  return rowsAfter.map(({ name, title, text }) => {
    const old = rowsBefore.get(name) ?? null;
    return { name, title, before: old, after: text, kind: kindOf(old, text) };
  });
}

interface Row {
  readonly name: string;
  readonly title: string | null;
  readonly text: string | null;
}

function rowsOf(schema: Schema, licence: Licence, words: Words): readonly Row[] {
  const { holder, fields, validFrom, validUntil } = licence;
  return [
    { name: 'holderName', title: null, text: holder?.name ?? null },
    { name: 'holderCode', title: null, text: holder?.code ?? null },
    ...knownAndOther(schema, fields ?? {}).map((name) => {
      const field = schemaOfField(schema, name);
      return {
        name,
        title: titleOf(field, words.language) ?? name,
        text: fieldText(field, fields?.[name], words.language),
      };
    }),
    { name: 'validFrom', title: null, text: dayOf(validFrom) },
    {
      name: 'validUntil',
      title: null,
      text: validUntil === null ? words.endless : dayOf(validUntil),
    },
  ];
}

/** Fields of the schema, and what a licence of an older version of its type says beside them. */
function knownAndOther(
  schema: Schema,
  fields: Readonly<Record<string, unknown>>,
): readonly string[] {
  return [...new Set([...Object.keys(schema['properties'] ?? {}), ...Object.keys(fields)])];
}

function kindOf(before: string | null, after: string | null): DiffKind {
  if (before === after) return 'same';
  if (before === null) return 'added';
  return after === null ? 'removed' : 'changed';
}
