/** Names in English as the catalogue's definitions give them: pure. */
import { titleOf } from './fieldWords.ts';

type Members = Readonly<Record<string, unknown>>;
interface NamedType {
  readonly name: string;
  readonly fields: Members;
}
interface NamedMatter {
  readonly name: string;
  readonly definition: Members;
}

/** English names of licence types, matters and materials by their Chinese ones; the first of several stays. */
export function englishNamesOf(
  types: readonly NamedType[],
  matters: readonly NamedMatter[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = (name: unknown, english: unknown): void => {
    if (typeof name !== 'string' || typeof english !== 'string' || names.has(name)) return;
    names.set(name, english);
  };
  for (const { name, fields } of types) {
    if (fields['x-title-en'] !== undefined) add(name, titleOf(fields, 'en'));
  }
  for (const { name, definition } of matters) {
    add(name, definition['nameEn']);
    const materials: readonly unknown[] = Array.isArray(definition['materials'])
      ? definition['materials']
      : [];
    for (const one of materials) {
      const material = (typeof one === 'object' && one !== null ? one : {}) as Members; // members are looked at one by one
      add(material['name'], material['nameEn']);
    }
  }
  return names;
}
