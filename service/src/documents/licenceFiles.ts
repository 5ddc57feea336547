import type { DocumentDigest, DocumentFormat } from '@yinxin/chaincode/model';
import { createQrSymbol } from '../qrcode/segments.ts';
import { layoutCopy } from './copyLayout.ts';
import { COPY_ATTACHMENT, type CopyRecord } from './copyRecord.ts';
import { digestOf } from './digest.ts';
import type { Drawing, SealPlacement } from './drawing.ts';
import { layoutLicence, type LaidOutLicence, type LayoutInput } from './layout.ts';
import { sealOfd } from './ofd/sealOfd.ts';
import type { OfdMetadatum } from './ofd/ofdContent.ts';
import { signPdf } from './pdf/signPdf.ts';

/** What the files of one licence are made from. All of it can travel to another thread. */
export interface LicenceFilesOrder {
  readonly layout: Omit<LayoutInput, 'qrModules'>;
  /** The document code, as the QR symbol holds it; not printed on a copy. */
  readonly codeText: string;
  /** Makes annotated copies of the licence, which say this of themselves; absent: the licence itself. */
  readonly copy?: CopyRecord;
  readonly formats: readonly DocumentFormat[];
  readonly createdAt: Date;
  readonly metadata: readonly OfdMetadatum[];
  /** Attached, JSON: the licence's canonical content, or the copy's record. */
  readonly content: Uint8Array;
  /** CA certificates below the roots, PEM. */
  readonly intermediatesPem: string;
  readonly seal: SealArtwork;
  /** Of each format's document signer, leaf first, DER. */
  readonly certificationPaths: Readonly<Record<DocumentFormat, readonly Uint8Array[]>>;
  /** Room in the PDF for a time-stamp token; 0 if none is to come. */
  readonly timeStampReserveBytes: number;
}

/** The .esl file and its picture. */
export interface SealArtwork {
  readonly file: Uint8Array;
  readonly picture: Drawing;
}

export interface LicenceFile {
  readonly format: DocumentFormat;
  readonly bytes: Uint8Array;
  readonly digest: DocumentDigest;
}

/** What completes a file. */
export interface DocumentSignature {
  /** r‖s, 64 bytes. */
  readonly value: Uint8Array;
  /** RFC 3161 token over the DER signature value; null: none. */
  readonly timeStampToken: Uint8Array | null;
}

/** Files that wait for their signatures, which are to come in the order of the formats. */
export interface PreparedLicenceFiles {
  /** What the document signer of each format signs, in the order of the formats. */
  readonly toBeSigned: readonly Uint8Array[];
  readonly complete: (signatures: readonly DocumentSignature[]) => readonly LicenceFile[];
}

/** One file that waits for its signature value. */
interface PreparedFile {
  readonly toBeSigned: Uint8Array;
  complete(signature: Uint8Array, timeStampToken: Uint8Array | null): Uint8Array;
}

/**
 * Lays a licence out and writes its files up to the signatures. Pure: the same order gives the same bytes.
 *
 * @throws ServiceError `GLYPH_MISSING`, `LICENCE_FIELDS_INVALID` (text that no page holds).
 */
export function prepareLicenceFiles(order: LicenceFilesOrder): PreparedLicenceFiles {
  const { drawing, sealPlacement } = layOut(order);
  const prepared = order.formats.map((format) => ({
    format,
    file: WRITERS[format](order, drawing, sealPlacement),
  }));
  return {
    toBeSigned: prepared.map(({ file }) => file.toBeSigned),
    complete: (signatures) =>
      prepared.map(({ format, file }, index) => {
        const signature = signatures[index];
        if (signature === undefined) throw new Error(`no signature for the ${format}`);
        const bytes = file.complete(signature.value, signature.timeStampToken);
        return { format, bytes, digest: digestOf({ format, bytes }) };
      }),
  };
}

function layOut({ layout, codeText, copy, seal }: LicenceFilesOrder): LaidOutLicence {
  return copy === undefined
    ? layoutLicence({ ...layout, qrModules: createQrSymbol(codeText).modules })
    : layoutCopy({ layout, record: copy, seal: seal.picture });
}

/** What a file is called, and who answers for it. */
function titleOf({ layout, copy }: LicenceFilesOrder): Readonly<{
  title: string;
  identifier: string;
  author: string;
  attachment: string;
}> {
  const { type, licence } = layout;
  return copy === undefined
    ? {
        ...{ title: type.name, identifier: licence.identifier, author: licence.issuer.name },
        attachment: 'licence.json',
      }
    : {
        ...{ title: `${type.name}（加注件）`, identifier: copy.copyId, author: copy.madeBy.name },
        attachment: COPY_ATTACHMENT,
      };
}

type Writer = (
  order: LicenceFilesOrder,
  drawing: Drawing,
  placement: SealPlacement,
) => PreparedFile;

const WRITERS: Readonly<Record<DocumentFormat, Writer>> = {
  ofd(order, drawing, placement) {
    const { title, author, attachment } = titleOf(order);
    const [leaf] = order.certificationPaths.ofd;
    if (leaf === undefined) throw new Error('the signer of OFDs has no certificate');
    const prepared = sealOfd(
      {
        pages: [drawing],
        ...{ title, author },
        createdAt: order.createdAt,
        metadata: order.metadata,
        attachments: [
          { name: attachment, format: 'json', bytes: order.content },
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
        signedAt: order.createdAt,
      },
    );
    return {
      toBeSigned: prepared.toBeSigned,
      complete: (signature, token) => prepared.complete(signature, token ?? undefined),
    };
  },

  pdf(order, drawing, placement) {
    const { title, identifier, author, attachment } = titleOf(order);
    return signPdf(
      {
        pages: [drawing],
        ...{ title, identifier, author },
        createdAt: order.createdAt,
        attachment: {
          name: attachment,
          mediaType: 'application/json',
          bytes: order.content,
        },
      },
      {
        picture: order.seal.picture,
        placement,
        certificationPath: order.certificationPaths.pdf,
        signedAt: order.createdAt,
        signerName: author,
        timeStampReserveBytes: order.timeStampReserveBytes,
      },
    );
  },
};
