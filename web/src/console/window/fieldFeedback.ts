/** What is said below the field while something stands in it. */
import type { CounterEntry } from '../components/counterEntry.ts';

export interface FieldFeedback {
  readonly tone: 'soft' | 'right' | 'wrong';
  /** A member of the texts' `field`. */
  readonly sentence: CounterEntry['kind'] | 'identifierTyping' | 'identifierWrong';
}

/** Nothing that could be sent as it stands. */
const UNFIT: readonly CounterEntry['kind'][] = ['digits', 'foreign', 'windowCode'];

/** @param wasSubmitted - what is not whole is then wrong, not unfinished. */
export function fieldFeedback(entry: CounterEntry, wasSubmitted: boolean): FieldFeedback {
  if (entry.kind === 'empty') return { tone: 'soft', sentence: 'empty' };
  if (UNFIT.includes(entry.kind)) {
    return { tone: wasSubmitted ? 'wrong' : 'soft', sentence: entry.kind };
  }
  if (entry.kind !== 'identifier' || entry.isWhole) return { tone: 'right', sentence: entry.kind };
  const isWrong = wasSubmitted || entry.feedback.fault !== null;
  return isWrong
    ? { tone: 'wrong', sentence: 'identifierWrong' }
    : { tone: 'soft', sentence: 'identifierTyping' };
}
