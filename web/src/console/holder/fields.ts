/** What a disclosure may tell of the holder beside the licence's own fields. */
export const HOLDER_FIELDS = ['holderName', 'holderCode'] as const;

/** Names of a licence type's own fields, in the order in which it lists them. */
export function fieldsOfSchema(schema: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(schema['properties'] ?? {});
}
