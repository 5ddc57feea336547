import type { DocumentFormat } from '@yinxin/chaincode/model';
import { requireRoleIn, type Principal } from '../access.ts';
import { prepareDocumentCode, type EncodedDocumentCode } from '../credentials/documentCode.ts';
import { digestOf, formatOf, sha256Hex } from '../documents/digest.ts';
import type { QrItem, SealPlacement } from '../documents/drawing.ts';
import { sealForeignOfd } from '../documents/ofd/sealForeignOfd.ts';
import { signForeignPdf } from '../documents/pdf/signForeignPdf.ts';
import { ServiceError } from '../errors.ts';
import { toDerSignature } from '../keys/signatureValue.ts';
import { requireRecorded } from '../ledger/outcome.ts';
import { signAct, type ActPeople } from '../ledger/signAct.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import { stampIfInReach, tokenRoomFor } from '../pki/timeStamp/stampIfInReach.ts';
import type { TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import { createQrSymbol } from '../qrcode/segments.ts';
import type { UsableSeal } from '../sealing/issuingSeal.ts';
import type { SealSignature } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import type { SealParts } from './parts.ts';
import { settleSealAct } from './settle.ts';

export interface SealDocumentRequest {
  /** A person's own PDF or OFD; attacker-controlled. */
  readonly bytes: Uint8Array;
  readonly esId: string;
  /** From 1. */
  readonly page: number;
  /** Top left corner of the seal, millimetres from the page's top left. */
  readonly xMm: number;
  readonly yMm: number;
}

export interface SealedDocument {
  readonly signature: SealSignature;
  readonly bytes: Uint8Array;
}

const MODULE_MM = 0.4; // the least a printed code may have
const GAP_MM = 4;
const PAGE_WIDTH_MM = 210;

/**
 * Seals somebody's own document and prints its code beside the seal; the ledger records it by `seal.signDocument`.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED`, `SEAL_NOT_FOUND`, `NOT_AUTHORISED`, `SEAL_…`, `KEY_UNFIT`; the contract's
 * refusal.
 */
export async function sealDocument(
  parts: SealParts,
  principal: Principal,
  request: SealDocumentRequest,
): Promise<SealedDocument> {
  const format = formatOf(request.bytes);
  if (format === null) throw new ServiceError('DOCUMENT_MALFORMED', 'neither OFD nor PDF');
  const seal = await parts.openSeal(request.esId);
  const authority = seal.holder.creditCode;
  requireRoleIn(principal, authority, 'issuer');
  const signers = await parts.signersOf(authority);
  const signedAt = parts.clock.now();
  const id = ulid(signedAt);
  const people = {
    authority,
    maker: parts.store.holders.keyedHash('actor', principal.id),
  };
  const use = {
    esId: seal.esId,
    at: signedAt.toISOString(),
    by: { ...people, keyId: signers.act.keyId },
    licenceType: null,
  };
  const order = { request, format, seal, signers, signedAt, id, people, by: principal.id };
  const documentSigners = [signers.documentSignerSm2, signers.documentSignerEs256];
  return await parts.sealUses.use(use, documentSigners, () => sealAndRecord(parts, order));
}

async function sealAndRecord(parts: SealParts, order: Order): Promise<SealedDocument> {
  const { format, seal, signers, id, people } = order;
  const code = await makeCode(parts.publicUrl, order);
  const sealed = await SEALERS[format](parts, order, code);
  const document = digestOf({ format, bytes: sealed.bytes });
  const signatureDigest = sha256Hex(toDerSignature(sealed.signature));
  const act = await signAct(
    { clock: parts.clock, signer: signers.act, id },
    'seal.signDocument',
    { esId: seal.esId, format, document, signatureDigest, codeDigest: code.digest },
    people,
  );
  const signature = {
    ...{ id, esId: seal.esId, format, document, signatureDigest },
    codeText: code.text,
    sealedAt: new Date(act.act.at),
    by: order.by,
    approvedBy: null,
  };
  await parts.store.seals.stageSignature(signature, sealed.bytes, act);
  const outcome = await parts.recorder.record(act);
  await settleSealAct(parts.store, act, outcome);
  requireRecorded(outcome);
  return { signature: await requireSignature(parts, id), bytes: sealed.bytes };
}

/** @throws ServiceError `DOCUMENT_NOT_FOUND`. */
async function requireSignature(parts: SealParts, id: string): Promise<SealSignature> {
  const signature = await parts.store.seals.findSignature(id);
  if (signature === null) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `no seal signature ${id}`);
  }
  return signature;
}

interface Order {
  readonly request: SealDocumentRequest;
  readonly format: DocumentFormat;
  readonly seal: UsableSeal;
  readonly signers: AuthoritySigners;
  readonly signedAt: Date;
  readonly id: string;
  readonly people: ActPeople;
  /** Account id. */
  readonly by: string;
}

async function makeCode(publicUrl: string, order: Order): Promise<EncodedDocumentCode> {
  const signer = order.signers.codeSigner;
  const prepared = prepareDocumentCode({
    signer,
    publicUrl,
    issuer: order.seal.holder.creditCode,
    issuedAt: order.signedAt,
    subject: {
      kind: 'seal-signature',
      esId: order.seal.esId,
      format: order.format,
      actId: order.id,
      contentDigest: sha256Hex(order.request.bytes).slice(0, 32),
      holder: { name: order.seal.holder.name, kind: 'organisation' },
    },
  });
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

interface SealedBytes {
  readonly bytes: Uint8Array;
  /** r‖s, 64 bytes. */
  readonly signature: Uint8Array;
  readonly timeStamp: TimeStampState;
}

const SEALERS: Readonly<
  Record<
    DocumentFormat,
    (
      parts: Pick<SealParts, 'timeStamper'>,
      order: Order,
      code: EncodedDocumentCode,
    ) => Promise<SealedBytes>
  >
> = {
  async ofd({ timeStamper }, order, code) {
    const signer = order.signers.documentSignerSm2;
    const [leaf] = signer.certificationPath;
    if (leaf === undefined) throw new ServiceError('KEY_UNFIT', 'signer has no certificate');
    const placement = placementOf(order);
    const prepared = sealForeignOfd(order.request.bytes, {
      seal: order.seal.file,
      placements: [placement],
      signerCertificate: leaf,
      signedAt: order.signedAt,
      qr: qrBeside(placement, code),
      certificates: signer.certificationPath.slice(1),
    });
    const signature = await signer.sign(prepared.toBeSigned);
    const stamping = await stampIfInReach(timeStamper, toDerSignature(signature), {
      algorithm: 'SM2',
    });
    const bytes = prepared.complete(signature, stamping.token ?? undefined);
    return { bytes, signature, timeStamp: stamping.state };
  },
  async pdf({ timeStamper }, order, code) {
    const signer = order.signers.documentSignerEs256;
    const placement = placementOf(order);
    const prepared = signForeignPdf(order.request.bytes, {
      picture: order.seal.picture,
      placement,
      certificationPath: signer.certificationPath,
      signedAt: order.signedAt,
      signerName: order.seal.holder.name,
      qr: qrBeside(placement, code),
      timeStampReserveBytes: tokenRoomFor(timeStamper),
    });
    const signature = await signer.sign(prepared.toBeSigned);
    const stamping = await stampIfInReach(timeStamper, prepared.signatureValueOf(signature), {
      algorithm: 'ES256',
      maxBytes: tokenRoomFor(timeStamper),
    });
    const bytes = prepared.complete(signature, stamping.token);
    return { bytes, signature, timeStamp: stamping.state };
  },
};

function placementOf({ request, seal }: Order): SealPlacement {
  const { widthMm, heightMm } = seal.picture;
  return { page: request.page, xMm: request.xMm, yMm: request.yMm, widthMm, heightMm };
}

/** To the right of the seal where an A4 page has room, else to its left. */
function qrBeside(placement: SealPlacement, code: EncodedDocumentCode): QrItem {
  const { modules } = createQrSymbol(code.text);
  const widthMm = modules.length * MODULE_MM;
  const rightMm = placement.xMm + placement.widthMm + GAP_MM;
  const hasRoom = rightMm + widthMm + GAP_MM <= PAGE_WIDTH_MM;
  return {
    kind: 'qr',
    xMm: hasRoom ? rightMm : Math.max(GAP_MM, placement.xMm - GAP_MM - widthMm),
    yMm: placement.yMm + (placement.heightMm - widthMm) / 2,
    moduleMm: MODULE_MM,
    modules,
  };
}
