import type { Clock } from '../clock.ts';
import type { Drawing } from '../documents/drawing.ts';
import { signForeignPdf } from '../documents/pdf/signForeignPdf.ts';
import type { TextFinder } from '../documents/visible/visibleReader.ts';
import { ServiceError } from '../errors.ts';
import type { PdfSigner } from '../keys/signer.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { stampIfInReach, tokenRoomFor } from '../pki/timeStamp/stampIfInReach.ts';
import type { TimeStamper, TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import { drawTypedName } from '../sealing/handwriting.ts';
import { drawSealPicture } from '../sealing/sealPicture.ts';
import { placeSeal, type SealPlace } from './placeSeal.ts';
import { requireFormat } from './sealDocument.ts';

/** A PDF to be sealed without a service, a ledger or a seal: by a key of one's own. */
export interface LocalSealing {
  /** Attacker-controlled. */
  readonly bytes: Uint8Array;
  readonly place: SealPlace;
  readonly signer: PdfSigner;
  readonly clock: Clock;
  /** Null: baseline B. */
  readonly timeStamper: TimeStamper | null;
  readonly textFinder: TextFinder;
}

/**
 * Seals a PDF (PAdES baseline B, or T with a time-stamp): a round picture with the organisation's name from the certificate,
 * or the name of a person.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED`; `REQUEST_MALFORMED` (no such page, no room; an OFD, which only a seal seals);
 * `GLYPH_MISSING`, `KEY_UNFIT`.
 */
export async function sealLocally(
  sealing: LocalSealing,
): Promise<{ readonly bytes: Uint8Array; readonly timeStamp: TimeStampState }> {
  const { bytes, place, signer, clock, timeStamper, textFinder } = sealing;
  if (requireFormat(bytes) === 'ofd') {
    throw new ServiceError('REQUEST_MALFORMED', 'an OFD needs a seal, which a PKCS#12 file is not');
  }
  const [leaf = new Uint8Array()] = signer.certificationPath;
  const { organisation, commonName } = parseCertificate(leaf).subject;
  const name = organisation ?? commonName ?? '';
  const picture = pictureOf(name, organisation !== null);
  const { placements } = await placeSeal({ format: 'pdf', bytes }, picture, place, textFinder);
  const [placement, ...further] = placements;
  if (placement === undefined) throw new ServiceError('REQUEST_MALFORMED', 'a seal needs a place');
  const prepared = signForeignPdf(bytes, {
    ...{ picture, placement, further, signedAt: clock.now(), signerName: name, qr: null },
    certificationPath: signer.certificationPath,
    timeStampReserveBytes: tokenRoomFor(timeStamper),
  });
  const value = await signer.sign(prepared.toBeSigned);
  const { token, state } = await stampIfInReach(timeStamper, prepared.signatureValueOf(value), {
    ...{ algorithm: 'ES256', maxBytes: tokenRoomFor(timeStamper) },
  });
  return { bytes: prepared.complete(value, token), timeStamp: state };
}

function pictureOf(name: string, isOrganisation: boolean): Drawing {
  return isOrganisation ? drawSealPicture({ name }) : drawTypedName(name);
}
