/** When nobody touches the screen any more, whoever stood there has gone. */

/** Seconds without a touch until everything is cleared. */
export const IDLE_SECONDS = 60;
/** The last of them are counted down where everybody sees it. */
export const COUNTDOWN_SECONDS = 15;

export interface Idle {
  /** Somebody is there. */
  touch(): void;
  /** Looks how long nobody has been; by itself it does so four times a second. */
  look(): void;
  stop(): void;
}

interface IdleListener {
  /** Seconds left; null: nobody has to be asked. */
  onLeft(seconds: number | null): void;
  onEnd(): void;
}

/** Counts from now on. @param now - milliseconds. */
export function startIdle(
  listener: IdleListener,
  now: () => number = () => performance.now(),
): Idle {
  let touchedAt = now();
  let isOver = false;
  const timer = setInterval(look, 250);
  function look(): void {
    if (isOver) return;
    const left = Math.ceil(IDLE_SECONDS - (now() - touchedAt) / 1000);
    listener.onLeft(left <= COUNTDOWN_SECONDS ? Math.max(0, left) : null);
    if (left > 0) return;
    stop();
    listener.onEnd();
  }
  function stop(): void {
    isOver = true;
    clearInterval(timer);
  }
  return {
    touch() {
      touchedAt = now();
      if (!isOver) listener.onLeft(null);
    },
    ...{ look, stop },
  };
}
