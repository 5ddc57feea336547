/** Compares what two pages say, however their texts are cut into pieces. */
import type { VisibleDocument } from '../../documents/visible/visiblePage.ts';

export interface TextDifferences {
  /** What the first shows and the second does not, as it stands there; at most twenty. */
  readonly added: readonly string[];
  /** How many pieces of the second the first does not show. */
  readonly missing: number;
}

const MAX_ADDED = 20;
/** Below this a page has no text to compare: a picture of a page. */
const MIN_CHARACTERS = 8;

/** @returns null if one of them shows no text. */
export function compareText(
  shown: VisibleDocument,
  expected: VisibleDocument,
): TextDifferences | null {
  const shownText = textOf(shown);
  const expectedText = textOf(expected);
  if (shownText.length < MIN_CHARACTERS || expectedText.length < MIN_CHARACTERS) return null;
  const added = runsOf(shown).filter((run) => !expectedText.includes(normalise(run)));
  const missing = runsOf(expected).filter((run) => !shownText.includes(normalise(run)));
  return { added: added.slice(0, MAX_ADDED), missing: missing.length };
}

/** All text of a document without white space, in compatibility form (half-width and full-width are one). */
export function textOf(document: VisibleDocument): string {
  return runsOf(document).map(normalise).join('');
}

export function normalise(text: string): string {
  return text.normalize('NFKC').replaceAll(/\s+/gu, '').toUpperCase();
}

function runsOf({ pages }: VisibleDocument): readonly string[] {
  return pages.flatMap(({ runs }) => runs).filter((run) => run.trim() !== '');
}
