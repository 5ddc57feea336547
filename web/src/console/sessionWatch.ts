/** When to warn of the end of a session, and when it is over. Instants are milliseconds of this machine's clock. */
import { onScopeDispose, ref, type Ref } from 'vue';
import { askHowLong, endsAt, session, signInAgain } from './session.ts';

/** Seconds before the end from which on the reader is warned. */
export const WARNED_SECONDS = 60;
/** Whoever types without asking the service anything is at work: their session goes on. */
const EXTENDED_SECONDS = 300;
const ACTIVE_SECONDS = 60;

export type Step = 'wait' | 'extend' | 'warn' | 'end';

/** @param left - seconds until the session ends. @param idle - seconds since a key or pointer was last used. */
export function nextStep({ left, idle }: Readonly<{ left: number; idle: number }>): Step {
  if (left <= 0) return 'end';
  if (left <= EXTENDED_SECONDS && idle <= ACTIVE_SECONDS && left > WARNED_SECONDS) return 'extend';
  return left <= WARNED_SECONDS ? 'warn' : 'wait';
}

/** What of the time left is said. */
function toWarning(left: number | null): number | null {
  return left !== null && left > 0 && left <= WARNED_SECONDS ? left : null;
}

/**
 * Watches over the session while a component is there: one second after its end at the latest somebody must sign in again.
 *
 * @returns seconds left while the reader is to be warned, else null; and how they say that they are there.
 */
export function useSessionWatch(): Readonly<{ secondsLeft: Ref<number | null>; stay: () => void }> {
  const secondsLeft = ref<number | null>(null);
  let lastActiveAt = Date.now();
  let isAsking = false;
  const markActive = (): void => {
    lastActiveAt = Date.now();
  };
  const ask = async (isPassive: boolean): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    await askHowLong(isPassive);
    isAsking = false;
  };
  const leftNow = (): number | null => {
    const end = session.person.value === null || session.hasEnded.value ? null : endsAt();
    return end === null ? null : Math.ceil((end - Date.now()) / 1000);
  };
  const tick = async (): Promise<void> => {
    const left = leftNow();
    const idle = (Date.now() - lastActiveAt) / 1000;
    const step = left === null ? 'wait' : nextStep({ left, idle });
    const isNews = step === 'end' || (step === 'warn' && secondsLeft.value === null);
    if (step === 'extend' || isNews) await ask(step !== 'extend'); // another tab may have used it
    const truly = leftNow();
    secondsLeft.value = toWarning(truly);
    if (truly !== null && truly <= 0) void signInAgain();
  };
  const timer = window.setInterval(() => void tick(), 1000);
  window.addEventListener('keydown', markActive);
  window.addEventListener('pointerdown', markActive);
  onScopeDispose(() => {
    window.clearInterval(timer);
    window.removeEventListener('keydown', markActive);
    window.removeEventListener('pointerdown', markActive);
  });
  return { secondsLeft, stay: () => void ask(false) };
}
