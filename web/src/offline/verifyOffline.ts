/** Verdicts without network: on the roots and the bundle that this device keeps, and nothing else. */
import { receiptStatement, type ReceiptFacts } from '../i18n/receiptStatement.ts';
import type { Language } from '../i18n/language.ts';
import type { Check, Report } from '../report.ts';
import { parseCertificates, type Certificate } from './certificate.ts';
import { validateCertificationPath, type Trust } from './certificationPath.ts';
import { conclude, failed, indeterminate, passed } from './check.ts';
import { parseDocumentCode, type DocumentCode, type SignedCode } from './documentCode.ts';
import { parseReceipt, verifyReceipt } from './receipt.ts';
import { isReceiptCodeText, parseReceiptCode, type ReceiptCode } from './receiptCode.ts';
import { verifySignature } from './publicKey.ts';
import { statementOf } from '../i18n/statements.ts';
import {
  bundledStatus,
  openTrustBundle,
  parseTrustBundle,
  trustWithBundle,
  type TrustBundle,
} from './trustBundle.ts';

/** What the verdict rests on. */
export interface OfflineMaterial {
  /** PEM. */
  readonly rootsPem: string;
  /** A trust bundle, as it was published. */
  readonly bundle: string;
  /** The service showed other roots than the kept ones since: nothing passes. */
  readonly haveRootsChanged: boolean;
}

export interface OfflineQuestion {
  readonly material: OfflineMaterial;
  readonly now: Date;
  readonly language: Language;
}

export interface OfflineVerdict {
  readonly report: Report;
  /** Of the status it rests on; null: no status was looked at. */
  readonly statusAgeSeconds: number | null;
}

const SIGNATURE_CLAUSE = 'RFC 9052 §4.4';
const TIME_CLAUSE = 'RFC 8392 §3.1';
/** Candidates tried for one key identifier: 8 bytes can collide, but not often. */
const MAX_CANDIDATES = 8;
const MAX_CLOCK_SKEW_MS = 60_000;

/**
 * Verifies the text of a document code.
 *
 * @param text - attacker-controlled.
 * @throws MalformedError `CODE_MALFORMED` for what is no code, `DOCUMENT_MALFORMED` for a bundle that cannot be read.
 */
export async function verifyCodeOffline(
  text: string,
  question: OfflineQuestion,
): Promise<OfflineVerdict> {
  if (isReceiptCodeText(text)) return await verifyReceiptCode(parseReceiptCode(text), question);
  const code = parseDocumentCode(text);
  const ground = await prepare(question);
  const status = await statusOf(code, ground);
  const checks = [...ground.checks, ...(await verifyCode(code, ground)), ...status.checks];
  const { subject } = code;
  const report = toReport(subject, checks, question);
  return { report, statusAgeSeconds: status.ageSeconds };
}

async function verifyReceiptCode(
  code: ReceiptCode,
  question: OfflineQuestion,
): Promise<OfflineVerdict> {
  const ground = await prepare(question);
  const { trust } = ground;
  const anchors = trust.anchors.filter(({ fingerprint }) => !trust.scopes.has(fingerprint));
  const checks = await verifyCode(code, { ...ground, trust: { ...trust, anchors } });
  const { receiptId, issuedAt, issuer, licences, furtherLicences } = code;
  const facts = { at: issuedAt, by: issuer, licences, furtherLicences };
  return toReceiptVerdict({ id: receiptId, facts }, [...ground.checks, ...checks], question);
}

/**
 * Verifies the file of a receipt.
 *
 * @param text - attacker-controlled.
 * @throws MalformedError `DOCUMENT_MALFORMED`.
 */
export async function verifyReceiptOffline(
  text: string,
  question: OfflineQuestion,
): Promise<OfflineVerdict> {
  const receipt = await parseReceipt(text);
  const ground = await prepare(question);
  const checks = [...ground.checks, ...(await verifyReceipt(receipt, ground))];
  const { id, at, issuer, licences } = receipt;
  const facts = { at, by: issuer.name, licences, furtherLicences: 0 };
  return toReceiptVerdict({ id, facts }, checks, question);
}

/** The verdict is about the receipt: a genuine one that says "revoked" passes, and its statement says so. */
function toReceiptVerdict(
  { id, facts }: Readonly<{ id: string; facts: ReceiptFacts }>,
  checks: readonly Check[],
  question: OfflineQuestion,
): OfflineVerdict {
  const report = toReport({ kind: 'receipt', identifier: id }, checks, question);
  const isGenuine = report.indication === 'TOTAL-PASSED';
  return {
    report: isGenuine
      ? { ...report, statement: receiptStatement(facts, question.language) }
      : report,
    statusAgeSeconds: null,
  };
}

/** What everything is judged by. */
export interface Ground {
  /** About roots and bundle. */
  readonly checks: readonly Check[];
  /** The kept roots with what the bundle adds. */
  readonly trust: Trust;
  /** Null: not genuine, or not in its time. */
  readonly bundle: TrustBundle | null;
  readonly now: Date;
}

/** Opens the bundle: what is in it counts only as far as it is genuine and in its time. */
export async function prepare({ material, now }: OfflineQuestion): Promise<Ground> {
  const trust = await readRoots(material.rootsPem);
  const { checks, bundle } = await openTrustBundle(await readBundle(material.bundle), {
    trust,
    now,
  });
  const rootChecks = [
    ...(trust.anchors.length === 0
      ? [indeterminate('trust.anchors', 'NO_TRUST', 'no trusted roots are kept')]
      : checks),
    ...(material.haveRootsChanged
      ? [
          indeterminate(
            'trust.roots',
            'NO_TRUST',
            'the service shows other roots than the kept ones',
          ),
        ]
      : []),
  ];
  return {
    checks: rootChecks,
    trust: bundle === null ? trust : trustWithBundle(trust, bundle),
    ...{ bundle, now },
  };
}

/** @throws MalformedError `CERTIFICATE_MALFORMED`. */
export async function readRoots(rootsPem: string): Promise<Trust> {
  const anchors = await parseCertificates(rootsPem);
  return { anchors, intermediates: [], scopes: new Map(), lists: [] };
}

let lastRead: { readonly text: string; readonly bundle: Promise<TrustBundle> } | null = null;

/** The same text is read once. */
function readBundle(text: string): Promise<TrustBundle> {
  if (lastRead?.text !== text) lastRead = { text, bundle: parseTrustBundle(text) };
  return lastRead.bundle;
}

async function verifyCode(
  code: SignedCode,
  { trust, bundle, now }: Ground,
): Promise<readonly Check[]> {
  const candidates = (bundle?.codeSigners ?? [])
    .filter(({ fingerprint }) => fingerprint.startsWith(code.keyIdentifier))
    .slice(0, MAX_CANDIDATES);
  if (candidates.length === 0) {
    const detail = `no known certificate has the key identifier ${code.keyIdentifier}`;
    const unknown = indeterminate('code.signer', 'NO_CERTIFICATE_CHAIN_FOUND', detail);
    return [unknown, ...checkTimes(code, now)];
  }
  const known = passed('code.signer', `key identifier ${code.keyIdentifier} is known`);
  const signer = await findSigner(code, candidates);
  if (signer === null) {
    return [known, signatureFailure(code, candidates), ...checkTimes(code, now)];
  }
  const { checks } = await validateCertificationPath({
    ...{ trust, leaf: signer, brought: [], at: code.issuedAt, purpose: 'codeSigner' },
    provenAt: now, // without the ledger's record the time is the signer's word
  });
  return [
    known,
    passed('code.signature', `${code.algorithm} signature value is right`, SIGNATURE_CLAUSE),
    ...checks,
    checkIssuer(code, signer),
    ...checkTimes(code, now),
    checkSigningTime(signer, now),
  ];
}

async function findSigner(
  { algorithm, toBeSigned, signature }: SignedCode,
  candidates: readonly Certificate[],
): Promise<Certificate | null> {
  for (const candidate of candidates) {
    const isOfKind = candidate.key.algorithm === algorithm; // the key, not the message, says how it is used
    if (isOfKind && (await verifySignature(candidate.key, toBeSigned, signature)) === 'right') {
      return candidate;
    }
  }
  return null;
}

function signatureFailure({ algorithm }: SignedCode, candidates: readonly Certificate[]): Check {
  const isOfKind = candidates.some(({ key }) => key.algorithm === algorithm);
  return isOfKind
    ? failed(
        'code.signature',
        'SIG_CRYPTO_FAILURE',
        'signature value does not fit content and key',
        SIGNATURE_CLAUSE,
      )
    : failed(
        'code.signature',
        'CRYPTO_CONSTRAINTS_FAILURE',
        `algorithm ${algorithm} is not that of the signer's key`,
        SIGNATURE_CLAUSE,
      );
}

function checkIssuer({ issuer }: SignedCode, { subject }: Certificate): Check {
  return subject.creditCode === issuer
    ? passed('code.issuer', `the certificate names ${issuer}`, TIME_CLAUSE)
    : failed(
        'code.issuer',
        'CERTIFICATE_CONSTRAINTS_FAILURE',
        `code is issued by ${issuer}, its signer's certificate names ${subject.creditCode ?? 'no credit code'}`,
        TIME_CLAUSE,
      );
}

function checkTimes({ issuedAt, expiresAt }: SignedCode, now: Date): readonly Check[] {
  const isFromFuture = issuedAt.getTime() > now.getTime() + MAX_CLOCK_SKEW_MS;
  const isExpired = expiresAt !== null && now.getTime() >= expiresAt.getTime();
  const made = `issued at ${issuedAt.toISOString()}`;
  const end = expiresAt === null ? 'without end' : `good before ${expiresAt.toISOString()}`;
  return [
    isFromFuture
      ? failed('code.issuedAt', 'NOT_YET_VALID', made, TIME_CLAUSE)
      : passed('code.issuedAt', made, TIME_CLAUSE),
    isExpired
      ? failed('code.expiresAt', 'LICENCE_EXPIRED', end, TIME_CLAUSE)
      : passed('code.expiresAt', end, TIME_CLAUSE),
  ];
}

function checkSigningTime({ notAfter }: Certificate, now: Date): Check {
  const name = 'code.signingTime';
  const detail = `signer's certificate ended at ${notAfter.toISOString()} and nothing proves an earlier signature`;
  return now > notAfter
    ? indeterminate(name, 'EXPIRED', detail)
    : passed(name, "within the period of its signer's certificate");
}

interface FoundStatus {
  readonly checks: readonly Check[];
  readonly ageSeconds: number | null;
}

async function statusOf(
  { subject, issuer, status: place }: DocumentCode,
  { bundle, trust, now }: Ground,
): Promise<FoundStatus> {
  const { identifier } = subject;
  const found =
    place === null || bundle === null
      ? null
      : await bundledStatus(bundle, { identifier, issuer, place, trust, now });
  if (found !== null) return found;
  const name = subject.kind === 'licence' ? 'licence.state' : 'seal.state';
  const detail = 'the status is on the ledger, which is not asked';
  return { checks: [indeterminate(name, 'TRY_LATER', detail)], ageSeconds: null };
}

/** Draws the conclusion and says it. */
export function toReport(
  subject: Report['subject'],
  checks: readonly Check[],
  { now, language }: Pick<OfflineQuestion, 'now' | 'language'>,
): Report {
  const verdict = conclude(checks);
  const statement = statementOf(verdict, { subject: subject.kind, checks }, language);
  return { ...verdict, statement, at: now.toISOString(), subject, checks };
}
