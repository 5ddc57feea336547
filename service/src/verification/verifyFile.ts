import {
  type DocumentDigest,
  type DocumentFormat,
  type LicenceIdentifier,
  type LicenceVersionRecord,
  type SealedDocumentRecord,
} from '@yinxin/chaincode/model';
import { formatOf, sha256Hex } from '../documents/digest.ts';
import { verifyOfd } from '../documents/ofd/verifyOfd.ts';
import { verifyPdf } from '../documents/pdf/verifyPdf.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { TrustStore } from '../pki/trustStore.ts';
import { conclude, failed, passed, type Check, type SubIndication } from '../report.ts';
import { checkEarlierSignatures } from './earlierSignatures.ts';
import {
  earlierVersions,
  ifInReach,
  viewLicence,
  viewSealing,
  type SealingView,
  type SealView,
} from './ledgerView.ts';
import { checkLicence, checkSealing } from './licenceChecks.ts';
import type { VerificationParts, VerificationTime } from './parts.ts';
import {
  checkLicenceType,
  originsOfOfd,
  originsOfPdf,
  recognise,
  trustForVerdict,
  type JudgingTrust,
  type SignatureOrigin,
} from './recognition.ts';
import { genuineElsewhere, recognisedStatement } from './statement.ts';
import type { Finding } from './report.ts';
import { verifyPersonal } from './verifyPersonal.ts';
import { checkVisible } from './visible/visibleChecks.ts';

/** What a sealed file says of itself, whatever its format. */
interface ReadFile {
  readonly format: DocumentFormat;
  /** Of the file and of every seal, in order. */
  readonly checks: readonly Check[];
  /** Licence identifier in the covered metadata. */
  readonly identifier: string | null;
  /** Holder that the metadata name. */
  readonly holderName: string | null;
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

/**
 * Verifies an uploaded OFD or PDF: its seals, then the ledger's word on the licence or seal signature it is.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export async function verifyFile(
  parts: VerificationParts,
  bytes: Uint8Array,
  time: VerificationTime,
): Promise<Finding> {
  const format = formatOf(bytes);
  if (format === null) throw new ServiceError('DOCUMENT_MALFORMED', 'neither OFD nor PDF');
  const judging = await trustForVerdict(parts);
  const read = (at: Date): ReadFile => READERS[format](judging.trust, bytes, at);
  const file = read(time.at);
  const licence = licenceOf(file);
  const known = { file, read, time, judging };
  const finding =
    licence === null
      ? await verifySignedDocument(parts, bytes, known)
      : await verifyLicenceFile(parts, bytes, { ...known, licence });
  return isOriginal(finding) ? finding : await addVisible(parts, finding, { bytes, file, licence });
}

/** Byte for byte what was issued or sealed here: what it shows was right then. */
function isOriginal({ checks }: Finding): boolean {
  return checks.some(
    ({ name, indication }) =>
      (name === 'file.digest' ||
        name === 'sealSignature.recorded' ||
        name === 'personalSignature.recorded') &&
      indication === 'TOTAL-PASSED',
  );
}

/** What a file shows stands before its bearing no signature, and after what is wrong with one. */
async function addVisible(
  { visible, store }: VerificationParts,
  finding: Finding,
  read: Readonly<{ bytes: Uint8Array; file: ReadFile; licence: NamedLicence | null }>,
): Promise<Finding> {
  const { bytes, file, licence } = read;
  const { format, holderName } = file;
  if (visible === undefined) return finding;
  const isFailed = conclude(file.checks).indication === 'TOTAL-FAILED';
  const seen = await checkVisible(
    { ...visible, store },
    {
      ...{ bytes, format, holderName },
      named: licence?.text ?? null,
      isSealed: file.origins.length > 0 && !isFailed,
    },
  );
  const isSigned = !finding.checks.some(({ subIndication }) => subIndication === 'NOT_SIGNED');
  const claimed = isSigned || finding.licence !== null ? null : seen.licence;
  return {
    ...finding,
    ...(claimed === null
      ? {}
      : { licence: claimed, subject: { kind: 'licence', identifier: claimed } as const }),
    checks: isSigned ? [...finding.checks, ...seen.checks] : [...seen.checks, ...finding.checks],
  };
}

/** Certificates are judged at the instant given. */
type Reader = (trust: TrustStore, bytes: Uint8Array, at: Date) => ReadFile;

const READERS: Readonly<Record<DocumentFormat, Reader>> = {
  ofd(trust, bytes, at) {
    const result = verifyOfd(bytes, { trust, at });
    const last = result.seals.at(-1);
    return {
      format: 'ofd',
      checks: [...result.documentChecks, ...result.seals.flatMap((seal) => seal.checks)],
      identifier: result.metadata.find((datum) => datum.name === 'ZZBS')?.value ?? null,
      holderName: result.metadata.find((datum) => datum.name === 'CZZT')?.value ?? null,
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
      esId: null,
      signingTime: last?.signingTime ?? null,
      pdfSigners: seals.map((one) => one.signerCertificate),
      signatureDigests: seals.map((one) => one.signatureDigest),
      origins: originsOfPdf(result),
    };
  },
};

interface Known {
  /** As read at the moment asked for. */
  readonly file: ReadFile;
  readonly read: (at: Date) => ReadFile;
  readonly time: VerificationTime;
  readonly judging: JudgingTrust;
}

async function verifyLicenceFile(
  parts: VerificationParts,
  bytes: Uint8Array,
  known: Known & Readonly<{ licence: NamedLicence }>,
): Promise<Finding> {
  const { file, licence, time } = known;
  const view = await viewLicence(parts.ledger, licence, time);
  const { version } = view;
  const digest = version === null ? [] : [await checkReleased(parts, bytes, { file, version })];
  const isIssued = digest.some((check) => check.indication === 'TOTAL-PASSED');
  const signedAt = version !== null && isIssued ? new Date(version.issuedAt) : null;
  const finding: Finding = {
    subject: { kind: 'licence', identifier: licence.text },
    licence: licence.text,
    esId: version?.sealSignature.esId ?? file.esId,
    statusAgeSeconds: view.ageSeconds,
    since: view.licence?.since,
    currentIdentifier: view.licence?.identifier,
    checks: [
      ...readAtProvenTime(known, signedAt).checks,
      ...checkPdfSigner(file.pdfSigners[0], view.seal),
      ...digest,
      ...checkLicence(licence, view, time),
    ],
  };
  return version === null ? addRecognition(finding, known) : finding;
}

/** A licence that this ledger does not know: of a city on the trust list it can be genuine, though nobody here knows its state. */
function addRecognition(
  finding: Finding,
  { file, judging, licence, time }: Known & Readonly<{ licence: NamedLicence }>,
): Finding {
  const recognition = recognise(judging, file.origins, time.at);
  if (recognition === null) return finding;
  const checks = [
    ...file.checks,
    ...recognition.checks,
    ...checkLicenceType(recognition, licence.typeCode),
    ...finding.checks.slice(file.checks.length),
  ];
  const isGenuine = conclude(checks).subIndication === 'LICENCE_UNKNOWN';
  return {
    ...{ ...finding, checks },
    ...(isGenuine ? { statement: genuineElsewhere(recognition) } : {}),
  };
}

/** A document that is no licence: signed by a person here, or sealed. */
async function verifySignedDocument(
  parts: VerificationParts,
  bytes: Uint8Array,
  known: Known,
): Promise<Finding> {
  const personal = await parts.store.personalSignatures.findByDigest(sha256Hex(bytes));
  return personal === null
    ? await verifySealedDocument(parts, bytes, known)
    : await verifyPersonal(parts, personal, known.file, known.time);
}

async function verifySealedDocument(
  parts: VerificationParts,
  bytes: Uint8Array,
  known: Known,
): Promise<Finding> {
  const { file, time } = known;
  const sha256 = sha256Hex(bytes);
  const signature = await parts.store.seals.findSignatureByDigest(sha256);
  const esId = signature?.esId ?? file.esId;
  const claimedAt = file.signingTime ?? time.at;
  const seen = await viewSealing(parts.ledger, { esId, sha256, claimedAt }, time);
  const view = { ...seen, record: requireSignature(file, seen.record) };
  const foreign = view.record === null ? verifyForeignDocument(sha256, known) : null;
  return foreign ?? (await verifyOwnDocument(parts, known, { view, esId, sha256, claimedAt }));
}

async function verifyOwnDocument(
  parts: VerificationParts,
  known: Known,
  sealing: Readonly<{
    view: SealingView;
    esId: string | null;
    sha256: string;
    claimedAt: Date;
  }>,
): Promise<Finding> {
  const { file, time } = known;
  const { view, esId, sha256, claimedAt } = sealing;
  const { record } = view;
  return {
    subject: { kind: 'seal-signature', identifier: record?.actId ?? sha256 },
    licence: null,
    esId,
    statusAgeSeconds: view.ageSeconds,
    since: undefined,
    currentIdentifier: undefined,
    checks: [
      ...readAtProvenTime(known, record === null ? null : new Date(record.at)).checks,
      ...checkPdfSigner(file.pdfSigners.at(-1), view.seal),
      ...checkSealing(view, { claimedAt, time }),
      ...(await checkEarlierSignatures(parts, file.signatureDigests, time, () => [])),
    ],
  };
}

/** Bytes that an act put in the place of others count only with the signature that was recorded first. */
function requireSignature(
  { signatureDigests }: ReadFile,
  record: SealedDocumentRecord | null,
): SealedDocumentRecord | null {
  return record !== null && signatureDigests.includes(record.signatureDigest) ? record : null;
}

/**
 * Sealed in another city: its ledger is not here, so the verdict is about integrity and recognition.
 *
 * @returns null unless the file rests on the trust list alone.
 */
function verifyForeignDocument(sha256: string, { file, judging, time }: Known): Finding | null {
  const recognition = recognise(judging, file.origins, time.at);
  if (recognition === null) return null;
  const checks = [...file.checks, ...recognition.checks];
  const isPassed = conclude(checks).indication === 'TOTAL-PASSED';
  return {
    subject: { kind: 'seal-signature', identifier: sha256 },
    ...{ licence: null, esId: null, statusAgeSeconds: null },
    ...{ since: undefined, currentIdentifier: undefined },
    checks,
    ...(isPassed ? { statement: recognisedStatement(recognition) } : {}),
  };
}

/** What may be otherwise at the time of signing. */
const BOUND_TO_TIME: readonly (SubIndication | null)[] = ['EXPIRED', 'NOT_YET_VALID', 'REVOKED'];

/** Signatures outlive certificates: where an act proves when these bytes were signed, the signer is judged then. */
function readAtProvenTime({ file, read }: Known, signedAt: Date | null): ReadFile {
  const isBoundToTime = file.checks.some(({ subIndication }) =>
    BOUND_TO_TIME.includes(subIndication),
  );
  return signedAt !== null && isBoundToTime ? read(signedAt) : file;
}

/** A PDF does not carry its seal: the ledger names the certificates that may sign with it. */
function checkPdfSigner(
  signer: Uint8Array | null | undefined,
  view: SealView | null,
): readonly Check[] {
  if (signer == null || view === null) return []; // no signature, or no seal: other checks say so
  const name = 'signature.signerInSeal';
  return view.seal.signerCertificates.includes(sha256Hex(signer))
    ? [passed(name, 'the seal lists the signer')]
    : [failed(name, 'SIGNER_NOT_IN_SEAL', `seal ${view.seal.esId} does not list this signer`)];
}

/**
 * The file's first n bytes must be those released last, or at an earlier time (a file may be completed by a time-stamp);
 * what follows them was judged as an addition.
 */
async function checkReleased(
  { ledger }: VerificationParts,
  bytes: Uint8Array,
  { file, version }: Readonly<{ file: ReadFile; version: LicenceVersionRecord }>,
): Promise<Check> {
  const now = checkDigest(bytes, file, version);
  if (now.indication === 'TOTAL-PASSED') return now;
  const earlier = (await ifInReach(earlierVersions(ledger, version))) ?? [];
  const found = earlier
    .map((before) => checkDigest(bytes, file, before))
    .find(({ indication }) => indication === 'TOTAL-PASSED');
  return found ?? now;
}

/** @param version - as it was at some time: the documents it names, and whose signatures they must bear. */
function checkDigest(bytes: Uint8Array, file: ReadFile, version: LicenceVersionRecord): Check {
  const name = 'file.digest';
  const { format, signatureDigests } = file;
  const released = version.documents.find((document) => document.format === format);
  if (released === undefined) {
    return failed(name, 'HASH_FAILURE', `the licence was not issued as ${format}`);
  }
  const isIssued = version.sealSignature.signatureDigests.some((digest) =>
    signatureDigests.includes(digest),
  );
  return isIssued && hasDigest(bytes, released)
    ? passed(name, `its first ${released.size} bytes are those that act ${version.actId} names`)
    : failed(name, 'HASH_FAILURE', 'these are not the bytes that were issued');
}

function hasDigest(bytes: Uint8Array, released: DocumentDigest): boolean {
  if (bytes.length < released.size) return false;
  const issued = bytes.subarray(0, released.size);
  return sha256Hex(issued) === released.sha256;
}

type NamedLicence = LicenceIdentifier & { readonly text: string };

function licenceOf(file: ReadFile): NamedLicence | null {
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
