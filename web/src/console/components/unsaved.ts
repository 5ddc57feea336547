/** What was typed and is not saved, wherever it stands: asked for before the console is left. */
import { session } from '../session.ts';

export interface Unsaved {
  readonly isChanged: () => boolean;
  /** Asks whether it may be lost. */
  readonly ask: () => Promise<boolean>;
}

const places = new Set<Unsaved>();

/** @returns ends the watch. */
export function watchUnsaved(place: Unsaved): () => void {
  places.add(place);
  return () => void places.delete(place);
}

/** Whether whoever works here may leave for good, by signing out: whatever would be lost was asked for. */
export async function mayLeave(): Promise<boolean> {
  for (const place of places) {
    if (place.isChanged() && !(await place.ask())) return false;
  }
  return true;
}

/** Reloading and closing the tab: the browser asks. Not after the session's end, when somebody else may take over the screen. */
addEventListener('beforeunload', (event) => {
  const isAtWork = session.person.value !== null && !session.hasEnded.value;
  if (isAtWork && [...places].some(({ isChanged }) => isChanged())) event.preventDefault();
});
