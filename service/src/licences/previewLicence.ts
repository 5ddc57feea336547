import type { Principal } from '../access.ts';
import { previewOfd, type PreviewRequest } from '../documents/ofd/previewOfd.ts';
import { licenceFile } from './licenceDocuments.ts';
import type { LicenceParts } from './parts.ts';

/**
 * Draws a page of a licence's released OFD, its seal included.
 *
 * @throws ServiceError `LICENCE_NOT_FOUND`, `DOCUMENT_NOT_FOUND` (not issued, not as OFD, erased, or no such page).
 */
export async function previewLicence(
  parts: Pick<LicenceParts, 'store'>,
  principal: Principal,
  identifier: string,
  request: PreviewRequest,
): Promise<Uint8Array> {
  return await previewOfd(await licenceFile(parts, principal, identifier, 'ofd'), request);
}
