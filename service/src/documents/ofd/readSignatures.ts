/** The seal signatures of an OFD, as far as each can be read. */
import { ServiceError } from '../../errors.ts';
import { parseSealSignature, type SealSignature } from '../../sealing/sealSignature.ts';
import {
  readSignatureDescription,
  type ListedSignature,
  type OfdDocument,
  type OfdPackage,
  type SignatureDescription,
} from './readOfd.ts';

/** One listed signature as far as it can be read. */
export interface ReadSignature {
  readonly document: OfdDocument;
  readonly listed: ListedSignature;
  readonly description: SignatureDescription | null;
  readonly value: SealSignature | null;
  /** Why it cannot be read. */
  readonly fault: string | null;
}

/** @returns one for each listed, in order; never throws for one that cannot be read. */
export function readSignatures(ofd: OfdPackage, document: OfdDocument): readonly ReadSignature[] {
  return document.signatures.map((listed): ReadSignature => {
    let description: SignatureDescription | null = null;
    try {
      description = readSignatureDescription(ofd, listed.path);
      const bytes = ofd.archive.entries.get(description.signedValuePath)?.read();
      if (!bytes)
        throw new ServiceError('DOCUMENT_MALFORMED', 'the signature value is missing or broken');
      return { document, listed, description, value: parseSealSignature(bytes), fault: null };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { document, listed, description, value: null, fault: error.message };
    }
  });
}
