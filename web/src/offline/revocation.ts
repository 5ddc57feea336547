/** Whether a certificate of a path was revoked (RFC 5280 §6.1.3 (a) (3), §6.3), by the lists at hand. */
import type { Check } from '../report.ts';
import type { Certificate, SignedObject } from './certificate.ts';
import { failed, indeterminate, passed } from './check.ts';
import { verifySignature, type SignatureOutcome } from './publicKey.ts';
import { ON_HOLD, type RevocationEntry, type RevocationList } from './revocationList.ts';

export interface RevocationQuestion {
  /** Leaf first, anchor last. */
  readonly path: readonly Certificate[];
  readonly lists: readonly RevocationList[];
  readonly at: Date;
  /** Instant by which what the leaf signed provably existed. */
  readonly provenAt: Date;
}

type Finding =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly entry: RevocationEntry }
  /** `why` is what stands in the way, if anything is at hand at all. */
  | { readonly kind: 'unknown'; readonly why: string | null };

const NAME = 'certificationPath.revocation';
const CLAUSE = 'RFC 5280 §6.1.3 (a) (3), §6.3.3';
const MAX_LISTS_OF_ISSUER = 32;

/**
 * Judges every certificate of the path but the anchor. Revoked by `at`: failed. Revoked later, but by `provenAt`:
 * indeterminate, for nobody proves that the signature was there before. What cannot be told is `TRY_LATER`, but for
 * certificates that name no place to ask.
 */
export async function checkRevocation(question: RevocationQuestion): Promise<Check> {
  const { path } = question;
  const outcomes = await Promise.all(
    path.slice(0, -1).map(async (certificate, place) => {
      const finding = await ask(certificate, path.slice(place + 1), question);
      return toCheck(certificate, finding, question);
    }),
  );
  const decisive =
    outcomes.find(({ indication }) => indication === 'TOTAL-FAILED') ??
    outcomes.find(({ subIndication }) => subIndication === 'REVOKED') ??
    outcomes.find(({ indication }) => indication !== 'TOTAL-PASSED');
  const until = question.provenAt.toISOString();
  return decisive ?? passed(NAME, `no certificate was revoked by ${until}`, CLAUSE);
}

function toCheck(
  certificate: Certificate,
  finding: Finding,
  { at, provenAt }: RevocationQuestion,
): Check {
  const who = `certificate ${certificate.subject.text} (${certificate.fingerprint.slice(0, 16)})`;
  switch (finding.kind) {
    case 'good':
      return passed(NAME, '', CLAUSE);
    case 'revoked': {
      const { revokedAt } = finding.entry;
      const detail = `${who} was revoked at ${revokedAt.toISOString()}`;
      if (revokedAt <= at) return failed(NAME, 'REVOKED', detail, CLAUSE);
      return revokedAt <= provenAt
        ? indeterminate(
            NAME,
            'REVOKED',
            `${detail}, and nothing proves an earlier signature`,
            CLAUSE,
          )
        : passed(NAME, '', CLAUSE);
    }
    case 'unknown': {
      if (finding.why === null && !certificate.namesStatusSource) return passed(NAME, '', CLAUSE);
      const why = finding.why ?? 'no list is at hand';
      return indeterminate(NAME, 'TRY_LATER', `the status of ${who} is not known: ${why}`, CLAUSE);
    }
  }
}

/** Of the lists of its issuer, newest first, the first that speaks of it decides. */
async function ask(
  certificate: Certificate,
  above: readonly Certificate[],
  { lists, provenAt }: RevocationQuestion,
): Promise<Finding> {
  if (certificate.hasForeignLists)
    return { kind: 'unknown', why: 'others than its issuer list it' };
  const ofIssuer = lists
    .filter(({ issuerKey }) => issuerKey === certificate.issuer.key)
    .sort((left, right) => right.thisUpdate.getTime() - left.thisUpdate.getTime())
    .slice(0, MAX_LISTS_OF_ISSUER);
  let why: string | null = null;
  for (const list of ofIssuer) {
    const said = await readFinding(list, { certificate, above, provenAt });
    if (said.kind !== 'unknown') return said;
    if (said.why === UNREAD) return said; // it may take back what an older one says
    why ??= said.why;
  }
  return { kind: 'unknown', why };
}

/** A list that is not fresh clears nobody, but what it revoked for good stays revoked. */
async function readFinding(
  list: RevocationList,
  asked: Readonly<{ certificate: Certificate; above: readonly Certificate[]; provenAt: Date }>,
): Promise<Finding> {
  const { certificate, above, provenAt } = asked;
  const fault = await findFault(list, above);
  if (fault !== null) return { kind: 'unknown', why: fault };
  const isCurrent = isFresh(list, certificate, provenAt);
  const entry = list.entries.get(certificate.serialNumber);
  if (entry !== undefined && (isCurrent || entry.reason !== ON_HOLD)) {
    return { kind: 'revoked', entry };
  }
  return isCurrent
    ? { kind: 'good' }
    : { kind: 'unknown', why: `the list at hand does not reach to ${provenAt.toISOString()}` };
}

const UNREAD = 'a list of its issuer is of a kind that is not read';

/** @returns why a list does not count; null: it does. Its signer must stand above the certificate. */
async function findFault(
  list: RevocationList,
  above: readonly Certificate[],
): Promise<string | null> {
  const signers = above.filter(
    ({ subject, subjectKeyId, keyUsage }) =>
      subject.key === list.issuerKey &&
      (list.authorityKeyId === null ||
        subjectKeyId === null ||
        list.authorityKeyId === subjectKeyId) &&
      (keyUsage === null || keyUsage.has('cRLSign')),
  );
  for (const signer of signers) {
    if ((await verifySigned(list, signer)) === 'right') return list.isPlain ? null : UNREAD;
  }
  return 'nobody above it signed the list';
}

/** A list clears only certificates it still speaks of, and only up to its own end. */
function isFresh(
  { thisUpdate, nextUpdate, expiredSince }: RevocationList,
  { notAfter }: Certificate,
  provenAt: Date,
): boolean {
  const isSpokenOf = thisUpdate <= notAfter || (expiredSince !== null && expiredSince <= notAfter);
  return isSpokenOf && (thisUpdate >= provenAt || (nextUpdate !== null && provenAt <= nextUpdate));
}

const outcomes = new WeakMap<SignedObject, WeakMap<Certificate, Promise<SignatureOutcome>>>();

/** Verifies a certificate or list with its issuer's key; each pair is computed once. */
export function verifySigned(signed: SignedObject, issuer: Certificate): Promise<SignatureOutcome> {
  const ofSigned = outcomes.get(signed) ?? new WeakMap<Certificate, Promise<SignatureOutcome>>();
  outcomes.set(signed, ofSigned);
  const known = ofSigned.get(issuer) ?? compute(signed, issuer);
  ofSigned.set(issuer, known);
  return known;
}

async function compute(signed: SignedObject, { key }: Certificate): Promise<SignatureOutcome> {
  const { tbs, signature, signatureAlgorithm } = signed;
  if (signatureAlgorithm === 'other' || signatureAlgorithm !== key.algorithm) return 'unsupported';
  return signature === null ? 'wrong' : await verifySignature(key, tbs, signature);
}
