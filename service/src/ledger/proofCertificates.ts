import { ServiceError } from '../errors.ts';
import { parseCertificate } from '../pki/certificate.ts';
import type { Certificate } from '../pki/certificate.ts';

/**
 * Reads the certificates of a path in a proof.
 *
 * @param path - DER in base64; attacker-controlled.
 * @returns null if one is malformed.
 */
export function readPath(path: readonly string[]): readonly Certificate[] | null {
  try {
    return path.map((text) => parseCertificate(Buffer.from(text, 'base64')));
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
