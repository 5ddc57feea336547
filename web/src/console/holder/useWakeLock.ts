import { onBeforeUnmount, onMounted } from 'vue';

/** Keeps the screen awake while a component is there; browsers that cannot do so are left as they are. */
export function useWakeLock(): void {
  let lock: WakeLockSentinel | null = null;
  let isGone = false;

  async function acquire(): Promise<void> {
    if (document.visibilityState !== 'visible' || isGone) return;
    try {
      // undefined in older browsers, whatever the type says
      const locks = navigator.wakeLock as WakeLock | undefined;
      const mine = await locks?.request('screen');
      lock = mine ?? null;
      if (hasGone()) await release();
    } catch {
      lock = null; // battery saver
    }
  }

  /** A call, so that the compiler does not take the state of a moment ago for granted. */
  function hasGone(): boolean {
    return isGone;
  }
  async function release(): Promise<void> {
    await lock?.release().catch(() => undefined);
  }

  const onVisible = (): void => void acquire();
  onMounted(() => {
    void acquire();
    document.addEventListener('visibilitychange', onVisible);
  });
  onBeforeUnmount(() => {
    isGone = true;
    document.removeEventListener('visibilitychange', onVisible);
    void release();
  });
}
