import { canonicalBytes, type DocumentDigest, type DocumentFormat } from '@yinxin/chaincode/model';
import { prepareDocumentCode, type EncodedDocumentCode } from '../credentials/documentCode.ts';
import { digestOf, sha256Hex } from '../documents/digest.ts';
import type { Drawing, SealPlacement } from '../documents/drawing.ts';
import { layoutLicence } from '../documents/layout.ts';
import { sealOfd } from '../documents/ofd/sealOfd.ts';
import { signPdf } from '../documents/pdf/signPdf.ts';
import { toDerSignature } from '../keys/signatureValue.ts';
import type { AuthoritySigners } from '../pki/cityPki.ts';
import { createQrSymbol } from '../qrcode/segments.ts';
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
}

export interface MadeDocuments {
  readonly code: EncodedDocumentCode;
  /** In the order of the type's formats. */
  readonly files: readonly IssuedFile[];
  readonly documents: readonly DocumentDigest[];
  /** SHA-256 of each file's signature value, in the same order. */
  readonly signatureDigests: readonly string[];
}

/** A sealed file with the digest of its signature value. */
interface SealedFile extends IssuedFile {
  readonly signatureDigest: string;
}

/**
 * Makes everything a licence shows: code, page, sealed OFD, sealed PDF.
 *
 * @throws ServiceError `GLYPH_MISSING`, `LICENCE_FIELDS_INVALID` (text that no page holds), `KEY_UNFIT`.
 */
export async function makeDocuments(order: DocumentOrder): Promise<MadeDocuments> {
  const code = await makeCode(order);
  const { drawing, sealPlacement } = layoutLicence({
    type: { name: order.type.name, layout: order.type.layout, fields: order.type.fields },
    licence: {
      identifier: order.draft.identifier,
      serial: serialOf(order.draft),
      holder: order.draft.holder,
      fields: order.draft.fields,
      issuer: { name: order.content.issuer.name },
      validFrom: order.draft.validFrom,
      validUntil: order.draft.validUntil,
      issuedOn: order.issuedAt,
    },
    qrModules: createQrSymbol(code.text).modules,
  });
  const files: SealedFile[] = [];
  for (const format of order.type.formats) {
    files.push(await SEALED[format](order, drawing, sealPlacement));
  }
  return {
    code,
    files: files.map(({ format, bytes }) => ({ format, bytes })),
    documents: files.map(digestOf),
    signatureDigests: files.map((file) => file.signatureDigest),
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

type Sealer = (
  order: DocumentOrder,
  drawing: Drawing,
  placement: SealPlacement,
) => Promise<SealedFile>;

const SEALED: Readonly<Record<DocumentFormat, Sealer>> = {
  async ofd(order, drawing, placement) {
    const signer = order.signers.documentSignerSm2;
    const [leaf] = signer.certificationPath;
    if (leaf === undefined) throw new Error(`signer ${signer.keyId} has no certificate`);
    const prepared = sealOfd(
      {
        pages: [drawing],
        title: order.content.typeName,
        author: order.content.issuer.name,
        createdAt: order.issuedAt,
        metadata: metadataOf(order.content, serialOf(order.draft)),
        attachments: [
          { name: 'licence.json', format: 'json', bytes: canonicalBytes(order.content) },
          {
            name: 'certificates.pem',
            format: 'pem',
            bytes: new Uint8Array(Buffer.from(order.intermediatesPem)),
          },
        ],
      },
      {
        seal: order.seal.file,
        placements: [placement],
        signerCertificate: leaf,
        signedAt: order.issuedAt,
      },
    );
    const signature = await signer.sign(prepared.toBeSigned);
    return {
      format: 'ofd',
      bytes: prepared.complete(signature),
      signatureDigest: sha256Hex(toDerSignature(signature)),
    };
  },

  async pdf(order, drawing, placement) {
    const signer = order.signers.documentSignerEs256;
    const prepared = signPdf(
      {
        pages: [drawing],
        title: order.content.typeName,
        identifier: order.draft.identifier,
        author: order.content.issuer.name,
        createdAt: order.issuedAt,
        attachment: {
          name: 'licence.json',
          mediaType: 'application/json',
          bytes: canonicalBytes(order.content),
        },
      },
      {
        picture: order.seal.picture,
        placement,
        certificationPath: signer.certificationPath,
        signedAt: order.issuedAt,
        signerName: order.content.issuer.name,
      },
    );
    const signature = await signer.sign(prepared.toBeSigned);
    return {
      format: 'pdf',
      bytes: prepared.complete(signature),
      signatureDigest: sha256Hex(toDerSignature(signature)),
    };
  },
};

function serialOf(draft: NewDraft): string {
  return draft.base.slice(draft.base.lastIndexOf('.') + 1);
}
