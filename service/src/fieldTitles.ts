import type { Language, Text } from './language.ts';
import type { LicenceType } from './store/store.ts';

/** Names under which a licence's holder is asked for beside the fields of its type. */
const HOLDER_TITLES: ReadonlyMap<string, Text> = new Map([
  ['holderName', { 'zh-CN': '持证人名称', en: 'holder’s name' }],
  ['holderCode', { 'zh-CN': '持证人代码', en: 'holder’s code' }],
  ['holderCodeType', { 'zh-CN': '持证人代码类型', en: 'kind of the holder’s code' }],
]);

/**
 * What people call the fields of a licence type; one without a title keeps its name.
 *
 * @param type - null: it is gone.
 */
export function fieldTitles(
  type: Pick<LicenceType, 'fields'> | null,
  names: readonly string[],
  language: Language = 'zh-CN',
): readonly string[] {
  const properties = type?.fields['properties'];
  const schemas =
    typeof properties === 'object' && properties !== null
      ? (properties as Readonly<Record<string, unknown>>)
      : {};
  return names.map((name) => {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    return HOLDER_TITLES.get(name)?.[language] ?? schemaTitle(schema, language) ?? name;
  });
}

/** What a schema calls its thing: `title`, and for readers of English `x-title-en`. Undefined: nothing. */
export function schemaTitle(schema: unknown, language: Language): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const { title, 'x-title-en': english } = schema as Readonly<Record<string, unknown>>;
  if (language === 'en' && typeof english === 'string') return english;
  return typeof title === 'string' ? title : undefined;
}
