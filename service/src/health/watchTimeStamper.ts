import type { Clock } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import { codeOf } from './jobRegister.ts';

/** How this process fared with its time-stamping authority. */
export interface TimeStampingHealth {
  readonly source: 'built-in' | 'external' | 'off';
  readonly lastOutcome: 'ok' | 'failed' | 'never';
  readonly lastAt: Date | null;
  readonly lastError: ErrorCode | null;
}

/** Notes how each stamp went. @returns the same authority, and what was noted. */
export function watchTimeStamper(
  inner: TimeStamper | null,
  { clock, source }: Readonly<{ clock: Clock; source: TimeStampingHealth['source'] }>,
): Readonly<{ timeStamper: TimeStamper | null; health: () => TimeStampingHealth }> {
  let last: TimeStampingHealth = { source, lastOutcome: 'never', lastAt: null, lastError: null };
  const note = (lastError: ErrorCode | null): void => {
    const lastOutcome = lastError === null ? 'ok' : 'failed';
    last = { source, lastOutcome, lastAt: clock.now(), lastError };
  };
  const health = (): TimeStampingHealth => last;
  if (inner === null) return { timeStamper: null, health };
  const { maxTokenBytes } = inner;
  const timeStamper: TimeStamper = {
    ...(maxTokenBytes === undefined ? {} : { maxTokenBytes }),
    async stamp(data, algorithm) {
      try {
        const token = await inner.stamp(data, algorithm);
        note(null);
        return token;
      } catch (error) {
        note(codeOf(error));
        throw error;
      }
    },
  };
  return { timeStamper, health };
}
