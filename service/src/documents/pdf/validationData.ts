import { ServiceError } from '../../errors.ts';
import { catalogueOf, type PdfFile } from './pdfFile.ts';
import { asArray, isKind } from './pdfValue.ts';

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

/** Reads the store's own lists; what cannot be read is left out. */
export function readValidationData(file: PdfFile): ValidationData {
  const store = file.dictionaryAt(catalogueOf(file), 'DSS');
  if (store === null) return NO_VALIDATION_DATA;
  const list = (key: string): readonly Uint8Array[] => {
    const items = asArray(file.resolve(store.entries.get(key)))?.items ?? [];
    return items.slice(0, MAX_STREAMS).flatMap((item) => {
      const stream = file.resolve(item);
      return isKind(stream, 'stream') ? readLeniently(() => file.streamData(stream)) : [];
    });
  };
  return { certificates: list('Certs'), crls: list('CRLs'), ocspResponses: list('OCSPs') };
}

function readLeniently(read: () => Uint8Array): readonly Uint8Array[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof ServiceError) return []; // less data proves less, never more
    throw error;
  }
}
