/** What somebody chose to show, before a code is made of it. */
import type { Shapes } from '../api.ts';
import { HOLDER_FIELDS } from './fields.ts';

/** A licence that can be shown. */
export interface Choice {
  readonly identifier: string;
  readonly typeCode: string;
  readonly typeName: string;
  readonly isChosen: boolean;
  /** Exactly these; null: what the matter needs, once the window names it. */
  readonly fields: readonly string[] | null;
}

/** What a matter needs of licences of a type. */
export interface Need {
  readonly typeCode: string;
  readonly fields: readonly string[];
}

export type ShownLicences = { identifier: string; fields?: string[] }[];

type Showable = Pick<Shapes['Licence'], 'identifier' | 'typeCode' | 'typeName'>;

/**
 * Chooses what the matter needs, and no more; without a matter nothing is chosen but what was asked for.
 *
 * @param wanted - identifiers that somebody came here to show.
 */
export function chooseNeeded(
  licences: readonly Showable[],
  needs: readonly Need[] | null,
  wanted: readonly string[] = [],
): readonly Choice[] {
  return licences.map(({ identifier, typeCode, typeName }) => {
    const need = needs?.find((one) => one.typeCode === typeCode);
    return {
      ...{ identifier, typeCode, typeName, fields: need?.fields ?? null },
      isChosen: need !== undefined || wanted.includes(identifier),
    };
  });
}

/** All fields one can show of a licence: its own, and who holds it. */
export function showableFields(own: readonly string[]): readonly string[] {
  return [...HOLDER_FIELDS, ...own];
}

/** Shows a field, or no longer; the order stays that of `all`. */
export function toggleField(
  fields: readonly string[],
  field: string,
  all: readonly string[],
): readonly string[] {
  const next = fields.includes(field) ? fields.filter((one) => one !== field) : [...fields, field];
  return all.filter((one) => next.includes(one));
}

/** The chosen ones as the service wants them. */
export function toShown(choices: readonly Choice[]): ShownLicences {
  return choices
    .filter(({ isChosen }) => isChosen)
    .map(({ identifier, fields }) =>
      fields === null ? { identifier } : { identifier, fields: [...fields] },
    );
}

/** What a matter needs, by type, from the list of its materials. */
export function needsOf(
  materials: readonly Pick<Shapes['MaterialState'], 'standIns'>[],
): readonly Need[] {
  const needs = new Map<string, Set<string>>();
  for (const { typeCode, fields } of materials.flatMap(({ standIns }) => standIns)) {
    const known = needs.get(typeCode) ?? new Set();
    for (const field of fields) known.add(field);
    needs.set(typeCode, known);
  }
  return [...needs].map(([typeCode, fields]) => ({ typeCode, fields: [...fields] }));
}
