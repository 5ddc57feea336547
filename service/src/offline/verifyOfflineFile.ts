import { parseInstant } from '../civilTime.ts';
import { receiptIn, type ReceiptFile } from '../credentials/receiptFile.ts';
import { COPY_DATUM, readCopyRecord, type ClaimedCopy } from '../documents/copyRecord.ts';
import { sha256Hex } from '../documents/digest.ts';
import { verifyOfd } from '../documents/ofd/verifyOfd.ts';
import { verifyPdf } from '../documents/pdf/verifyPdf.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import { unscopedAnchors, withStatusAtHand } from '../pki/trustStore.ts';
import { conclude, failed, indeterminate, passed, type Check } from '../report.ts';
import {
  checkLicenceType,
  originsOfOfd,
  originsOfPdf,
  recognise,
  type JudgingTrust,
  type Recognition,
  type SignatureOrigin,
} from '../verification/recognition.ts';
import { recognisedStatement } from '../verification/statement.ts';
import { isSealOnLedger } from './ledgerSeals.ts';
import { statusOutOfReach, type OfflineFinding, type OfflineQuestion } from './question.ts';
import { licenceStatus } from './trustBundle.ts';
import { checkSigner } from './checkSigner.ts';
import { verifyOfflineReceipt } from './verifyOfflineReceipt.ts';
import { ofCopyElsewhere, verifyOfflineCopy } from './verifyOfflineCopy.ts';

/** What a sealed file says of itself. */
interface ReadFile {
  readonly checks: readonly Check[];
  /** As its covered metadata has it; null: it is no licence. */
  readonly licence: NamedLicence | null;
  /** Null: it does not say that it is an annotated copy. */
  readonly copy: ClaimedCopy | null;
  /** The receipt that it carries; null: none. */
  readonly receipt: ReceiptFile | null;
  readonly period: Readonly<{ validFrom: Date | null; validUntil: Date | null | 'none' }>;
  /** DER of the first signature's signer. */
  readonly signer: Uint8Array | null;
  readonly origins: readonly SignatureOrigin[];
}

interface NamedLicence {
  readonly identifier: string;
  readonly issuer: string;
}

type Reader = (
  bytes: Uint8Array,
  question: Pick<OfflineQuestion, 'trust' | 'at'>,
  requireOwnForm: boolean,
) => ReadFile;

/**
 * Verifies a sealed file without the ledger. A licence must have the form of our own writer: there is no digest to
 * compare with, so no byte may be free.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function verifyOfflineFile(
  format: 'ofd' | 'pdf',
  bytes: Uint8Array,
  question: OfflineQuestion,
): OfflineFinding {
  const read = READERS[format];
  const { trust, at } = question;
  const own = { trust: { ...trust, anchors: unscopedAnchors(trust) }, at };
  const file = read(bytes, own, true); // a licence of the readers' own city leads to their own roots
  if (file.receipt === null) return verifyFile(bytes, file, { question, read });
  const { checks, signer } = read(bytes, { ...own, trust: withStatusAtHand(own.trust) }, true);
  return verifyOfflineReceipt({ checks, signer, receipt: file.receipt }, question);
}

/** A licence, an annotated copy, any other document. */
function verifyFile(
  bytes: Uint8Array,
  file: ReadFile,
  { question, read }: Readonly<{ question: OfflineQuestion; read: Reader }>,
): OfflineFinding {
  const { licence } = file;
  const { at } = question;
  const foreign = licence === null || isElsewhere(file) ? read(bytes, question, false) : null;
  const recognition =
    foreign === null ? null : recognise(judgingTrust(question), foreign.origins, at);
  if (foreign !== null && recognition !== null) {
    const finding = ofAnotherCity(sha256Hex(bytes), foreign, recognition);
    return foreign.copy === null ? finding : ofCopyElsewhere(finding, foreign.copy, question);
  }
  if (licence === null) {
    return file.copy === null
      ? ofSealedDocument(sha256Hex(bytes), foreign ?? file)
      : verifyOfflineCopy({ ...file, copy: file.copy }, bytes, question);
  }
  const { identifier, issuer } = licence;
  const status = licenceStatus(question, { identifier, issuer, place: null });
  return {
    ...status,
    subject: { kind: 'licence', identifier },
    checks: [
      ...file.checks,
      checkSigner('licence.issuer', issuer, file.signer),
      ...checkPeriod(file.period, at),
      ...status.checks,
    ],
    genuine: 'licence',
  };
}

function ofSealedDocument(sha256: string, { checks, origins }: ReadFile): OfflineFinding {
  const subject = { kind: 'seal-signature', identifier: sha256 } as const;
  return origins.some(isSealOnLedger)
    ? { subject, checks: [...checks, statusOutOfReach('seal.state')], genuine: 'seal' }
    : { subject, checks };
}

function isElsewhere({ checks }: ReadFile): boolean {
  return conclude(checks).subIndication === 'NO_CERTIFICATE_CHAIN_FOUND';
}

/** What a bundle recognises counts as long as the bundle does. */
function judgingTrust({ trust, bundle }: OfflineQuestion): JudgingTrust {
  const entries = new Map(
    (bundle?.recognised ?? []).map(({ certificate: { fingerprint }, ...entry }) => [
      fingerprint,
      { fingerprint, ...entry },
    ]),
  );
  return { trust, ageSeconds: 0, find: (fingerprint) => entries.get(fingerprint) ?? null };
}

/** Sealed in a city that the reader's own recognises: integrity and recognition, and a licence's state is not here. */
function ofAnotherCity(sha256: string, file: ReadFile, recognition: Recognition): OfflineFinding {
  const { licence } = file;
  const checks = [...file.checks, ...recognition.checks];
  if (licence !== null) {
    const { identifier } = licence;
    const { typeCode } = readIdentifier(identifier);
    return {
      subject: { kind: 'licence', identifier },
      checks: [
        ...checks,
        ...checkLicenceType(recognition, typeCode),
        checkSigner('licence.issuer', licence.issuer, file.signer),
        statusOutOfReach('licence.state'),
      ],
      genuine: 'licence',
    };
  }
  const isPassed = conclude(checks).indication === 'TOTAL-PASSED';
  return {
    subject: { kind: 'seal-signature', identifier: sha256 },
    checks,
    ...(isPassed ? { statement: recognisedStatement(recognition) } : {}),
  };
}

const READERS: Readonly<Record<'ofd' | 'pdf', Reader>> = {
  ofd(bytes, { trust, at }, requireOwnForm) {
    const result = verifyOfd(bytes, { trust, at, requireOwnForm });
    const datum = (name: string): string | null =>
      result.metadata.find((one) => one.name === name)?.value ?? null;
    const until = datum('ZZYXQJZRQ');
    return {
      checks: [...result.documentChecks, ...result.seals.flatMap((seal) => seal.checks)],
      licence: licenceOf(datum('ZZBS')),
      copy: readCopyRecord(datum(COPY_DATUM)),
      receipt: null,
      period: {
        validFrom: dayOf(datum('ZZYXQQSRQ'), 'start'),
        validUntil: until === '' ? 'none' : dayOf(until, 'end'),
      },
      signer: result.seals[0]?.signerCertificate ?? null,
      origins: originsOfOfd(result),
    };
  },
  pdf(bytes, { trust, at }, requireOwnForm) {
    const result = verifyPdf(bytes, { trust, at, requireOwnForm });
    const content = result.metadata === null ? {} : readMetadata(result.metadata.bytes);
    const until = content['validUntil'];
    return {
      checks: [...result.documentChecks, ...result.signatures.flatMap((one) => one.checks)],
      licence: licenceOf(content['identifier']),
      copy: readCopyRecord(Buffer.from(result.metadata?.bytes ?? []).toString('utf8')),
      receipt: receiptIn(result.metadata),
      period: {
        validFrom: instantOf(content['validFrom']),
        validUntil: until === null ? 'none' : instantOf(until),
      },
      signer: result.signatures[0]?.signerCertificate ?? null,
      origins: originsOfPdf(result),
    };
  },
};

function checkPeriod({ validFrom, validUntil }: ReadFile['period'], at: Date): readonly Check[] {
  if (validFrom === null || validUntil === null) {
    return [indeterminate('licence.period', 'FORMAT_FAILURE', 'the period cannot be read')];
  }
  const from = `valid from ${validFrom.toISOString()}`;
  const until = validUntil === 'none' ? 'without end' : `valid until ${validUntil.toISOString()}`;
  return [
    at < validFrom
      ? failed('licence.validFrom', 'LICENCE_NOT_YET_VALID', from)
      : passed('licence.validFrom', from),
    validUntil !== 'none' && at > validUntil
      ? failed('licence.validUntil', 'LICENCE_EXPIRED', until)
      : passed('licence.validUntil', until),
  ];
}

function licenceOf(identifier: unknown): NamedLicence | null {
  if (typeof identifier !== 'string') return null;
  try {
    const { text, issuer } = readIdentifier(identifier);
    return { identifier: text, issuer };
  } catch (error) {
    if (error instanceof ServiceError) return null; // some other metadata
    throw error;
  }
}

function readMetadata(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof content === 'object' && content !== null ? { ...content } : {};
  } catch {
    return {}; // foreign metadata that is no JSON says nothing of a licence
  }
}

function instantOf(value: unknown): Date | null {
  return typeof value === 'string' ? parseInstant(value, 'start') : null;
}

/** @param text - `yyyymmdd`, a day in Asia/Shanghai. */
function dayOf(text: string | null, edge: 'start' | 'end'): Date | null {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text ?? '');
  return match === null ? null : parseInstant(match.slice(1).join('-'), edge);
}
