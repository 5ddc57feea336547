import { catalogueOf, type PdfFile } from './pdfFile.ts';
import type { PdfAttachment } from './pdfContent.ts';
import { asArray, asDictionary, asName, isKind, stringText } from './pdfValue.ts';

/**
 * Reads the first associated file of the document with relationship `Data` (ISO 32000-2 §14.13).
 *
 * @returns null if there is none.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be decoded.
 */
export function readAttachedFile(file: PdfFile): PdfAttachment | null {
  const associated = asArray(file.resolve(catalogueOf(file).entries.get('AF')));
  for (const item of associated?.items ?? []) {
    const specification = asDictionary(file.resolve(item));
    const isData = asName(file.resolve(specification?.entries.get('AFRelationship'))) === 'Data';
    const embedded = specification === null ? null : file.dictionaryAt(specification, 'EF');
    const stream = file.resolve(embedded?.entries.get('F'));
    if (!isData || !isKind(stream, 'stream')) continue;
    const name = file.resolve(specification?.entries.get('UF') ?? specification?.entries.get('F'));
    return {
      name: isKind(name, 'string') ? stringText(name) : '',
      mediaType: asName(stream.dictionary.entries.get('Subtype')) ?? 'application/octet-stream',
      bytes: file.streamData(stream),
    };
  }
  return null;
}
