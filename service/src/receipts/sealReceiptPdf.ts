import type { ReceiptContent } from '../credentials/receipt.ts';
import { RECEIPT_ATTACHMENT } from '../credentials/receiptFile.ts';
import { digestOf, sha256Hex } from '../documents/digest.ts';
import type { Drawing, SealPlacement } from '../documents/drawing.ts';
import { signPdf } from '../documents/pdf/signPdf.ts';
import { toDerSignature } from '../keys/signatureValue.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import { stampIfInReach, tokenRoomFor } from '../pki/timeStamp/stampIfInReach.ts';
import type { TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import type { UsableSeal } from '../sealing/issuingSeal.ts';
import type { SealParts } from '../seals/parts.ts';
import { recordSealing } from '../seals/recordSealing.ts';
import { ulid } from '../ulid.ts';

/** A receipt's page that is to be sealed. */
export interface ReceiptSealing {
  readonly seal: UsableSeal;
  readonly laidOut: { readonly drawing: Drawing; readonly sealPlacement: SealPlacement };
  readonly content: ReceiptContent;
  /** Attached. */
  readonly file: Uint8Array;
  /** Account id of the clerk, who stands for the seal's use. */
  readonly requesterId: string;
}

/**
 * Writes and seals the PDF, and records that on the ledger (`seal.signDocument`).
 *
 * @returns id of the seal signature, under which the file is kept.
 * @throws ServiceError `SEAL_…`, `KEY_UNFIT`, `LEDGER_UNAVAILABLE`, `LEDGER_OUTCOME_UNKNOWN`; the contract's refusal.
 */
export async function sealReceiptPdf(
  parts: SealParts,
  order: ReceiptSealing,
): Promise<{ readonly id: string; readonly bytes: Uint8Array }> {
  const { esId, holder } = order.seal;
  const signers = await parts.signersOf(holder.creditCode);
  const signedAt = parts.clock.now();
  const people = {
    authority: holder.creditCode,
    maker: parts.store.holders.keyedHash('actor', order.requesterId),
  };
  const use = {
    ...{ esId, at: signedAt.toISOString(), licenceType: null },
    by: { ...people, keyId: signers.act.keyId },
  };
  const documentSigners = [signers.documentSignerSm2, signers.documentSignerEs256];
  return await parts.sealUses.use(use, documentSigners, async () => {
    const made = await signFile(parts, order, { signers, signedAt });
    const id = ulid(signedAt);
    await record(parts, order, { ...made, id, signers, people });
    return { id, bytes: made.bytes };
  });
}

interface SignedFile {
  readonly bytes: Uint8Array;
  /** SHA-256 of the DER signature value, lower-case hex. */
  readonly signatureDigest: string;
  readonly timeStamp: TimeStampState;
}

async function signFile(
  { timeStamper }: SealParts,
  { seal, laidOut, content, file }: ReceiptSealing,
  { signers, signedAt }: Readonly<{ signers: AuthoritySigners; signedAt: Date }>,
): Promise<SignedFile> {
  const { documentSignerEs256: signer } = signers;
  const room = tokenRoomFor(timeStamper);
  const prepared = signPdf(
    {
      pages: [laidOut.drawing],
      ...{ title: '免证明回执', identifier: content.id, author: content.issuer.name },
      createdAt: signedAt,
      attachment: { name: RECEIPT_ATTACHMENT, mediaType: 'application/json', bytes: file },
    },
    {
      ...{ picture: seal.picture, placement: laidOut.sealPlacement, signedAt },
      certificationPath: signer.certificationPath,
      signerName: seal.holder.name,
      timeStampReserveBytes: room,
    },
  );
  const value = await signer.sign(prepared.toBeSigned);
  const der = toDerSignature(value);
  const asked = { algorithm: 'ES256', maxBytes: room } as const;
  const { token, state: timeStamp } = await stampIfInReach(timeStamper, der, asked);
  const bytes = prepared.complete(value, token);
  return { bytes, signatureDigest: sha256Hex(der), timeStamp };
}

async function record(
  parts: SealParts,
  { seal: { esId }, requesterId }: ReceiptSealing,
  made: SignedFile &
    Readonly<{
      id: string;
      signers: AuthoritySigners;
      people: Readonly<{ authority: string; maker: string }>;
    }>,
): Promise<void> {
  const { id, bytes, signatureDigest, signers, people, timeStamp } = made;
  const format = 'pdf';
  await recordSealing(parts, {
    ...{ id, esId, format, bytes, signatureDigest, code: null, timeStamp },
    document: digestOf({ format, bytes }),
    ...{ by: requesterId, approvedBy: null, signer: signers.act, people },
  });
}
