import type { DocumentFormat } from '@yinxin/chaincode/model';
import { requireRoleIn, type Principal } from '../access.ts';
import { digestOf, formatOf } from '../documents/digest.ts';
import { ServiceError } from '../errors.ts';
import type { PdfSigner, Signer } from '../keys/signer.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import type { TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import type { UsableSeal } from '../sealing/issuingSeal.ts';
import type { SealSignature, WishApproval } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import type { SealParts } from './parts.ts';
import { pdfSignerOf } from './pdfSigner.ts';
import type { SealPlace } from './placeSeal.ts';
import { recordSealing } from './recordSealing.ts';
import { sealFile, type SealingLevel } from './sealFile.ts';

/** How a document is to be sealed. */
export interface SealingManner extends SealPlace {
  readonly level: SealingLevel;
  /** The last seal: an OFD then takes no further one. */
  readonly isClosing: boolean;
}

/** A point on a page, or any {@link SealingManner}. */
export type SealDocumentRequest = {
  /** A person's own PDF or OFD; attacker-controlled. */
  readonly bytes: Uint8Array;
  readonly esId: string;
} & (
  | {
      /** From 1. */
      readonly page: number;
      /** Top left corner of the seal, millimetres from the page's top left. */
      readonly xMm: number;
      readonly yMm: number;
    }
  | { readonly manner: SealingManner }
);

export interface SealedDocument {
  readonly signature: SealSignature;
  readonly bytes: Uint8Array;
  readonly timeStamp: TimeStampState;
}

/** A document to be sealed, and the people (account ids) who stand for it. */
export interface SealingOrder {
  readonly bytes: Uint8Array;
  readonly esId: string;
  readonly manner: SealingManner;
  readonly makerId: string;
  readonly approverId: string | null;
  /** Of the sealing request that waited for it; absent: none did. */
  readonly approval?: WishApproval;
}

/**
 * Seals somebody's own document and prints its code beside the seal; the ledger records it by `seal.signDocument`.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED`, `SEAL_NOT_FOUND`, `NOT_AUTHORISED`, `SEAL_…`, `KEY_UNFIT`; `REQUEST_MALFORMED`
 * (no such page or keyword, no room); the contract's refusal.
 */
export async function sealDocument(
  parts: SealParts,
  principal: Principal,
  request: SealDocumentRequest,
): Promise<SealedDocument> {
  requireFormat(request.bytes);
  const { holder } = await parts.openSeal(request.esId);
  requireRoleIn(principal, holder.creditCode, 'issuer');
  return await sealAsOrdered(parts, {
    ...{ bytes: request.bytes, esId: request.esId, manner: mannerOf(request) },
    ...{ makerId: principal.id, approverId: null },
  });
}

/** Seals as ordered; rights of people are the caller's to ask. @throws ServiceError as {@link sealDocument}. */
export async function sealAsOrdered(
  parts: SealParts,
  order: SealingOrder,
): Promise<SealedDocument> {
  const format = requireFormat(order.bytes);
  const seal = await parts.openSeal(order.esId);
  const signers = await parts.signersOf(seal.holder.creditCode);
  const owner = { esId: seal.esId, creditCode: seal.holder.creditCode };
  const pdfSigner =
    format === 'pdf' ? await pdfSignerOf(parts, owner, signers) : signers.documentSignerEs256;
  const signedAt = parts.clock.now();
  const people = peopleOf(parts, seal, order);
  const use = {
    esId: seal.esId,
    at: signedAt.toISOString(),
    by: { ...people, keyId: signers.act.keyId },
    licenceType: null,
  };
  const documentSigners = [signers.documentSignerSm2, signers.documentSignerEs256];
  return await parts.sealUses.use(use, documentSigners, () =>
    sealAndRecord(parts, { ...order, format, seal, signers, pdfSigner, signedAt, people }),
  );
}

/** @throws ServiceError `DOCUMENT_MALFORMED` for what is neither OFD nor PDF. */
export function requireFormat(bytes: Uint8Array): DocumentFormat {
  const format = formatOf(bytes);
  if (format === null) throw new ServiceError('DOCUMENT_MALFORMED', 'neither OFD nor PDF');
  return format;
}

function mannerOf(request: SealDocumentRequest): SealingManner {
  if ('manner' in request) return request.manner;
  const { page, xMm, yMm } = request;
  return {
    at: { kind: 'point', page, xMm, yMm },
    ...{ straddle: null, level: 'T', isClosing: false },
  };
}

interface People {
  readonly authority: string;
  readonly maker: string;
  readonly approver?: string;
}

function peopleOf(
  { store }: SealParts,
  seal: UsableSeal,
  { makerId, approverId }: Pick<SealingOrder, 'makerId' | 'approverId'>,
): People {
  const hash = (id: string): string => store.holders.keyedHash('actor', id);
  return {
    authority: seal.holder.creditCode,
    maker: hash(makerId),
    ...(approverId === null ? {} : { approver: hash(approverId) }),
  };
}

async function sealAndRecord(
  parts: SealParts,
  order: SealingOrder &
    Readonly<{
      format: DocumentFormat;
      seal: UsableSeal;
      signers: AuthoritySigners;
      pdfSigner: PdfSigner | Signer;
      signedAt: Date;
      people: People;
    }>,
): Promise<SealedDocument> {
  const { format, seal, signers, pdfSigner, signedAt, people, manner } = order;
  const id = ulid(signedAt);
  const { publicUrl, timeStamper, textFinder, validationSource } = parts;
  const sealed = await sealFile({
    ...{ format, seal, signers, pdfSigner, signedAt, bytes: order.bytes, place: manner, actId: id },
    ...{ level: manner.level, isClosing: manner.isClosing, publicUrl },
    ...{ timeStamper, textFinder, validationSource },
  });
  const { bytes, signatureDigest, code, timeStamp } = sealed;
  await recordSealing(parts, {
    ...{ id, esId: seal.esId, format, bytes, signatureDigest, code, timeStamp },
    document: digestOf({ format, bytes }),
    ...{ by: order.makerId, approvedBy: order.approverId, approval: order.approval },
    ...{ signer: signers.act, people },
  });
  return { signature: await requireSignature(parts, id), bytes, timeStamp };
}

/** @throws ServiceError `DOCUMENT_NOT_FOUND`. */
async function requireSignature(parts: SealParts, id: string): Promise<SealSignature> {
  const signature = await parts.store.seals.findSignature(id);
  if (signature === null) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `no seal signature ${id}`);
  }
  return signature;
}
