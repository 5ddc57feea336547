import { catalogueOf, type PdfFile } from './pdfFile.ts';
import type { PdfAttachment } from './pdfContent.ts';
import { asDictionary, asName, isKind, stringText, type PdfValue } from './pdfValue.ts';

/**
 * Reads the first associated file of the document with relationship `Data` (ISO 32000-2 §14.13).
 *
 * @returns null if there is none.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be decoded.
 */
export function readAttachedFile(file: PdfFile): PdfAttachment | null {
  for (const item of file.itemsOf(catalogueOf(file).entries.get('AF'))) {
    const specification = asDictionary(file.resolve(item));
    const isData = asName(file.member(specification, 'AFRelationship')) === 'Data';
    const stream = file.member(file.dictionaryAt(specification, 'EF'), 'F');
    if (!isData || !isKind(stream, 'stream')) continue;
    return {
      name:
        textOf(file.member(specification, 'UF')) ?? textOf(file.member(specification, 'F')) ?? '',
      mediaType: asName(stream.dictionary.entries.get('Subtype')) ?? 'application/octet-stream',
      bytes: file.streamData(stream),
    };
  }
  return null;
}

function textOf(value: PdfValue): string | null {
  return isKind(value, 'string') ? stringText(value) : null;
}
