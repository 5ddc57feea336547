/** The signature dictionary with room for the CMS, and filling it in two phases (ISO 32000-1 §12.8.1). */
import { createHash } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { parseCertificate, type Certificate } from '../../pki/certificate.ts';
import {
  encodeCms,
  encodeSignatureValue,
  encodeSignedAttributes,
  maxSignatureValueBytes,
} from '../../pki/cms/cmsEncoding.ts';
import { formatDate, formatText } from './pdfObjects.ts';
import type { PdfSeal, PreparedPdfSignature } from './pdfSeal.ts';

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
  const reason = seal.reason === undefined ? '' : `/Reason${formatText(seal.reason)}`;
  return layOutDictionary(
    '/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached',
    `/M${formatDate(seal.signedAt)}/Name${formatText(seal.signerName)}${reason}`,
    contentsCapacity(seal),
  );
}

/**
 * Writes a dictionary with blanks.
 *
 * @param before - members before ByteRange, @param between - members between it and Contents.
 * @param capacity - bytes of the longest CMS.
 */
export function layOutDictionary(
  before: string,
  between: string,
  capacity: number,
): SignatureDictionary {
  const head = `<<${before}/ByteRange`;
  const middle = `${between}/Contents`;
  return {
    text: `${head}${' '.repeat(BYTE_RANGE_LENGTH)}${middle}<${'00'.repeat(capacity)}>>>`,
    byteRangeAt: head.length,
    contentsAt: head.length + BYTE_RANGE_LENGTH + middle.length,
    contentsLength: 2 + 2 * capacity,
  };
}

/** Bytes of the longest CMS that this seal can need. */
function contentsCapacity(seal: PdfSeal): number {
  const [leafDer = new Uint8Array()] = seal.certificationPath;
  const leaf = parseCertificate(leafDer);
  const { timeStampReserveBytes: tokenBytes = 0 } = seal;
  const longest = encodeCms({
    leaf,
    certificates: seal.certificationPath,
    signedAttributes: encodeSignedAttributes(new Uint8Array(32), leafDer),
    signatureValue: new Uint8Array(maxSignatureValueBytes(leaf)),
    timeStampToken: tokenBytes === 0 ? null : new Uint8Array(tokenBytes),
  });
  return longest.length;
}

/** A file whose byte range is filled and whose CMS is not. */
export interface OpenGap {
  /** What the byte range covers: all but the digits of Contents. */
  readonly covered: readonly [Uint8Array, Uint8Array];
  /** @returns the whole file with the CMS in its place. */
  fill(cms: Uint8Array): Uint8Array;
}

/**
 * Fills the byte range of a finished file.
 *
 * @param file - the whole file; its ByteRange is written in place.
 * @param at - offset of the signature dictionary in it.
 */
export function openGap(file: Buffer, at: number, dictionary: SignatureDictionary): OpenGap {
  const gapStart = at + dictionary.contentsAt;
  const gapEnd = gapStart + dictionary.contentsLength;
  file.write(formatByteRange(gapStart, gapEnd, file.length), at + dictionary.byteRangeAt, 'latin1');
  return {
    covered: [file.subarray(0, gapStart), file.subarray(gapEnd)],
    fill(cms) {
      if (2 * cms.length > dictionary.contentsLength - 2) {
        throw new ServiceError('INTERNAL', 'the CMS is longer than its place in the file');
      }
      const filled = new Uint8Array(file);
      Buffer.from(filled.buffer).write(Buffer.from(cms).toString('hex'), gapStart + 1, 'latin1');
      return filled;
    },
  };
}

/**
 * Fills the byte range of a finished file and computes what is to be signed.
 *
 * @param file - the whole file; its ByteRange is written in place.
 * @param at - offset of the signature dictionary in it.
 * @throws ServiceError `KEY_UNFIT` if the leaf certificate is neither for P-256 nor for RSA.
 */
export function prepareSignature(
  file: Buffer,
  at: number,
  dictionary: SignatureDictionary,
  seal: PdfSeal,
): PreparedPdfSignature {
  const [leafDer = new Uint8Array()] = seal.certificationPath;
  const leaf = parseCertificate(leafDer);
  requireFitKey(leaf);
  const gap = openGap(file, at, dictionary);
  const digest = createHash('sha256').update(gap.covered[0]).update(gap.covered[1]).digest();
  const signedAttributes = encodeSignedAttributes(digest, leafDer);
  return {
    toBeSigned: signedAttributes,
    certificates: seal.certificationPath,
    signatureValueOf: (signature) => encodeSignatureValue(leaf, signature),
    complete(signature, timeStampToken = null) {
      const cms = encodeCms({
        leaf,
        certificates: seal.certificationPath,
        signedAttributes,
        signatureValue: encodeSignatureValue(leaf, signature),
        timeStampToken,
      });
      return gap.fill(cms);
    },
  };
}

function requireFitKey({ publicKey }: Certificate): void {
  if (publicKey.algorithm !== 'ES256' && publicKey.algorithm !== 'RSA') {
    throw new ServiceError('KEY_UNFIT', 'a PDF is signed with a P-256 or RSA certificate only');
  }
}

function formatByteRange(gapStart: number, gapEnd: number, fileLength: number): string {
  const numbers = [gapStart, gapEnd, fileLength - gapEnd].map((number) =>
    String(number).padEnd(BYTE_RANGE_DIGITS),
  );
  return `[0 ${numbers.join(' ')}]`;
}
