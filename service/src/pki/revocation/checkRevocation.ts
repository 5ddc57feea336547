/** The check on revocation over a whole path (RFC 5280 §6.1.3 (a) (3), §6.3). */
import { failed, indeterminate, passed, type Check } from '../../report.ts';
import type { Certificate } from '../certificate.ts';
import type { CertificateStatus } from './certificateStatus.ts';
import { indexCrls, type CrlIndex } from './crlIndex.ts';
import type { RevocationContext } from './crlSigner.ts';
import { askCrls, type Finding } from './crlStatus.ts';
import { isFresh } from './freshness.ts';
import { readOcspStatus } from './ocspStatus.ts';
import type { RevocationKnowledge } from './revocationKnowledge.ts';

/** What is asked of a path that is sound but for revocation. */
export interface RevocationQuestion extends Pick<
  RevocationContext,
  'path' | 'intermediates' | 'at' | 'provenAt' | 'isPathSound'
> {
  readonly knowledge: RevocationKnowledge;
}

const NAME = 'certificationPath.revocation';
const CLAUSE = 'RFC 5280 §6.1.3 (a) (3), §6.3.3';
const MAX_SIGNATURES = 100;
const MAX_RESPONSES = 256;
/** Lists whose issuers' own status hangs on further lists. */
const MAX_DEPTH = 4;

/**
 * Judges whether a certificate of the path was revoked. Revoked by `at`: `REVOKED`, failed. Revoked later, but by
 * `provenAt`: `REVOKED`, indeterminate, for nobody proves that the signature was there before. Revoked after that:
 * passed. What cannot be told is `TRY_LATER`.
 */
export function checkRevocation(question: RevocationQuestion): Check {
  const { knowledge, at, provenAt } = question;
  const sources = { knowledge, index: indexCrls(knowledge) };
  const context = createContext(question, sources);
  const outcomes = askPath(sources, context).map((asked) => {
    const outcome = toOutcome(asked, knowledge, context);
    if (outcome.kind === 'unknown') tellUnknown(asked, question);
    return outcome;
  });
  const worst = (['revoked', 'revokedUnproven', 'unknown'] as const).flatMap((kind) =>
    outcomes.filter((outcome) => outcome.kind === kind),
  )[0];
  switch (worst?.kind) {
    case 'revoked':
      return failed(NAME, 'REVOKED', worst.detail, CLAUSE);
    case 'revokedUnproven': {
      const detail = `${worst.detail}, after ${at.toISOString()}, and nothing proves that the signature was made before`;
      return indeterminate(NAME, 'REVOKED', detail, CLAUSE);
    }
    case 'unknown':
      return indeterminate(NAME, 'TRY_LATER', worst.detail, CLAUSE);
    case 'passed':
    case undefined: {
      const remarks = outcomes.flatMap(({ detail }) => (detail === '' ? [] : [detail]));
      const detail = [`no certificate was revoked by ${provenAt.toISOString()}`, ...remarks];
      return passed(NAME, detail.join('; '), CLAUSE);
    }
  }
}

function tellUnknown({ certificate }: Asked, { knowledge, path }: RevocationQuestion): void {
  const issuer = path[path.indexOf(certificate) + 1];
  const anchor = path.at(-1);
  if (issuer === undefined || anchor === undefined) return;
  knowledge.onUnknown?.(certificate, issuer, anchor);
}

interface Sources {
  readonly knowledge: RevocationKnowledge;
  readonly index: CrlIndex;
}

interface Asked {
  readonly certificate: Certificate;
  readonly finding: Finding;
}

interface Outcome {
  readonly kind: 'revoked' | 'revokedUnproven' | 'unknown' | 'passed';
  /** Empty: nothing to remark. */
  readonly detail: string;
}

function createContext(question: RevocationQuestion, sources: Sources): RevocationContext {
  const { path, intermediates, at, provenAt, isPathSound } = question;
  return {
    ...{ path, intermediates, at, provenAt, isPathSound },
    pending: [],
    covered: [],
    budget: { signatures: MAX_SIGNATURES },
    isPathUnrevoked: (context) =>
      context.pending.length < MAX_DEPTH &&
      askPath(sources, context).every(
        ({ finding }) =>
          finding.kind === 'good' ||
          (finding.kind === 'revoked' && finding.revokedAt > context.provenAt),
      ),
  };
}

/** Asks about every certificate of the path but the anchor, and those that are asked about anyway. */
function askPath(sources: Sources, context: RevocationContext): readonly Asked[] {
  const { path } = context;
  return path
    .slice(0, -1)
    .map((certificate, place) => ({ certificate, issuer: path[place + 1] ?? certificate }))
    .filter(({ certificate }) => !context.covered.includes(certificate))
    .map(({ certificate, issuer }) => {
      const asking = { ...context, pending: [...context.pending, certificate] };
      return { certificate, finding: ask(certificate, issuer, sources, asking) };
    });
}

/** Whoever says that it was revoked is believed before whoever says that it was not. */
function ask(
  certificate: Certificate,
  issuer: Certificate,
  { knowledge, index }: Sources,
  context: RevocationContext,
): Finding {
  const byLists = askCrls(certificate, index, context);
  if (byLists.kind === 'revoked' || knowledge.ocspResponses.length === 0) {
    return byLists;
  }
  const byResponders = askResponders(certificate, issuer, knowledge, context);
  if (byResponders.kind !== 'undetermined') {
    return byResponders;
  }
  return byLists.kind === 'good' || byResponders.why === null ? byLists : byResponders;
}

function askResponders(
  certificate: Certificate,
  issuer: Certificate,
  { ocspResponses }: RevocationKnowledge,
  { provenAt }: RevocationContext,
): Finding {
  const findings = ocspResponses
    .slice(0, MAX_RESPONSES)
    .map((response) => readOcspStatus({ certificate, issuer, response }))
    .map((status) => toFinding(status, certificate, provenAt));
  return (
    findings.find(({ kind }) => kind === 'revoked') ??
    findings.find(({ kind }) => kind === 'good') ??
    findings.find((finding) => finding.kind === 'undetermined' && finding.why !== null) ??
    NOTHING
  );
}

const NOTHING: Finding = { kind: 'undetermined', why: null };

function toFinding(status: CertificateStatus, certificate: Certificate, provenAt: Date): Finding {
  switch (status.kind) {
    case 'other':
      return NOTHING;
    case 'fault':
      return { kind: 'undetermined', why: status.detail };
    case 'unknown':
      return { kind: 'undetermined', why: 'the responder does not know it' };
    case 'revoked':
      return status.reason === 'certificateHold' && !isFresh(status, certificate, provenAt)
        ? { kind: 'undetermined', why: 'the response at hand is too old' }
        : { kind: 'revoked', revokedAt: status.revokedAt, reason: status.reason };
    case 'good':
      return isFresh(status, certificate, provenAt)
        ? { kind: 'good' }
        : {
            kind: 'undetermined',
            why: `the response at hand does not reach to ${provenAt.toISOString()}`,
          };
  }
}

function toOutcome(
  { certificate, finding }: Asked,
  { demand }: RevocationKnowledge,
  { at, provenAt }: RevocationContext,
): Outcome {
  const who = `certificate ${certificate.subject.text} (${certificate.fingerprint.slice(0, 16)})`;
  if (finding.kind === 'good') {
    return { kind: 'passed', detail: '' };
  }
  if (finding.kind === 'revoked') {
    const { revokedAt, reason } = finding;
    const detail = `${who} was revoked at ${revokedAt.toISOString()} (${reason ?? 'no reason given'})`;
    if (revokedAt <= at) return { kind: 'revoked', detail };
    return { kind: revokedAt <= provenAt ? 'revokedUnproven' : 'passed', detail };
  }
  if (finding.why === null && demand === 'whereNamed' && !namesSource(certificate)) {
    return { kind: 'passed', detail: `${who} names no list and no responder` };
  }
  const why = finding.why ?? 'no list or response is at hand';
  return { kind: 'unknown', detail: `the status of ${who} is not known: ${why}` };
}

function namesSource({ crlDistributionPoints, ocspUrls }: Certificate): boolean {
  return crlDistributionPoints.length > 0 || ocspUrls.length > 0;
}
