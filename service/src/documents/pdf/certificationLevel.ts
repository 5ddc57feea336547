import { catalogueOf, type PdfFile } from './pdfFile.ts';
import { asArray, asDictionary, asName } from './pdfValue.ts';

/** @returns permission level of a certification signature: 1 none, 2 forms and signing, 3 annotations too; null if there is none. */
export function certificationLevel(file: PdfFile): 1 | 2 | 3 | null {
  const permissions = file.dictionaryAt(catalogueOf(file), 'Perms');
  const signature = permissions === null ? null : file.dictionaryAt(permissions, 'DocMDP');
  const references = signature === null ? null : file.resolve(signature.entries.get('Reference'));
  for (const item of asArray(references)?.items ?? []) {
    const reference = asDictionary(file.resolve(item));
    if (reference === null || asName(reference.entries.get('TransformMethod')) !== 'DocMDP')
      continue;
    const level = file.dictionaryAt(reference, 'TransformParams')?.entries.get('P');
    return level === 1 || level === 3 ? level : 2; // ISO 32000-1 table 254
  }
  return null;
}
