/** Reading an uploaded OFD or PDF: what it says of itself, and how its seals are judged. */
import type { DocumentFormat, LicenceIdentifier } from '@yinxin/chaincode/model';
import { receiptIn, type ReceiptFile } from '../credentials/receiptFile.ts';
import { COPY_DATUM, readCopyRecord, type ClaimedCopy } from '../documents/copyRecord.ts';
import { sha256Hex } from '../documents/digest.ts';
import { verifyOfd } from '../documents/ofd/verifyOfd.ts';
import { verifyPdf } from '../documents/pdf/verifyPdf.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { failed, passed, type Check, type SubIndication } from '../report.ts';
import type { SealView } from './ledgerView.ts';
import type { VerificationTime } from './parts.ts';
import {
  originsOfOfd,
  originsOfPdf,
  type JudgingTrust,
  type SignatureOrigin,
} from './recognition.ts';

/** What a sealed file says of itself, whatever its format. */
export interface ReadFile {
  readonly format: DocumentFormat;
  /** Of the file and of every seal, in order. */
  readonly checks: readonly Check[];
  /** Licence identifier in the covered metadata. */
  readonly identifier: string | null;
  /** Holder that the metadata name. */
  readonly holderName: string | null;
  /** Null: it does not say that it is an annotated copy. */
  readonly copy: ClaimedCopy | null;
  /** The receipt that it carries; null: none. */
  readonly receipt: ReceiptFile | null;
  /** esId of the last seal; null for a PDF, whose signature names none. */
  readonly esId: string | null;
  readonly signingTime: Date | null;
  /** DER of each signature's signer in a PDF, first signature first; an OFD's seals are judged with their signers. */
  readonly pdfSigners: readonly (Uint8Array | null)[];
  /** SHA-256 of each signature value that can be read. */
  readonly signatureDigests: readonly (string | null)[];
  /** Who vouches for each signature, in order. */
  readonly origins: readonly SignatureOrigin[];
}

/** A file that was read, and the question about it. */
export interface KnownFile {
  /** As read at the moment asked for. */
  readonly file: ReadFile;
  readonly read: (at: Date) => ReadFile;
  readonly time: VerificationTime;
  readonly judging: JudgingTrust;
}

/** Reads a file; certificates are judged at the instant given. @param bytes - attacker-controlled. @throws ServiceError `DOCUMENT_MALFORMED`. */
export function readSealedFile(
  bytes: Uint8Array,
  format: DocumentFormat,
  { trust, at }: Readonly<{ trust: TrustStore; at: Date }>,
): ReadFile {
  return READERS[format](trust, bytes, at);
}

type Reader = (trust: TrustStore, bytes: Uint8Array, at: Date) => ReadFile;

const READERS: Readonly<Record<DocumentFormat, Reader>> = {
  ofd(trust, bytes, at) {
    const result = verifyOfd(bytes, { trust, at });
    const last = result.seals.at(-1);
    const datum = (name: string): string | null =>
      result.metadata.find((one) => one.name === name)?.value ?? null;
    return {
      format: 'ofd',
      checks: [...result.documentChecks, ...result.seals.flatMap((seal) => seal.checks)],
      ...{ identifier: datum('ZZBS'), holderName: datum('CZZT') },
      copy: readCopyRecord(datum(COPY_DATUM)),
      receipt: null,
      esId: last?.esId ?? null,
      signingTime: last?.sealingTime ?? null,
      pdfSigners: [],
      signatureDigests: result.seals.map((seal) => seal.signatureDigest),
      origins: originsOfOfd(result),
    };
  },
  pdf(trust, bytes, at) {
    const result = verifyPdf(bytes, { trust, at });
    const seals = result.signatures.filter(({ kind }) => kind === 'signature'); // time-stamps seal nothing
    const last = seals.at(-1);
    return {
      format: 'pdf',
      checks: [...result.documentChecks, ...result.signatures.flatMap((one) => one.checks)],
      ...namesIn(result.metadata?.bytes ?? null),
      copy: readCopyRecord(Buffer.from(result.metadata?.bytes ?? []).toString('utf8')),
      receipt: receiptIn(result.metadata),
      esId: null,
      signingTime: last?.signingTime ?? null,
      pdfSigners: seals.map((one) => one.signerCertificate),
      signatureDigests: seals.map((one) => one.signatureDigest),
      origins: originsOfPdf(result),
    };
  },
};

/** What may be otherwise at the time of signing. */
const BOUND_TO_TIME: readonly (SubIndication | null)[] = ['EXPIRED', 'NOT_YET_VALID', 'REVOKED'];

/** Signatures outlive certificates: where an act proves when these bytes were signed, the signer is judged then. */
export function readAtProvenTime({ file, read }: KnownFile, signedAt: Date | null): ReadFile {
  const isBoundToTime = file.checks.some(({ subIndication }) =>
    BOUND_TO_TIME.includes(subIndication),
  );
  return signedAt !== null && isBoundToTime ? read(signedAt) : file;
}

/** A PDF does not carry its seal: the ledger names the certificates that may sign with it. */
export function checkPdfSigner(
  signer: Uint8Array | null | undefined,
  view: SealView | null,
): readonly Check[] {
  if (signer == null || view === null) return []; // no signature, or no seal: other checks say so
  const name = 'signature.signerInSeal';
  return view.seal.signerCertificates.includes(sha256Hex(signer))
    ? [passed(name, 'the seal lists the signer')]
    : [failed(name, 'SIGNER_NOT_IN_SEAL', `seal ${view.seal.esId} does not list this signer`)];
}

/** The licence that a file's metadata name. */
export type NamedLicence = LicenceIdentifier & { readonly text: string };

/** @returns null if they name none, or none that can be one. */
export function licenceOf(file: ReadFile): NamedLicence | null {
  if (file.identifier === null) return null;
  try {
    return readIdentifier(file.identifier);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'CODE_MALFORMED') return null;
    throw error;
  }
}

/** What attached metadata name; attacker-controlled. Foreign ones that are no JSON name nothing. */
function namesIn(metadata: Uint8Array | null): Pick<ReadFile, 'identifier' | 'holderName'> {
  try {
    const content = JSON.parse(Buffer.from(metadata ?? []).toString('utf8')) as {
      readonly identifier?: unknown;
      readonly holder?: { readonly name?: unknown };
    } | null;
    return {
      identifier: textOrNull(content?.identifier),
      holderName: textOrNull(content?.holder?.name),
    };
  } catch {
    return { identifier: null, holderName: null };
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
