/** What is attached to a copy must be what people read on its page. */
import { BAND_TITLE, bandLines, watermarkLines } from '../documents/copyText.ts';
import type { CopyRecord } from '../documents/copyRecord.ts';
import { readVisibleText } from '../documents/ofd/visibleText.ts';
import { ServiceError } from '../errors.ts';
import { failed, indeterminate, passed, type Check } from '../report.ts';
import { normalise } from './visible/compareText.ts';

/** A copy shows its watermark at least so often. */
const MIN_MARKS = 3;
const NAME = 'copy.page';

/** @param text - all that the page shows, as `normalise` writes it; null: nobody could read it. */
export function checkCopyPage(record: CopyRecord, text: string | null): Check {
  if (text === null) return indeterminate(NAME, 'FORMAT_FAILURE', 'the page could not be read');
  const isBanded = [BAND_TITLE, ...bandLines(record)].every((line) =>
    text.includes(normalise(line)),
  );
  const isMarked = watermarkLines(record).every(
    (line) => text.split(normalise(line)).length > MIN_MARKS,
  );
  return isBanded && isMarked
    ? passed(NAME, 'band and watermark say what is attached')
    : failed(NAME, 'METADATA_MISMATCH', 'band or watermark do not say what is attached');
}

/**
 * All text of an OFD's pages, as `normalise` writes it.
 *
 * @param bytes - attacker-controlled.
 * @returns null if it cannot be read.
 */
export function textOfOfd(bytes: Uint8Array): string | null {
  try {
    const runs = readVisibleText(bytes).flatMap((page) => page.runs);
    return runs.map(({ text }) => normalise(text)).join('');
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
