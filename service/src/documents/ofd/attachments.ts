/** Files that an OFD carries along (GB/T 33190 Attachments): listed and taken out, never opened. */
import { ServiceError } from '../../errors.ts';
import { readOfd, type OfdDocument, type OfdPackage } from './readOfd.ts';
import { readSignatures } from './readSignatures.ts';
import { childrenOf, childText, type XmlElement } from './xml.ts';

/** An entry of a document's list of attachments. */
export interface ListedAttachment {
  /** As the list names it; not fit to be a file name. */
  readonly name: string;
  /** As the list says, such as `xml`; empty if it does not. */
  readonly format: string;
  /** Path in the package. */
  readonly path: string;
  /** Bytes; null if the file is missing or broken. */
  readonly size: number | null;
  /** Whether the document wants it shown. */
  readonly isVisible: boolean;
  /** Whether a seal's digests name the file; whether they are right, verification tells. */
  readonly isCovered: boolean;
}

const MAX_ATTACHMENTS = 200;
const MAX_NAME_LENGTH = 200;

/**
 * Lists what the documents of a package carry, the first 200.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function listAttachments(bytes: Uint8Array): readonly ListedAttachment[] {
  const ofd = readOfd(bytes);
  const covered = new Set(
    ofd.documents
      .flatMap((document) => readSignatures(ofd, document))
      .flatMap(({ description }) => description?.references.map(({ path }) => path) ?? []),
  );
  return ofd.documents
    .flatMap((document) => attachmentsOf(ofd, document))
    .slice(0, MAX_ATTACHMENTS)
    .map(({ element, path }) => ({
      name: printable(element.attributes['Name'] ?? ''),
      format: printable(element.attributes['Format'] ?? ''),
      path,
      size: ofd.archive.entries.get(path)?.read()?.length ?? null,
      isVisible: element.attributes['Visible'] !== 'false',
      isCovered: covered.has(path),
    }));
}

/**
 * Takes one attachment out.
 *
 * @param bytes - attacker-controlled.
 * @param path - as listed.
 * @param maxBytes - a larger one is refused.
 * @throws ServiceError `DOCUMENT_MALFORMED`; `DOCUMENT_NOT_FOUND` if the list has no such file, or it is missing;
 * `REQUEST_TOO_LARGE`.
 */
export function extractAttachment(bytes: Uint8Array, path: string, maxBytes: number): Uint8Array {
  const ofd = readOfd(bytes);
  const isListed = ofd.documents
    .flatMap((document) => attachmentsOf(ofd, document))
    .some((attachment) => attachment.path === path);
  const content = isListed ? ofd.archive.entries.get(path)?.read() : null;
  if (!content) throw new ServiceError('DOCUMENT_NOT_FOUND', 'the document has no such attachment');
  if (content.length > maxBytes) {
    throw new ServiceError('REQUEST_TOO_LARGE', `the attachment has ${content.length} bytes`);
  }
  return new Uint8Array(content);
}

interface FoundAttachment {
  readonly element: XmlElement;
  readonly path: string;
}

/** @returns those of one document that name a file; none if the list is missing. */
export function attachmentsOf(
  ofd: OfdPackage,
  { rootPath }: OfdDocument,
): readonly FoundAttachment[] {
  const location = childText(ofd.readXml(rootPath).root, 'Attachments');
  const listPath = location === null || location === '' ? null : ofd.resolve(rootPath, location);
  if (listPath === null || !ofd.archive.entries.has(listPath)) return [];
  return childrenOf(ofd.readXml(listPath).root, 'Attachment').flatMap((element) => {
    const file = childText(element, 'FileLoc');
    return file === null || file === '' ? [] : [{ element, path: ofd.resolve(listPath, file) }];
  });
}

/** Without control characters and such as turn the direction of a line. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd').slice(0, MAX_NAME_LENGTH);
}
