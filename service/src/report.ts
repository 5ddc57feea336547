/** The one report every verification yields (ETSI EN 319 102-1 indications). */

export type Indication = 'TOTAL-PASSED' | 'TOTAL-FAILED' | 'INDETERMINATE';

export const SUB_INDICATIONS = [
  'LICENCE_REVOKED',
  'LICENCE_WITHDRAWN',
  'LICENCE_CANCELLED',
  'LICENCE_SUSPENDED',
  'LICENCE_LAPSED',
  'LICENCE_TRANSFERRED',
  'LICENCE_EXPIRED',
  'LICENCE_NOT_YET_VALID',
  'LICENCE_SUPERSEDED',
  'LICENCE_UNKNOWN',
  'HASH_FAILURE',
  'SIG_CRYPTO_FAILURE',
  'FORMAT_FAILURE',
  'UNSIGNED_CONTENT',
  'NOT_SIGNED',
  'TEXT_MISMATCH',
  'CODE_MISMATCH',
  'METADATA_MISMATCH',
  'SEAL_PICTURE_COPIED',
  'SEAL_EXPIRED_AT_SIGNING',
  'SEAL_NOT_YET_VALID_AT_SIGNING',
  'SEAL_SUSPENDED_AT_SIGNING',
  'SEAL_REVOKED',
  'SEAL_OUTSIDE_MANDATE',
  'SEAL_UNKNOWN',
  'REVOKED',
  'EXPIRED',
  'NOT_YET_VALID',
  'SIGNER_NOT_IN_SEAL',
  'CERTIFICATE_CONSTRAINTS_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'NO_CERTIFICATE_CHAIN_FOUND',
  'TRY_LATER',
  'NO_TRUST',
  'BUNDLE_EXPIRED',
  'COPY_EXPIRED',
  'NOT_RECORDED',
  'PROOF_FAILURE',
  'NOT_ENDORSED',
] as const;
export type SubIndication = (typeof SUB_INDICATIONS)[number];

/** One step of the procedure. `clause` is null where no text that was read says it. */
export interface Check {
  readonly name: string;
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  readonly clause: string | null;
  readonly detail: string;
  /** Passed, yet an auditor should read the detail: what was found is unusual but no fault. */
  readonly isNotice?: true;
}

export type SubjectKind =
  | 'licence'
  | 'seal-signature'
  | 'seal'
  | 'receipt'
  | 'credential'
  | 'annotated-copy'
  | 'proof'
  | 'export'
  | 'certificate'
  | 'time-stamp';

export interface Subject {
  readonly kind: SubjectKind;
  readonly identifier: string;
}

export interface Report {
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  /** One sentence a clerk can act on, in the caller's language. */
  readonly statement: string;
  readonly at: string;
  readonly knownAt: string;
  readonly statusAgeSeconds: number | null;
  readonly statusSource: 'ledger' | 'status-list' | 'none';
  readonly subject: Subject;
  readonly checks: readonly Check[];
}

export function passed(name: string, detail: string, clause: string | null = null): Check {
  return { name, indication: 'TOTAL-PASSED', subIndication: null, clause, detail };
}

/** A check that passed and says something that its reader should know. */
export function noticed(name: string, detail: string, clause: string | null = null): Check {
  return { ...passed(name, detail, clause), isNotice: true };
}

export function failed(
  name: string,
  subIndication: SubIndication,
  detail: string,
  clause: string | null = null,
): Check {
  return { name, indication: 'TOTAL-FAILED', subIndication, clause, detail };
}

export function indeterminate(
  name: string,
  subIndication: SubIndication,
  detail: string,
  clause: string | null = null,
): Check {
  return { name, indication: 'INDETERMINATE', subIndication, clause, detail };
}

/**
 * Draws the conclusion from the checks: the first failed one decides; else the first that is
 * indeterminate; passed only if every check passed and there is at least one.
 */
export function conclude(checks: readonly Check[]): Pick<Report, 'indication' | 'subIndication'> {
  const decisive =
    checks.find((check) => check.indication === 'TOTAL-FAILED') ??
    checks.find((check) => check.indication !== 'TOTAL-PASSED');
  if (decisive !== undefined) {
    return { indication: decisive.indication, subIndication: decisive.subIndication };
  }
  return checks.length === 0
    ? { indication: 'INDETERMINATE', subIndication: 'FORMAT_FAILURE' }
    : { indication: 'TOTAL-PASSED', subIndication: null };
}
