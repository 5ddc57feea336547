import { ServiceError } from '../../errors.ts';
import { catalogueOf, type PdfFile } from './pdfFile.ts';
import {
  asDictionary,
  asReference,
  isKind,
  type PdfDictionary,
  type PdfValue,
} from './pdfValue.ts';

/** What a document security store carries for lasting verification; DER, attacker-controlled. */
export interface ValidationData {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

export const NO_VALIDATION_DATA: ValidationData = Object.freeze({
  certificates: [],
  crls: [],
  ocspResponses: [],
});

const MAX_STREAMS = 200;

/** Reads the lists of the store and of its records; what cannot be read is left out. */
export function readValidationData(file: PdfFile): ValidationData {
  const store = file.dictionaryAt(catalogueOf(file), 'DSS');
  if (store === null) return NO_VALIDATION_DATA;
  const records = recordsOf(file, store);
  const list = (key: string, recordKey: string): readonly Uint8Array[] => {
    const items = [
      ...file.itemsOf(store.entries.get(key)),
      ...records.flatMap((record) => file.itemsOf(record.entries.get(recordKey))),
    ];
    return distinct(items)
      .slice(0, MAX_STREAMS)
      .flatMap((item) => {
        const stream = file.resolve(item);
        return isKind(stream, 'stream') ? readLeniently(() => file.streamData(stream)) : [];
      });
  };
  return {
    certificates: list('Certs', 'Cert'),
    crls: list('CRLs', 'CRL'),
    ocspResponses: list('OCSPs', 'OCSP'),
  };
}

/** What `VRI` holds: one record a signature. */
function recordsOf(file: PdfFile, store: PdfDictionary): readonly PdfDictionary[] {
  const records = [...(file.dictionaryAt(store, 'VRI')?.entries.values() ?? [])];
  return records
    .slice(0, MAX_STREAMS)
    .flatMap((record) => asDictionary(file.resolve(record)) ?? []);
}

/** Records refer to streams that the store's own lists name, too. */
function distinct(items: readonly PdfValue[]): readonly PdfValue[] {
  const byNumber = new Map<number, PdfValue>();
  for (const item of items) {
    const reference = asReference(item);
    if (reference !== null) byNumber.set(reference.number, reference);
  }
  return [...byNumber.values()];
}

function readLeniently(read: () => Uint8Array): readonly Uint8Array[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof ServiceError) return []; // less data proves less, never more
    throw error;
  }
}
