import type { Subject } from './api.ts';
import { readEntry, type Entry } from './entry.ts';
import type { IdentifierFault, IdentifierPart } from './identifier.ts';

/** What is said below the field; `sentence` is a member of the messages' `entry`. */
export interface EntryFeedback {
  readonly tone: 'neutral' | 'right' | 'wrong';
  readonly sentence:
    | 'hint'
    | 'empty'
    | 'code'
    | 'presentation'
    | 'foreign'
    | 'right'
    | `typing.${IdentifierPart}`
    | `fault.${IdentifierFault}`;
}

/**
 * Says how far an entry is right.
 *
 * @param wasSubmitted - what is not complete is then wrong, not unfinished.
 */
export function describeEntry(entry: Entry, wasSubmitted: boolean): EntryFeedback {
  switch (entry.kind) {
    case 'empty':
      return wasSubmitted
        ? { tone: 'wrong', sentence: 'empty' }
        : { tone: 'neutral', sentence: 'hint' };
    case 'code':
      return { tone: 'right', sentence: 'code' };
    case 'presentation':
    case 'foreign':
      return { tone: 'wrong', sentence: entry.kind };
    case 'identifier': {
      const { fault, next } = entry.feedback;
      if (fault !== null) return { tone: 'wrong', sentence: `fault.${fault}` };
      if (next === null) return { tone: 'right', sentence: 'right' };
      return { tone: wasSubmitted ? 'wrong' : 'neutral', sentence: `typing.${next}` };
    }
  }
}

/** What an entry asks to verify; null while it is not complete or not for this page. */
export function toSubject(entry: Entry): Subject | null {
  if (entry.kind === 'code') return { kind: 'code', code: entry.code };
  if (entry.kind !== 'identifier') return null;
  const { identifier, fault, next } = entry.feedback;
  return fault === null && next === null ? { kind: 'identifier', identifier } : null;
}

/** The first of the texts in a picture that can be verified. */
export function findCode(texts: readonly string[]): Subject | null {
  return texts.map((text) => toSubject(readEntry(text))).find((one) => one !== null) ?? null;
}
