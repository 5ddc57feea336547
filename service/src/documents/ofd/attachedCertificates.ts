/** Certificates that an OFD brings along: help for building paths, trusted in nothing. */
import { ServiceError } from '../../errors.ts';
import { parseCertificates, type Certificate } from '../../pki/certificate.ts';
import { attachmentsOf } from './attachments.ts';
import type { OfdDocument, OfdPackage } from './readOfd.ts';

const MAX_ATTACHED_CERTIFICATE_BYTES = 65_536;
const MAX_ATTACHMENTS = 4;

/** @returns those in the first four PEM attachments that can be read. */
export function readAttachedCertificates(
  ofd: OfdPackage,
  document: OfdDocument,
): readonly Certificate[] {
  const pems = attachmentsOf(ofd, document).filter(
    ({ element }) => element.attributes['Format']?.toLowerCase() === 'pem',
  );
  return pems.slice(0, MAX_ATTACHMENTS).flatMap(({ path }) => {
    const bytes = ofd.archive.entries.get(path)?.read();
    return bytes && bytes.length <= MAX_ATTACHED_CERTIFICATE_BYTES ? certificatesIn(bytes) : [];
  });
}

function certificatesIn(pem: Uint8Array): readonly Certificate[] {
  try {
    return parseCertificates(Buffer.from(pem).toString('latin1'));
  } catch (error) {
    if (error instanceof ServiceError) return [];
    throw error;
  }
}
