import type { DocumentFormat } from '@yinxin/chaincode/model';
import { prepareDocumentCode, type EncodedDocumentCode } from '../credentials/documentCode.ts';
import { sha256Hex } from '../documents/digest.ts';
import type { QrItem } from '../documents/drawing.ts';
import { readOfd } from '../documents/ofd/readOfd.ts';
import { sealForeignOfd } from '../documents/ofd/sealForeignOfd.ts';
import { addLongTermData, type ValidationSource } from '../documents/pdf/longTermData.ts';
import type { PreparedPdfSignature } from '../documents/pdf/pdfSeal.ts';
import { signForeignPdf } from '../documents/pdf/signForeignPdf.ts';
import type { TextFinder } from '../documents/visible/visibleReader.ts';
import { ServiceError } from '../errors.ts';
import type { PdfSigner, Signer } from '../keys/signer.ts';
import { toDerSignature } from '../keys/signatureValue.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import { stampIfInReach, tokenRoomFor } from '../pki/timeStamp/stampIfInReach.ts';
import type { TimeStamper, TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import { createQrSymbol } from '../qrcode/segments.ts';
import type { UsableSeal } from '../sealing/issuingSeal.ts';
import { placeSeal, type PlacedSeal, type SealPlace } from './placeSeal.ts';

/**
 * `B`: without a time-stamp; `T`: with one where an authority is in reach; `LT`: a PDF then takes along what proves its
 * certificates later.
 */
export type SealingLevel = 'B' | 'T' | 'LT';

/** A document to be sealed, by whom and when. */
export interface SealFileOrder {
  readonly format: DocumentFormat;
  /** Attacker-controlled. */
  readonly bytes: Uint8Array;
  readonly place: SealPlace;
  readonly level: SealingLevel;
  /** The last seal: an OFD then takes no further one. */
  readonly isClosing: boolean;
  readonly seal: UsableSeal;
  readonly signers: AuthoritySigners;
  /** Signs a PDF. */
  readonly pdfSigner: PdfSigner | Signer;
  readonly signedAt: Date;
  /** Id of the act that will record it. */
  readonly actId: string;
  readonly publicUrl: string;
  readonly timeStamper: TimeStamper | null;
  readonly textFinder: TextFinder;
  readonly validationSource: ValidationSource;
}

export interface SealedFile {
  readonly bytes: Uint8Array;
  /** SHA-256 of the DER signature value, lower-case hex. */
  readonly signatureDigest: string;
  /** The code printed beside the seal; null: there is no room, or the pages are under earlier seals. */
  readonly code: EncodedDocumentCode | null;
  readonly timeStamp: TimeStampState;
}

const MODULE_MM = 0.4; // the least a printed code may have
const QUIET_MM = 4 * MODULE_MM; // ISO/IEC 18004 §6.3.8
const GAP_MM = 4;
const A4 = { widthMm: 210, heightMm: 297 };

/**
 * Seals a document's bytes: picture, code beside it, signature, time-stamp.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED`; `REQUEST_MALFORMED` (no such page or keyword, no room); `KEY_UNFIT`;
 * `RATE_LIMITED`.
 */
export async function sealFile(order: SealFileOrder): Promise<SealedFile> {
  const placed = await placeOf(order);
  return order.format === 'ofd' ? await sealOfd(order, placed) : await sealPdf(order, placed);
}

/** Whether a document could be sealed so; nothing is signed. @throws ServiceError as {@link sealFile}. */
export async function requireSealable(order: Preparation): Promise<void> {
  const placed = await placeOf(order);
  if (order.format === 'ofd') prepareOfd(order, placed, null);
  else preparePdf(order, placed, null);
}

/** What is known before anything is signed. */
type Preparation = Omit<SealFileOrder, 'actId' | 'publicUrl' | 'validationSource'>;

function placeOf(order: Preparation): Promise<PlacedSeal> {
  return placeSeal(order, order.seal.picture, order.place, order.textFinder);
}

async function sealOfd(order: SealFileOrder, placed: PlacedSeal): Promise<SealedFile> {
  const [document] = readOfd(order.bytes).documents;
  const isSealed = (document?.signatures.length ?? 0) > 0;
  const code = isSealed || !placed.isWhole ? null : await makeCode(order);
  const prepared = prepareOfd(order, placed, code);
  const value = await order.signers.documentSignerSm2.sign(prepared.toBeSigned);
  const der = toDerSignature(value);
  const { token, state } = await stampIfInReach(stamperOf(order), der, { algorithm: 'SM2' });
  return {
    bytes: prepared.complete(value, token ?? undefined),
    ...{ signatureDigest: sha256Hex(der), code, timeStamp: state },
  };
}

function prepareOfd(
  order: Preparation,
  placed: PlacedSeal,
  code: EncodedDocumentCode | null,
): ReturnType<typeof sealForeignOfd> {
  if (order.level === 'LT') {
    throw new ServiceError('REQUEST_MALFORMED', 'level LT is for PDFs: an OFD has no place for it');
  }
  const [leaf, ...others] = order.signers.documentSignerSm2.certificationPath;
  if (leaf === undefined) throw new ServiceError('KEY_UNFIT', 'signer has no certificate');
  return sealForeignOfd(order.bytes, {
    seal: order.seal.file,
    placements: placed.placements,
    signerCertificate: leaf,
    signedAt: order.signedAt,
    qr: code === null ? null : qrBeside(placed, code),
    certificates: others,
    closing: order.isClosing,
  });
}

async function sealPdf(order: SealFileOrder, placed: PlacedSeal): Promise<SealedFile> {
  const made = placed.isWhole ? await makeCode(order) : null;
  const { prepared, code } = preparePdfWithRoom(order, placed, made);
  const value = await order.pdfSigner.sign(prepared.toBeSigned);
  const signatureValue = prepared.signatureValueOf(value);
  const { token, state } = await stampIfInReach(stamperOf(order), signatureValue, {
    algorithm: 'ES256',
    maxBytes: tokenRoomFor(stamperOf(order)),
  });
  const bytes = prepared.complete(value, token);
  const isLasting = order.level === 'LT' && token !== null; // without a time nobody knows of when to prove what
  return {
    bytes: isLasting ? await addLongTermData(bytes, order.validationSource) : bytes,
    ...{ signatureDigest: sha256Hex(signatureValue), code, timeStamp: state },
  };
}

/** Where a page has no room for a code beside the seal, the seal stands alone. */
function preparePdfWithRoom(
  order: Preparation,
  placed: PlacedSeal,
  code: EncodedDocumentCode | null,
): Readonly<{ prepared: PreparedPdfSignature; code: EncodedDocumentCode | null }> {
  try {
    return { prepared: preparePdf(order, placed, code), code };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'REQUEST_MALFORMED') throw error;
    return { prepared: preparePdf(order, placed, null), code: null };
  }
}

function preparePdf(
  order: Preparation,
  placed: PlacedSeal,
  code: EncodedDocumentCode | null,
): PreparedPdfSignature {
  const [placement, ...further] = placed.placements;
  if (placement === undefined) throw new ServiceError('REQUEST_MALFORMED', 'a seal needs a place');
  return signForeignPdf(order.bytes, {
    picture: order.seal.picture,
    ...{ placement, further },
    certificationPath: order.pdfSigner.certificationPath,
    signedAt: order.signedAt,
    signerName: order.seal.holder.name,
    qr: code === null ? null : qrBeside(placed, code),
    timeStampReserveBytes: tokenRoomFor(stamperOf(order)),
  });
}

function stamperOf({ level, timeStamper }: Preparation): TimeStamper | null {
  return level === 'B' ? null : timeStamper;
}

async function makeCode(order: SealFileOrder): Promise<EncodedDocumentCode> {
  const signer = order.signers.codeSigner;
  const prepared = prepareDocumentCode({
    signer,
    publicUrl: order.publicUrl,
    issuer: order.seal.holder.creditCode,
    issuedAt: order.signedAt,
    subject: {
      kind: 'seal-signature',
      esId: order.seal.esId,
      format: order.format,
      actId: order.actId,
      contentDigest: sha256Hex(order.bytes).slice(0, 32),
      holder: { name: order.seal.holder.name, kind: 'organisation' },
    },
  });
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

/** To the right of the seal where the page has room, else to its left; not beyond the page's upper and lower edge. */
function qrBeside({ placements, page }: PlacedSeal, code: EncodedDocumentCode): QrItem {
  const [placement = { page: 1, xMm: 0, yMm: 0, widthMm: 0, heightMm: 0 }] = placements;
  const { modules } = createQrSymbol(code.text);
  const size = page ?? A4;
  const widthMm = modules.length * MODULE_MM;
  const rightMm = placement.xMm + placement.widthMm + GAP_MM;
  const hasRoom = rightMm + widthMm + GAP_MM <= size.widthMm;
  const yMm = placement.yMm + (placement.heightMm - widthMm) / 2;
  const lowestMm = page === null ? yMm : page.heightMm - QUIET_MM - widthMm;
  return {
    kind: 'qr',
    xMm: hasRoom ? rightMm : Math.max(GAP_MM, placement.xMm - GAP_MM - widthMm),
    yMm: Math.max(QUIET_MM, Math.min(yMm, lowestMm)),
    moduleMm: MODULE_MM,
    modules,
  };
}
