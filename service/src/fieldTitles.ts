import type { LicenceType } from './store/store.ts';

/** Names under which a licence's holder is asked for beside the fields of its type. */
const HOLDER_TITLES: ReadonlyMap<string, string> = new Map([
  ['holderName', '持证人名称'],
  ['holderCode', '持证人代码'],
  ['holderCodeType', '持证人代码类型'],
]);

/**
 * What people call the fields of a licence type; one without a title keeps its name.
 *
 * @param type - null: it is gone.
 */
export function fieldTitles(
  type: Pick<LicenceType, 'fields'> | null,
  names: readonly string[],
): readonly string[] {
  const properties = type?.fields['properties'];
  const schemas =
    typeof properties === 'object' && properties !== null
      ? (properties as Readonly<Record<string, { readonly title?: unknown } | null>>)
      : {};
  return names.map((name) => {
    const title = Object.hasOwn(schemas, name) ? schemas[name]?.title : undefined;
    return HOLDER_TITLES.get(name) ?? (typeof title === 'string' ? title : name);
  });
}
