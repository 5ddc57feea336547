/** The service's answer to a verification, as its API states it. */

export const INDICATIONS = ['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE'] as const;
export type Indication = (typeof INDICATIONS)[number];

export interface Check {
  readonly name: string;
  readonly indication: Indication;
  readonly subIndication: string | null;
  readonly clause: string | null;
  readonly detail: string;
  /** Passed, yet its detail should be read. */
  readonly isNotice: boolean;
}

export interface Report {
  readonly indication: Indication;
  readonly subIndication: string | null;
  readonly statement: string;
  /** RFC 3339. */
  readonly at: string;
  readonly subject: { readonly kind: string; readonly identifier: string };
  readonly checks: readonly Check[];
}

/**
 * Reads a report out of an answer's JSON.
 *
 * @param body - attacker-controlled: anything can stand between page and service.
 * @returns null unless it is a whole report; a verdict is never guessed from a part of one.
 */
export function readReport(body: unknown): Report | null {
  if (!isRecord(body)) return null;
  const { indication, subIndication, statement, at } = body;
  const subject = readSubject(body['subject']);
  const checks = readChecks(body['checks']);
  if (!isIndication(indication) || !isTextOrNull(subIndication)) return null;
  if (!isText(statement) || !isInstant(at)) return null;
  if (subject === null || checks === null) return null;
  const report = { indication, subIndication, statement, at, subject, checks };
  return isConsistent(report) ? report : null;
}

function readSubject(value: unknown): Report['subject'] | null {
  if (!isRecord(value)) return null;
  const { kind, identifier } = value;
  return isText(kind) && isText(identifier) ? { kind, identifier } : null;
}

function readChecks(value: unknown): readonly Check[] | null {
  if (!Array.isArray(value)) return null;
  const checks = value.map(readCheck);
  return checks.every((check) => check !== null) ? checks : null;
}

/** Passed means that there are checks and that each of them passed. */
function isConsistent({ indication, checks }: Report): boolean {
  return (
    indication !== 'TOTAL-PASSED' ||
    (checks.length > 0 && checks.every((check) => check.indication === 'TOTAL-PASSED'))
  );
}

function readCheck(value: unknown): Check | null {
  if (!isRecord(value)) return null;
  const { name, indication, subIndication, clause, detail } = value;
  return isText(name) &&
    isIndication(indication) &&
    isTextOrNull(subIndication) &&
    isTextOrNull(clause) &&
    isText(detail)
    ? { name, indication, subIndication, clause, detail, isNotice: value['isNotice'] === true }
    : null;
}

/** Whether a JSON value is an object with members. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIndication(value: unknown): value is Indication {
  return INDICATIONS.some((indication) => indication === value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isInstant(value: unknown): value is string {
  return isText(value) && !Number.isNaN(Date.parse(value));
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}
