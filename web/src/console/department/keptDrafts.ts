/**
 * What somebody filled in and did not submit: in memory, nowhere else, as holders are named in it. So the browser asks before the
 * console is loaded anew, and the console before they sign out.
 */
import { askToLeave } from '../components/keepUnsaved.ts';
import { watchUnsaved } from '../components/unsaved.ts';
import { session } from '../session.ts';
import type { IssueDraft } from './issueForm.ts';
import { t } from './issueTexts.ts';

interface Kept {
  readonly typeCode: string;
  readonly draft: IssueDraft;
}

const kept = new Map<string, Kept>();
let owner: string | null = null;

watchUnsaved({ isChanged: () => own().size > 0, ask: () => askToLeave(t('leave')) });

/** Nobody finds what somebody else was writing. */
function own(): Map<string, Kept> {
  const person = session.person.value?.id ?? null;
  if (person !== owner) kept.clear();
  owner = person;
  return kept;
}

/** @param place - which form: `new`, or a mode and an identifier. */
export function keepDraft(place: string, draft: Kept): void {
  own().set(place, draft);
}

export function keptDraft(place: string): Kept | null {
  return own().get(place) ?? null;
}

export function dropDraft(place: string): void {
  own().delete(place);
}
