/** Time-stamps for files that came without one. */
import type { DocumentFormat } from '@yinxin/chaincode/model';
import { ServiceError } from '../errors.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import { sha256Hex } from './digest.ts';
import { addSealTimeStamp } from './ofd/addSealTimeStamp.ts';
import { readOfd } from './ofd/readOfd.ts';
import { readSignatures } from './ofd/readSignatures.ts';
import { prepareDocumentTimeStamp } from './pdf/documentTimeStamp.ts';

export interface StampOrder {
  readonly format: DocumentFormat;
  /** As released. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the signature value to stamp, lower-case hex; null: the file has one signature. Asked for OFDs only. */
  readonly signatureDigest: string | null;
}

/**
 * Stamps a released file: a PDF by a document time-stamp behind its bytes, an OFD inside its seal signature.
 *
 * @returns the whole new file.
 * @throws ServiceError `TSA_UNAVAILABLE`; `DOCUMENT_MALFORMED` if the file takes no time-stamp.
 */
export async function stampLater(
  timeStamper: TimeStamper,
  { format, bytes, signatureDigest }: StampOrder,
): Promise<Uint8Array> {
  if (format === 'pdf') {
    const prepared = prepareDocumentTimeStamp(bytes, timeStamper.maxTokenBytes);
    return prepared.complete(await timeStamper.stamp(prepared.toBeStamped, 'ES256'));
  }
  const ofd = readOfd(bytes);
  const values = ofd.documents
    .flatMap((document) => readSignatures(ofd, document))
    .map(({ value }) => value?.signatureValue ?? null);
  const index = values.findIndex(
    (value) => value !== null && (signatureDigest === null || sha256Hex(value) === signatureDigest),
  );
  const value = values[index];
  if (value == null) throw new ServiceError('DOCUMENT_MALFORMED', 'the OFD has no such signature');
  return addSealTimeStamp(bytes, index, await timeStamper.stamp(value, 'SM2'));
}
