import { shallowRef, type Ref } from 'vue';
import type { Answer, Subject, VerificationRequest } from './api.ts';
import type { Language } from './i18n/language.ts';

/** Where a verification stands. `expired`: there was a verdict, but it has become too old to be shown. */
export type Progress =
  { readonly kind: 'idle' } | { readonly kind: 'checking' } | { readonly kind: 'expired' } | Answer;

export interface Verification {
  readonly progress: Readonly<Ref<Progress>>;
  /** Forgets the old verdict at once and asks anew; an answer to an earlier question is dropped. */
  start(subject: Subject, language: Language): Promise<void>;
  /** Asks the last question again; does nothing if there was none. */
  repeat(language: Language): Promise<void>;
  /** Forgets verdict and question. */
  clear(): void;
  /** Withdraws a verdict that has grown too old while the page slept. */
  expire(): void;
}

/** A verdict says what held when it was asked for: after this time it must be asked for again. */
export const VERDICT_LIFETIME_MS = 10 * 60_000;

/** One verification at a time: what is shown always answers the last question. */
export function createVerification(
  ask: (request: VerificationRequest) => Promise<Answer>,
  now: () => number = () => Date.now(),
): Verification {
  const progress = shallowRef<Progress>({ kind: 'idle' });
  let running: AbortController | null = null;
  let question: Subject | null = null;
  let answeredAt = 0;

  function reset(next: Progress): void {
    running?.abort();
    running = null;
    progress.value = next;
  }

  async function start(subject: Subject, language: Language): Promise<void> {
    reset({ kind: 'checking' });
    const mine = new AbortController();
    running = mine;
    question = subject;
    const answer = await ask({ subject, language, signal: mine.signal });
    if (running !== mine) return;
    running = null;
    answeredAt = now();
    progress.value = answer;
  }

  return {
    progress,
    start,
    async repeat(language) {
      if (question !== null) await start(question, language);
    },
    clear() {
      question = null;
      reset({ kind: 'idle' });
    },
    expire() {
      const isOld = now() - answeredAt >= VERDICT_LIFETIME_MS;
      if (progress.value.kind === 'report' && isOld) progress.value = { kind: 'expired' };
    },
  };
}
