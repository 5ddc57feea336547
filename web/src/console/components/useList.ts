import {
  computed,
  onScopeDispose,
  ref,
  shallowRef,
  type ComputedRef,
  type Ref,
  type ShallowRef,
} from 'vue';
import type { Asked, Problem } from '../api.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A list that comes in pages; see {@link useList}. */
export interface List<T> {
  /** null: nothing came yet. */
  readonly items: ShallowRef<readonly T[] | null>;
  readonly problem: ShallowRef<Problem | null>;
  readonly isBusy: Ref<boolean>;
  readonly hasMore: ComputedRef<boolean>;
  /** From the beginning; what is shown stays until the answer comes. */
  start(): Promise<void>;
  more(): Promise<void>;
}

/**
 * Keeps a list and its next page.
 *
 * @param call - asks for a page; what it is given goes into the query.
 */
export function useList<T>(
  call: (at: { readonly cursor?: string }) => Promise<Asked<Page<T>>>,
): List<T> {
  const items = shallowRef<readonly T[] | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const isBusy = ref(false);
  const next = ref<string | null>(null);
  let newest = 0;
  onScopeDispose(() => (newest += 1));
  async function load(cursor: string | null): Promise<void> {
    const mine = (newest += 1);
    isBusy.value = true;
    const asked = await call(cursor === null ? {} : { cursor });
    if (mine !== newest) return; // asked anew meanwhile
    isBusy.value = false;
    problem.value = asked.ok ? null : asked.problem;
    if (!asked.ok) return;
    items.value =
      cursor === null ? asked.data.items : [...(items.value ?? []), ...asked.data.items];
    next.value = asked.data.nextCursor;
  }
  return {
    ...{ items, problem, isBusy },
    hasMore: computed(() => next.value !== null),
    start: async () => {
      await load(null);
    },
    more: async () => {
      if (next.value !== null && !isBusy.value) await load(next.value);
    },
  };
}
