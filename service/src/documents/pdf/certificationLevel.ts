import { catalogueOf, type PdfFile } from './pdfFile.ts';
import { asDictionary, asName } from './pdfValue.ts';

/**
 * Reads what a certification signature permits (ISO 32000-1 §12.8.2.2).
 *
 * @returns 1 no change, 2 forms and signing, 3 annotations too; null if the document is not certified.
 */
export function certificationLevel(file: PdfFile): 1 | 2 | 3 | null {
  const permissions = file.dictionaryAt(catalogueOf(file), 'Perms');
  const signature = file.dictionaryAt(permissions, 'DocMDP');
  for (const item of file.itemsOf(signature?.entries.get('Reference'))) {
    const reference = asDictionary(file.resolve(item));
    if (asName(file.member(reference, 'TransformMethod')) !== 'DocMDP') continue;
    const level = file.member(file.dictionaryAt(reference, 'TransformParams'), 'P');
    return level === 1 || level === 3 ? level : 2; // table 254: the default
  }
  return null;
}
