/** Certificates that an OFD brings along: help for building paths, trusted in nothing. */
import { ServiceError } from '../../errors.ts';
import { parseCertificates, type Certificate } from '../../pki/certificate.ts';
import type { OfdDocument, OfdPackage } from './readOfd.ts';
import { childOf, childrenOf, childText, type XmlElement } from './xml.ts';

const MAX_ATTACHED_CERTIFICATE_BYTES = 65_536;
const MAX_ATTACHMENTS = 4;

/** @returns those in the first four PEM attachments that can be read. */
export function readAttachedCertificates(
  ofd: OfdPackage,
  { rootPath }: OfdDocument,
): readonly Certificate[] {
  const location = childText(ofd.readXml(rootPath).root, 'Attachments');
  if (location === null) return [];
  const listPath = ofd.resolve(rootPath, location);
  if (!ofd.archive.entries.has(listPath)) return [];
  const pems = childrenOf(ofd.readXml(listPath).root, 'Attachment').filter(isPem);
  return pems.slice(0, MAX_ATTACHMENTS).flatMap((attachment) => {
    const path = ofd.resolve(listPath, childText(attachment, 'FileLoc') ?? '');
    const bytes = ofd.archive.entries.get(path)?.read();
    return bytes && bytes.length <= MAX_ATTACHED_CERTIFICATE_BYTES ? certificatesIn(bytes) : [];
  });
}

function isPem(attachment: XmlElement): boolean {
  return (
    attachment.attributes['Format']?.toLowerCase() === 'pem' &&
    childOf(attachment, 'FileLoc') !== null
  );
}

function certificatesIn(pem: Uint8Array): readonly Certificate[] {
  try {
    return parseCertificates(Buffer.from(pem).toString('latin1'));
  } catch (error) {
    if (error instanceof ServiceError) return [];
    throw error;
  }
}
