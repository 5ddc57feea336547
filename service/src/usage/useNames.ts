import { fieldTitles, schemaTitle } from '../fieldTitles.ts';
import { readIdentifier } from '../identifier.ts';
import { definitionOf } from '../matters/matterDefinition.ts';
import type { LicenceType, Matter, Store, StoredUsage } from '../store/store.ts';
import type { UseDetails } from './recordUse.ts';
import type { UseNames } from './useStatement.ts';

/** Where names are found. */
export type NameStore = Pick<Store, 'accounts' | 'windows' | 'matters' | 'licenceTypes'>;

/** @returns a function that finds what the codes of a use stand for; each name is looked up once. */
export function useNames(
  store: NameStore,
): (use: StoredUsage, details: UseDetails) => Promise<UseNames> {
  const clerks = once(async (id) => (await store.accounts.find(id))?.displayName ?? null);
  const windows = once(async (code) => (await store.windows.find(code))?.name ?? code);
  const matters = once((code) => store.matters.find(code));
  const types = once((typeCode) => store.licenceTypes.find(typeCode));
  return async ({ clerk, window, matter, licence }, { fields = [] }) => {
    const type = licence === null ? null : await types(readIdentifier(licence).typeCode);
    const found = matter === null ? null : await matters(matter);
    return {
      licenceType: type?.name ?? null,
      clerk: clerk === null ? null : await clerks(clerk),
      window: window === null ? null : await windows(window),
      matter: found?.name ?? matter,
      fields: fieldTitles(type, fields),
      inEnglish: inEnglish(type, found, fields),
    };
  };
}

/** Names in English; `type` and `matter` are null where there is none, or it is gone. */
function inEnglish(
  type: LicenceType | null,
  matter: Matter | null,
  fields: readonly string[],
): NonNullable<UseNames['inEnglish']> {
  return {
    ...(type === null ? {} : { licenceType: schemaTitle(type.fields, 'en') ?? type.name }),
    ...(matter === null ? {} : { matter: definitionOf(matter).nameEn ?? matter.name }),
    fields: fieldTitles(type, fields, 'en'),
  };
}

/** Remembers what was found, by key. */
function once<T>(find: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const found = new Map<string, Promise<T>>();
  return (key) => {
    const known = found.get(key) ?? find(key);
    found.set(key, known);
    return known;
  };
}
