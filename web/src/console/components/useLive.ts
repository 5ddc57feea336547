import {
  computed,
  onBeforeUnmount,
  ref,
  shallowRef,
  type ComputedRef,
  type Ref,
  type ShallowRef,
} from 'vue';
import { api, ask, type Shapes } from '../api.ts';
import { secondsLeft, spansOf } from './liveCode.ts';

const ASK_EVERY_MS = 1500;
const TICK_MS = 250;

/** What a holder sees of a code: `hidden`: off the screen, but somebody who scanned it can still redeem it. */
export type LiveState = 'shown' | 'hidden' | 'redeemed' | 'withdrawn' | 'expired';

export interface Live {
  readonly state: ComputedRef<LiveState>;
  /** Seconds for which the code stays on the screen, and all of them. */
  readonly left: Ref<number>;
  readonly shownSeconds: number;
  readonly presentation: ShallowRef<Shapes['Presentation']>;
  /** Whether the last question had no answer: what is said of the code may be old. */
  readonly isUnsure: Ref<boolean>;
  take(presentation: Shapes['Presentation']): void;
}

/** Follows a code from the moment in which it was made until it is used up. Time runs by this device's steady clock from the answer on. */
export function useLive(made: Shapes['MadePresentation']): Live {
  const begin = performance.now();
  const { shown, redeemable } = spansOf(made);
  const presentation = shallowRef<Shapes['Presentation']>(made);
  const isUnsure = ref(false);
  const left = ref(Math.ceil(shown));
  const leftRedeemable = ref(Math.ceil(redeemable));

  const ticking = window.setInterval(() => {
    const elapsed = performance.now() - begin;
    left.value = secondsLeft(shown, elapsed);
    leftRedeemable.value = secondsLeft(redeemable, elapsed);
  }, TICK_MS);
  let asking = window.setTimeout(() => void poll(), ASK_EVERY_MS);

  async function poll(): Promise<void> {
    const params = { path: { id: made.id } };
    const asked = await ask(api.GET('/presentations/{id}', { params }));
    isUnsure.value = !asked.ok;
    if (asked.ok) presentation.value = asked.data;
    if (presentation.value.state === 'live')
      asking = window.setTimeout(() => void poll(), ASK_EVERY_MS);
    else window.clearInterval(ticking);
  }
  onBeforeUnmount(() => {
    window.clearInterval(ticking);
    window.clearTimeout(asking);
  });

  return {
    state: computed(() => {
      if (presentation.value.state !== 'live') return presentation.value.state;
      if (leftRedeemable.value === 0) return 'expired';
      return left.value === 0 ? 'hidden' : 'shown';
    }),
    ...{ left, shownSeconds: shown, presentation, isUnsure },
    take(next) {
      presentation.value = next;
    },
  };
}
