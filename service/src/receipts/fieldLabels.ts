import type { Store } from '../store/store.ts';

const HOLDER_LABELS: Readonly<Record<string, string>> = {
  holderName: '持证主体名称',
  holderCode: '持证主体代码',
  holderCodeType: '持证主体代码类型',
};

/** What people call the fields of a licence type; one without a title keeps its name. */
export async function fieldLabels(
  { licenceTypes }: Pick<Store, 'licenceTypes'>,
  typeCode: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const type = names.length === 0 ? null : await licenceTypes.find(typeCode);
  const properties = type?.fields['properties'];
  const schemas =
    typeof properties === 'object' && properties !== null
      ? (properties as Readonly<Record<string, { readonly title?: unknown } | null>>)
      : {};
  return names.map((name) => {
    const title = Object.hasOwn(schemas, name) ? schemas[name]?.title : undefined;
    return HOLDER_LABELS[name] ?? (typeof title === 'string' ? title : name);
  });
}
