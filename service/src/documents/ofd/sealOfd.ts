import { ofdParts, SIGNATURES_PATH, xmlPart } from './ofdParts.ts';
import { prepareSignatureParts } from './signatureParts.ts';
import type { OfdContent } from './ofdContent.ts';
import type { OfdSeal, PreparedOfdSignature } from './ofdSeal.ts';
import { writeZip } from './writeZip.ts';

/**
 * Writes and seals an OFD in two phases. Everything in the package is protected, the list of signatures included.
 *
 * @throws ServiceError `GLYPH_MISSING` if the font lacks a character, `DOCUMENT_MALFORMED` if a placement names a page
 * that is not there.
 */
export function sealOfd(content: OfdContent, seal: OfdSeal): PreparedOfdSignature {
  const { parts, pageIds } = ofdParts(content, true);
  const signatures = xmlPart(
    SIGNATURES_PATH,
    `<ofd:Signatures xmlns:ofd="http://www.ofdspec.org/2016"><ofd:MaxSignId>1</ofd:MaxSignId>` +
      `<ofd:Signature ID="1" Type="Seal" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/></ofd:Signatures>`,
  );
  const prepared = prepareSignatureParts({
    protectedParts: [...parts, signatures],
    folder: 'Doc_0/Signs/Sign_0',
    stampIds: seal.placements.map((_, index) => index + 1),
    pageIds,
    seal,
  });
  return {
    toBeSigned: prepared.toBeSigned,
    complete: (signature, timeStampToken) =>
      writeZip([...parts, signatures, ...prepared.complete(signature, timeStampToken)]),
  };
}
