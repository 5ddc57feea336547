import type { Language, Text } from '../language.ts';
import { conclude, type Check, type Report, type Subject } from '../report.ts';
import type { VerificationTime } from './parts.ts';
import { statementOf } from './statement.ts';

/** What a verification found, before it is put into words. */
export interface Finding {
  readonly subject: Subject;
  readonly checks: readonly Check[];
  /** Identifier of the licence it concerns; null if none. */
  readonly licence: string | null;
  readonly esId: string | null;
  /** Null: no status was looked at. */
  readonly statusAgeSeconds: number | null;
  /** Whose word the status is; absent: the ledger's. */
  readonly statusSource?: 'ledger' | 'status-list';
  /** When the state that may have decided began, RFC 3339. */
  readonly since: string | undefined;
  readonly currentIdentifier: string | undefined;
  /** Says more than the verdict's own sentence; for proofs. */
  readonly statement?: Text;
}

/** A finding on what speaks for itself: what was signed long ago has no status here and now. */
export function evidenceFinding(
  verdict: Pick<Finding, 'subject' | 'checks' | 'statement'>,
): Finding {
  return {
    ...verdict,
    ...{ licence: null, esId: null, statusAgeSeconds: null },
    ...{ since: undefined, currentIdentifier: undefined },
  };
}

/** Draws the conclusion and says it. */
export function toReport(finding: Finding, time: VerificationTime, language: Language): Report {
  const verdict = conclude(finding.checks);
  const facts = {
    subject: finding.subject.kind,
    since: finding.since,
    currentIdentifier: finding.currentIdentifier,
  };
  return {
    ...verdict,
    statement: finding.statement?.[language] ?? statementOf(verdict, facts, language),
    at: (time.aheadAt ?? time.at).toISOString(),
    knownAt: time.knownAt.toISOString(),
    statusAgeSeconds: finding.statusAgeSeconds,
    statusSource: finding.statusAgeSeconds === null ? 'none' : (finding.statusSource ?? 'ledger'),
    subject: finding.subject,
    checks: finding.checks,
  };
}
