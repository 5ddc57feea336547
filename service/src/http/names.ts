import type { Store } from '../store/store.ts';

/** Names that answers show beside codes. A known one never changes, so it is kept. */
export interface Names {
  /** The code itself if there is no such organisation. */
  organisation(creditCode: string): Promise<string>;
  /** Name of a licence type in the version given. */
  licenceType(typeCode: string, version: number): Promise<string>;
}

const MAX_KEPT = 10_000;

export function createNames(store: Pick<Store, 'organisations' | 'licenceTypes'>): Names {
  const keep = keeper();
  return {
    organisation: (creditCode) =>
      keep(creditCode, async () => (await store.organisations.find(creditCode))?.name),
    licenceType: (typeCode, version) =>
      keep(`${typeCode} ${version}`, async () => {
        return (await store.licenceTypes.find(typeCode, version))?.name;
      }),
  };
}

function keeper(): (key: string, find: () => Promise<string | undefined>) => Promise<string> {
  const kept = new Map<string, string>();
  return async (key, find) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const found = await find();
    if (found === undefined) return key.split(' ')[0] ?? key; // nothing to keep: it may come
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(key, found);
    return found;
  };
}
