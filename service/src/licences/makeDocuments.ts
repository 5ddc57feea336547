import { canonicalBytes, type DocumentDigest, type DocumentFormat } from '@yinxin/chaincode/model';
import { prepareDocumentCode, type EncodedDocumentCode } from '../credentials/documentCode.ts';
import { sha256Hex } from '../documents/digest.ts';
import type { DocumentPress, PendingFiles } from '../documents/documentPress.ts';
import type { Drawing } from '../documents/drawing.ts';
import type { DocumentSignature, LicenceFilesOrder } from '../documents/licenceFiles.ts';
import { toDerSignature } from '../keys/signatureValue.ts';
import type { Signer } from '../keys/signer.ts';
import { stampIfInReach, tokenRoomFor } from '../pki/timeStamp/stampIfInReach.ts';
import type { TimeStamper, TimeStampState } from '../pki/timeStamp/timeStamper.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import type { IssuedFile, LicenceType, NewDraft, StatusPlace } from '../store/store.ts';
import { contentDigestOf, metadataOf, type CanonicalLicence } from './content.ts';

/** The seal an issue uses: the .esl file and its picture. */
export interface IssuingSeal {
  readonly esId: string;
  readonly file: Uint8Array;
  readonly picture: Drawing;
}

export interface DocumentOrder {
  readonly draft: NewDraft;
  readonly type: LicenceType;
  readonly content: CanonicalLicence;
  readonly issuedAt: Date;
  readonly status: StatusPlace;
  readonly seal: IssuingSeal;
  readonly signers: AuthoritySigners;
  readonly publicUrl: string;
  readonly intermediatesPem: string;
  readonly press: DocumentPress;
  readonly timeStamper: TimeStamper | null;
}

export interface MadeDocuments {
  readonly code: EncodedDocumentCode;
  /** In the order of the type's formats. */
  readonly files: readonly IssuedFile[];
  readonly documents: readonly DocumentDigest[];
  /** In the same order. */
  readonly timeStamps: readonly TimeStampState[];
  /** SHA-256 of each file's signature value, in the same order. */
  readonly signatureDigests: readonly string[];
}

/**
 * Makes everything a licence shows: code, page, sealed OFD, sealed PDF.
 *
 * @throws ServiceError `GLYPH_MISSING`, `LICENCE_FIELDS_INVALID` (text that no page holds), `KEY_UNFIT`.
 */
export async function makeDocuments(order: DocumentOrder): Promise<MadeDocuments> {
  const code = await makeCode(order);
  const pending = await order.press.prepare(filesOrder(order, code));
  const signatures = await signAll(order, pending);
  const files = await pending.complete(signatures);
  return {
    code,
    files: files.map(({ format, bytes }) => ({ format, bytes })),
    documents: files.map(({ digest }) => digest),
    timeStamps: signatures.map(({ state }) => state),
    signatureDigests: signatures.map(({ value }) => sha256Hex(toDerSignature(value))),
  };
}

interface StampedSignature extends DocumentSignature {
  readonly state: TimeStampState;
}

async function signAll(
  { type, signers, timeStamper }: DocumentOrder,
  pending: PendingFiles,
): Promise<readonly StampedSignature[]> {
  const maxBytes = { ofd: Infinity, pdf: tokenRoomFor(timeStamper) };
  try {
    return await Promise.all(
      type.formats.map(async (format, index) => {
        const signer = signerOf(signers, format);
        const value = await signer.sign(pending.toBeSigned[index] ?? new Uint8Array());
        const { token, state } = await stampIfInReach(timeStamper, toDerSignature(value), {
          algorithm: signer.algorithm,
          maxBytes: maxBytes[format],
        });
        return { value, timeStampToken: token, state };
      }),
    );
  } catch (error) {
    pending.discard();
    throw error;
  }
}

function signerOf(signers: AuthoritySigners, format: DocumentFormat): Signer {
  return format === 'ofd' ? signers.documentSignerSm2 : signers.documentSignerEs256;
}

function filesOrder(order: DocumentOrder, code: EncodedDocumentCode): LicenceFilesOrder {
  const { draft, type, content, signers } = order;
  const serial = serialOf(draft);
  return {
    layout: {
      type: { name: type.name, layout: type.layout, fields: type.fields },
      licence: {
        identifier: draft.identifier,
        serial,
        holder: { name: draft.holder.name, code: draft.holder.code },
        fields: draft.fields,
        issuer: { name: content.issuer.name },
        validFrom: draft.validFrom,
        validUntil: draft.validUntil,
        issuedOn: order.issuedAt,
      },
    },
    codeText: code.text,
    formats: type.formats,
    createdAt: order.issuedAt,
    metadata: metadataOf(content, serial),
    content: canonicalBytes(content),
    intermediatesPem: order.intermediatesPem,
    seal: order.seal,
    certificationPaths: {
      ofd: signers.documentSignerSm2.certificationPath,
      pdf: signers.documentSignerEs256.certificationPath,
    },
    timeStampReserveBytes: tokenRoomFor(order.timeStamper),
  };
}

async function makeCode(order: DocumentOrder): Promise<EncodedDocumentCode> {
  const { draft, content } = order;
  const signer = order.signers.codeSigner;
  const prepared = prepareDocumentCode({
    signer,
    publicUrl: order.publicUrl,
    issuer: draft.issuer,
    issuedAt: order.issuedAt,
    subject: {
      kind: 'licence',
      typeCode: draft.typeCode,
      serial: serialOf(draft),
      version: draft.version,
      contentDigest: contentDigestOf(content).slice(0, 32),
      holder: {
        name: draft.holder.name,
        kind: draft.holder.codeType === '001' ? 'organisation' : 'person',
      },
      validUntil: draft.validUntil,
      status: order.status,
    },
  });
  return prepared.complete(await signer.sign(prepared.toBeSigned));
}

function serialOf(draft: NewDraft): string {
  return draft.base.slice(draft.base.lastIndexOf('.') + 1);
}
