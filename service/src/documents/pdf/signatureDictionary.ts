/** The signature dictionary with room for the CMS, and filling it in two phases (ISO 32000-1 §12.8.1). */
import { createHash } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { toDerSignature } from '../../keys/signatureValue.ts';
import { parseCertificate } from '../../pki/certificate.ts';
import { encodeCms, encodeSignedAttributes } from '../../pki/cms/cmsEncoding.ts';
import { formatDate, formatText } from './pdfObjects.ts';
import type { PdfSeal, PreparedPdfSignature } from './pdfSeal.ts';

/** ECDSA on P-256: two integers of at most 33 bytes (RFC 3279 §2.2.3). */
const MAX_SIGNATURE_VALUE_BYTES = 72;
const BYTE_RANGE_DIGITS = 10;
const BYTE_RANGE_LENGTH = '[0   ]'.length + 3 * BYTE_RANGE_DIGITS;

/** A dictionary's text; offsets count from its first byte. */
export interface SignatureDictionary {
  readonly text: string;
  readonly byteRangeAt: number;
  /** Of the hexadecimal string, its `<` included. */
  readonly contentsAt: number;
  /** Of the hexadecimal string, both delimiters included. */
  readonly contentsLength: number;
}

/** Writes the dictionary with blanks in place of ByteRange and Contents. */
export function formatSignatureDictionary(seal: PdfSeal): SignatureDictionary {
  const contentsLength = 2 + 2 * contentsCapacity(seal);
  const before = '<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange';
  const reason = seal.reason === undefined ? '' : `/Reason${formatText(seal.reason)}`;
  const between =
    `/M${formatDate(seal.signedAt)}/Name${formatText(seal.signerName)}${reason}` + '/Contents';
  const text =
    before + ' '.repeat(BYTE_RANGE_LENGTH) + between + `<${'0'.repeat(contentsLength - 2)}>` + '>>';
  return {
    text,
    byteRangeAt: before.length,
    contentsAt: before.length + BYTE_RANGE_LENGTH + between.length,
    contentsLength,
  };
}

/** Bytes of the longest CMS that this seal can need. */
function contentsCapacity(seal: PdfSeal): number {
  const [leaf = new Uint8Array()] = seal.certificationPath;
  const longest = encodeCms({
    leaf: parseCertificate(leaf),
    certificates: seal.certificationPath,
    signedAttributes: encodeSignedAttributes(new Uint8Array(32), leaf),
    signatureValue: new Uint8Array(MAX_SIGNATURE_VALUE_BYTES),
    timeStampToken: null,
  });
  return longest.length + (seal.timeStampReserveBytes ?? 0);
}

/**
 * Fills the byte range of a finished file and computes what is to be signed.
 *
 * @param file - the whole file; its ByteRange is written in place.
 * @param at - offset of the signature dictionary in it.
 * @throws ServiceError `KEY_UNFIT` if the leaf certificate is not for P-256.
 */
export function prepareSignature(
  file: Buffer,
  at: number,
  dictionary: SignatureDictionary,
  seal: PdfSeal,
): PreparedPdfSignature {
  const [leafDer = new Uint8Array()] = seal.certificationPath;
  const leaf = parseCertificate(leafDer);
  if (leaf.publicKey.algorithm !== 'ES256') {
    throw new ServiceError('KEY_UNFIT', 'a PDF is signed with a P-256 certificate only');
  }
  const gapStart = at + dictionary.contentsAt;
  const gapEnd = gapStart + dictionary.contentsLength;
  file.write(formatByteRange(gapStart, gapEnd, file.length), at + dictionary.byteRangeAt, 'latin1');
  const digest = createHash('sha256')
    .update(file.subarray(0, gapStart))
    .update(file.subarray(gapEnd))
    .digest();
  const signedAttributes = encodeSignedAttributes(digest, leafDer);
  return {
    toBeSigned: signedAttributes,
    complete(signature, timeStampToken = null) {
      const cms = encodeCms({
        leaf,
        certificates: seal.certificationPath,
        signedAttributes,
        signatureValue: toDerSignature(signature),
        timeStampToken,
      });
      if (2 * cms.length > dictionary.contentsLength - 2) {
        throw new ServiceError('INTERNAL', 'the CMS is longer than its place in the file');
      }
      const sealed = new Uint8Array(file);
      Buffer.from(sealed.buffer).write(Buffer.from(cms).toString('hex'), gapStart + 1, 'latin1');
      return sealed;
    },
  };
}

function formatByteRange(gapStart: number, gapEnd: number, fileLength: number): string {
  const numbers = [gapStart, gapEnd, fileLength - gapEnd].map((number) =>
    String(number).padEnd(BYTE_RANGE_DIGITS),
  );
  return `[0 ${numbers.join(' ')}]`;
}
