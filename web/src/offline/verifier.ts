/** The door to the verifier without network; a part of the page that is loaded when it is needed. */
import type { Answer, Subject } from '../api.ts';
import type { Language } from '../i18n/language.ts';
import { MalformedError } from './bytes.ts';
import { parseCertificates } from './certificate.ts';
import { isReceiptText, MAX_RECEIPT_FILE_LENGTH } from './receipt.ts';
import { openTrustBundle, parseTrustBundle } from './trustBundle.ts';
import type { KeptFacts } from './vault.ts';
import {
  readRoots,
  verifyCodeOffline,
  verifyReceiptOffline,
  type OfflineQuestion,
  type OfflineVerdict,
} from './verifyOffline.ts';

/** Whether two PEM texts hold the same certificates, in whatever order. What cannot be read is not the same. */
export async function areSameRoots(kept: string, shown: string): Promise<boolean> {
  const [left, right] = await Promise.all([fingerprintsOf(kept), fingerprintsOf(shown)]);
  return left !== null && left === right;
}

async function fingerprintsOf(pem: string): Promise<string | null> {
  try {
    const roots = await parseCertificates(pem);
    return [...new Set(roots.map(({ fingerprint }) => fingerprint))].sort().join();
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return null;
  }
}

/** @returns when a bundle was made and ends; null for one that these roots do not vouch for, or that is over. */
export async function judgeBundle(
  asked: Readonly<{ rootsPem: string; bundle: string; now: Date }>,
): Promise<Pick<KeptFacts, 'issuedAt' | 'expiresAt'> | null> {
  try {
    const trust = await readRoots(asked.rootsPem);
    const { bundle } = await openTrustBundle(await parseTrustBundle(asked.bundle), {
      ...{ trust, now: asked.now },
    });
    return bundle === null
      ? null
      : { issuedAt: bundle.issuedAt.toISOString(), expiresAt: bundle.expiresAt.toISOString() };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return null;
  }
}

/** Answers what can be answered without network. */
export async function answerOffline(
  subject: Subject,
  kept: Readonly<{ facts: KeptFacts; bundle: string; now: Date; language: Language }>,
): Promise<Answer> {
  const { facts, bundle, now, language } = kept;
  const haveRootsChanged = facts.rootsChangedAt !== null;
  const material = { rootsPem: facts.rootsPem, bundle, haveRootsChanged };
  try {
    const verdict = await verifySubject(subject, { material, now, language });
    if (verdict === null) return { kind: 'unreachable', isOfflineForCodesOnly: true };
    const { issuedAt, expiresAt } = facts;
    const ageSeconds = verdict.statusAgeSeconds;
    return {
      kind: 'report',
      report: verdict.report,
      offline: { issuedAt, expiresAt, ageSeconds, haveRootsChanged },
    };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    const { code, message } = error;
    const problem = { status: 422, code, title: '', detail: message, retryAfterSeconds: null };
    return { kind: 'problem', problem };
  }
}

/** Codes, and files that are receipts; for everything else the service is needed. */
async function verifySubject(
  subject: Subject,
  question: OfflineQuestion,
): Promise<OfflineVerdict | null> {
  if (subject.kind === 'code') return await verifyCodeOffline(subject.code, question);
  if (subject.kind === 'identifier' || subject.file.size > MAX_RECEIPT_FILE_LENGTH) return null;
  const text = (await subject.file.text()).trim();
  return isReceiptText(text) ? await verifyReceiptOffline(text, question) : null;
}
