/** The catalogue, as a clerk chooses from it. */
import { shallowRef } from 'vue';
import { api, ask } from '../api.ts';

export interface Matter {
  readonly code: string;
  readonly name: string;
  /** In English; null: it has no such name. */
  readonly nameEn: string | null;
  /** How many matters a bundle has; 0: it is none. */
  readonly parts: number;
}

const PAGE = 200;
const MAX_PAGES = 25;

/** What is known of it; whole after {@link loadMatters}. */
export const matters = shallowRef<readonly Matter[]>([]);

/** Loads all of it; bundles first, they save a clerk the most. */
export async function loadMatters(): Promise<void> {
  const all: Matter[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query: { limit: number; cursor?: string } = { limit: PAGE };
    if (cursor !== null) query.cursor = cursor;
    const asked = await ask(api.GET('/matters', { params: { query } }));
    if (!asked.ok) return;
    for (const { code, name, definition } of asked.data.items) {
      const { bundles, nameEn } = definition;
      all.push({
        ...{ code, name, nameEn: typeof nameEn === 'string' ? nameEn : null },
        parts: Array.isArray(bundles) ? bundles.length : 0,
      });
    }
    cursor = asked.data.nextCursor;
    if (cursor === null) break;
  }
  matters.value = all.sort((a, b) => Number(b.parts > 0) - Number(a.parts > 0));
}
