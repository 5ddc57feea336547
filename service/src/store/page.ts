/** Pages of lists. */

export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number;
  /** `nextCursor` of the page before; absent for the first page. */
  readonly cursor?: string;
}

/** Newest first. `nextCursor` null: this was the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const MOST_A_PAGE = 200;

/** Everything of a list, page by page, as it is asked for. */
export async function* everyItem<T>(
  read: (page: PageRequest) => Promise<Page<T>>,
): AsyncGenerator<T, void> {
  let cursor: string | null = null;
  do {
    const page: Page<T> = await read({
      limit: MOST_A_PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** {@link everyItem}, all at once: for lists of which somebody has few. */
export async function allItems<T>(
  read: (page: PageRequest) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of everyItem(read)) items.push(item);
  return items;
}
