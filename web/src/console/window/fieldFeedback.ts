/** What is said below the field while something stands in it. */
import type { CounterEntry } from '../components/counterEntry.ts';

export interface FieldFeedback {
  readonly tone: 'soft' | 'right' | 'wrong';
  /** A member of the texts' `field`. */
  readonly sentence: CounterEntry['kind'] | 'identifierTyping' | 'identifierWrong';
}

/** @param wasSubmitted - what is not whole is then wrong, not unfinished. */
export function fieldFeedback(entry: CounterEntry, wasSubmitted: boolean): FieldFeedback {
  const unfinished = wasSubmitted ? 'wrong' : 'soft';
  switch (entry.kind) {
    case 'empty':
      return { tone: 'soft', sentence: 'empty' };
    case 'digits':
    case 'foreign':
    case 'windowCode':
      return { tone: unfinished, sentence: entry.kind };
    case 'identifier': {
      if (entry.isWhole) return { tone: 'right', sentence: 'identifier' };
      const isWrong = wasSubmitted || entry.feedback.fault !== null;
      return isWrong
        ? { tone: 'wrong', sentence: 'identifierWrong' }
        : { tone: 'soft', sentence: 'identifierTyping' };
    }
    case 'document':
    case 'receipt':
    case 'presentation':
    case 'spoken':
    case 'case':
      return { tone: 'right', sentence: entry.kind };
  }
}
