/** What licence types, matters and materials are called in the reader's language. */
import { shallowRef } from 'vue';
import { api, ask } from '../api.ts';
import { currentLanguage } from '../texts.ts';
import { englishNamesOf } from './englishNames.ts';
import { everyPage } from './everyPage.ts';

/** English by Chinese; empty until somebody reads English. */
const english = shallowRef<ReadonlyMap<string, string>>(new Map());
let isAsked = false;

/**
 * The name in the reader's language: as it stands where the catalogue has no other, and until the catalogue is there.
 *
 * @param name - as the API gives it.
 */
export function named(name: string): string {
  if (currentLanguage() !== 'en') return name;
  if (!isAsked) void load();
  return english.value.get(name) ?? name;
}

/** What the service says of a material, with the licence that stands in for it {@link named}. */
export function materialStatement(
  material: Readonly<{ statement: string; by: Readonly<{ typeName: string }> | null }>,
): string {
  const { statement, by } = material;
  return by === null ? statement : statement.replace(by.typeName, () => named(by.typeName));
}

async function load(): Promise<void> {
  isAsked = true;
  const [types, matters] = await Promise.all([
    everyPage((query) => ask(api.GET('/licence-types', { params: { query } }))),
    everyPage((query) => ask(api.GET('/matters', { params: { query } }))),
  ]);
  if (types.ok && matters.ok) english.value = englishNamesOf(types.data, matters.data);
  else isAsked = false; // it is asked for again with the next look
}
