import type { Asked } from '../api.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** As many as the API gives at once. */
export const WHOLE_PAGE = 200;

/** Reads a list to its end: for lists that a page needs whole, such as the tree of organisations. */
export async function everyPage<T>(
  call: (at: { readonly cursor?: string; readonly limit: number }) => Promise<Asked<Page<T>>>,
): Promise<Asked<readonly T[]>> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (;;) {
    const asked: Asked<Page<T>> = await call({
      limit: WHOLE_PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    if (!asked.ok) return asked;
    items.push(...asked.data.items);
    cursor = asked.data.nextCursor;
    if (cursor === null) return { ok: true, data: items, response: asked.response };
  }
}
