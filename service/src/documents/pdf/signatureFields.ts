import { readFormFields } from './formFields.ts';
import type { PdfFile } from './pdfFile.ts';
import { asDictionary, type PdfDictionary } from './pdfValue.ts';

/** A signature field that has been signed. */
export interface SignedField {
  /** Fully qualified name (ISO 32000-1 §12.7.3.2). */
  readonly name: string;
  /** Object number of the field; null if it stands directly in another object. */
  readonly number: number | null;
  readonly field: PdfDictionary;
  /** Value of the field: the signature dictionary. */
  readonly signature: PdfDictionary;
}

/** A signature of the newest revision whose byte range was found in order. */
export interface LaterSignature {
  readonly field: SignedField;
  /** The signed revision is the file's first n bytes. */
  readonly signedLength: number;
}

/**
 * Finds the signed signature fields of the interactive form, in the order of its tree.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if the tree goes in circles or is too large.
 */
export function readSignedFields(file: PdfFile): readonly SignedField[] {
  return readFormFields(file).flatMap(({ kind, type, value, name, number, dictionary }) => {
    const signature = asDictionary(value);
    return kind === 'terminal' && type === 'Sig' && signature !== null
      ? [{ name, number, field: dictionary, signature }]
      : [];
  });
}
