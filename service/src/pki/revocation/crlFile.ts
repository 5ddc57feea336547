/** Files of revocation lists as CAs publish them: DER, or PEM (RFC 7468 §6) with one or several. */
import { malformed, readDer, TAG, walkChildren } from '../der.ts';
import { readCrl } from './crl.ts';

const BEGIN = '-----BEGIN X509 CRL-----';
const END = '-----END X509 CRL-----';
const MAX_CRLS = 4096;

/**
 * Takes the lists out of a file: PEM blocks, or DER lists one after another.
 *
 * @param bytes - attacker-controlled.
 * @returns each list's DER, in order; unreadable ones are left in, and say nothing.
 * @throws ServiceError `CERTIFICATE_MALFORMED` if no list in it can be read.
 */
export function readCrlFile(bytes: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const ders = text.includes(BEGIN) ? readPem(text.toString('latin1')) : readConcatenated(bytes);
  if (ders.length > MAX_CRLS || !ders.some((der) => readCrl(der) !== null)) {
    throw malformed('this is no file of revocation lists, or of too many');
  }
  return ders;
}

function readPem(pem: string): readonly Uint8Array[] {
  return pem
    .split(BEGIN)
    .slice(1)
    .map((block) => {
      const end = block.indexOf(END);
      const base64 = block.slice(0, Math.max(end, 0)).replace(/\s+/g, '');
      if (end === -1 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
        throw malformed('an X509 CRL block of a PEM text is not closed or not base64');
      }
      return new Uint8Array(Buffer.from(base64, 'base64'));
    });
}

function readConcatenated(bytes: Uint8Array): readonly Uint8Array[] {
  const all = { tag: TAG.sequence, content: bytes, bytes };
  return [...walkChildren(all)].map((list) => readDer(list.bytes, TAG.sequence).bytes);
}
