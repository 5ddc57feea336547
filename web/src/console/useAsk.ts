import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Asked, Problem } from './api.ts';

/** Something that is asked of the service, with what became of it; see {@link useAsk}. */
export interface Asking<T, A extends readonly unknown[]> {
  /** The last answer; it stays while another one is on its way. */
  readonly data: ShallowRef<T | null>;
  /** Why the last try had no answer; null: it had one. */
  readonly problem: ShallowRef<Problem | null>;
  readonly isBusy: Ref<boolean>;
  /** Asks; an answer that comes after the next question counts no more. @returns null if there was a problem. */
  run(...args: A): Promise<T | null>;
}

/** Keeps what a page needs to know of a call: the answer, the problem, whether it is under way. */
export function useAsk<T, A extends readonly unknown[]>(
  call: (...args: A) => Promise<Asked<T>>,
): Asking<T, A> {
  const data = shallowRef<T | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const isBusy = ref(false);
  let newest = 0;
  onScopeDispose(() => (newest += 1));
  return {
    ...{ data, problem, isBusy },
    async run(...args) {
      const mine = (newest += 1);
      isBusy.value = true;
      const asked = await call(...args);
      if (mine !== newest) return null;
      isBusy.value = false;
      problem.value = asked.ok ? null : asked.problem;
      if (!asked.ok) return null;
      data.value = asked.data;
      return asked.data;
    },
  };
}
