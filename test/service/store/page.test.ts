import { describe, expect, it } from '@jest/globals';
import { allItems, everyItem, type PageRequest } from '../../../service/src/store/page.ts';

const LIST = Array.from({ length: 450 }, (_, index) => index);

/** A list whose cursors are places in it. */
function reader(): { asked: PageRequest[]; read: Parameters<typeof everyItem<number>>[0] } {
  const asked: PageRequest[] = [];
  return {
    asked,
    read: async (page) => {
      asked.push(page);
      const start = Number(page.cursor ?? 0);
      const end = start + page.limit;
      const nextCursor = end < LIST.length ? String(end) : null;
      return await Promise.resolve({ items: LIST.slice(start, end), nextCursor });
    },
  };
}

describe('everything of a list', () => {
  it('is read page by page', async () => {
    const { asked, read } = reader();

    expect(await allItems(read)).toEqual(LIST);
    expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, '200', '400']);
  });

  it('is read no further than asked for', async () => {
    const { asked, read } = reader();
    for await (const item of everyItem(read)) if (item === 3) break;

    expect(asked).toHaveLength(1);
  });
});
