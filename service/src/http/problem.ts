/** The one border where errors become HTTP answers: RFC 9457 problem details. */
import { ServiceError, type ErrorCode, type Fault } from '../errors.ts';

/** Status and title of each code. */
export const PROBLEMS: Readonly<
  Record<ErrorCode, { readonly status: number; readonly title: string }>
> = {
  REQUEST_MALFORMED: { status: 400, title: 'Request malformed' },
  REQUEST_TOO_LARGE: { status: 413, title: 'Request too large' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  NOT_AUTHENTICATED: { status: 401, title: 'Sign-in needed' },
  NOT_AUTHORISED: { status: 403, title: 'Not authorised' },
  CREDENTIALS_WRONG: { status: 401, title: 'User name or password wrong' },
  IDEMPOTENCY_KEY_REUSED: { status: 409, title: 'Idempotency key reused' },
  REQUEST_IN_PROGRESS: { status: 409, title: 'Equal request in progress' },
  ACCOUNT_ALREADY_EXISTS: { status: 409, title: 'Account already exists' },
  ORGANISATION_NOT_FOUND: { status: 404, title: 'Organisation not found' },
  ORGANISATION_ALREADY_EXISTS: { status: 409, title: 'Organisation already exists' },
  ACCOUNT_NOT_FOUND: { status: 404, title: 'Account not found' },
  WINDOW_NOT_FOUND: { status: 404, title: 'Window not found' },
  WINDOW_ALREADY_EXISTS: { status: 409, title: 'Window already exists' },
  WINDOW_CLOSED: { status: 409, title: 'Window closed' },
  ORGANISATION_CLOSED: { status: 409, title: 'Organisation closed' },
  ORGANISATION_TREE_CONFLICT: { status: 409, title: 'Not possible in the tree of organisations' },
  PASSWORD_CHANGE_REQUIRED: { status: 403, title: 'Password must be changed first' },
  LOCAL_SIGN_IN_OFF: { status: 403, title: 'Sign in by the identity provider' },
  IDENTITY_ALREADY_BOUND: { status: 409, title: 'Identity bound to another account' },
  IDENTITY_UNKNOWN: { status: 403, title: 'Nobody here has this identity' },
  IDENTITY_REFUSED: { status: 401, title: 'Sign-in refused' },
  IDENTITY_PROVIDER_UNAVAILABLE: { status: 503, title: 'Identity provider out of reach' },
  CREDIT_CODE_INVALID: { status: 422, title: 'Credit code invalid' },
  HOLDER_CODE_INVALID: { status: 422, title: 'Holder code invalid' },
  TYPE_CODE_INVALID: { status: 422, title: 'Type code invalid' },
  LICENCE_TYPE_NOT_FOUND: { status: 404, title: 'Licence type not found' },
  LICENCE_TYPE_MALFORMED: { status: 422, title: 'Licence type malformed' },
  LICENCE_NOT_FOUND: { status: 404, title: 'Licence not found' },
  LICENCE_ALREADY_EXISTS: { status: 409, title: 'Licence already exists' },
  LICENCE_STATE_CONFLICT: { status: 409, title: 'Not possible in this state' },
  LICENCE_FIELDS_INVALID: { status: 422, title: 'Licence fields invalid' },
  LICENCE_PERIOD_INVALID: { status: 422, title: 'Licence period invalid' },
  LICENCE_SERIAL_INVALID: { status: 422, title: 'Licence serial invalid' },
  LICENCE_NOT_IN_FORCE: { status: 409, title: 'Licence not in force' },
  COPY_PERIOD_OVER: { status: 409, title: 'Time for copies is over' },
  RECEIPT_NOT_FOUND: { status: 404, title: 'Receipt not found' },
  APPROVER_IS_MAKER: { status: 403, title: 'Second person needed' },
  CERTIFICATE_NOT_FOUND: { status: 404, title: 'Certificate not found' },
  CERTIFICATE_STATE_CONFLICT: { status: 409, title: 'Not possible in this state' },
  SEAL_NOT_FOUND: { status: 404, title: 'Seal not found' },
  SEAL_ALREADY_EXISTS: { status: 409, title: 'Seal already exists' },
  SEAL_STATE_CONFLICT: { status: 409, title: 'Not possible in this state' },
  SEAL_NOT_YET_VALID: { status: 409, title: 'Seal not yet valid' },
  SEAL_EXPIRED: { status: 409, title: 'Seal expired' },
  SEAL_SUSPENDED: { status: 409, title: 'Seal suspended' },
  SEAL_REVOKED: { status: 409, title: 'Seal revoked' },
  SEAL_SUPERSEDED: { status: 409, title: 'Seal renewed by another one' },
  SEAL_OUTSIDE_MANDATE: { status: 409, title: 'Outside the mandate of the seal' },
  SEAL_PERIOD_INVALID: { status: 422, title: 'Seal period invalid' },
  SEAL_APPLICATION_NOT_FOUND: { status: 404, title: 'Seal application not found' },
  SEAL_APPLICATION_CONFLICT: { status: 409, title: 'Seal application decided' },
  SEALING_REQUEST_NOT_FOUND: { status: 404, title: 'Sealing request not found' },
  SEALING_REQUEST_CONFLICT: { status: 409, title: 'Sealing request decided' },
  MANDATE_INVALID: { status: 422, title: 'Mandate invalid' },
  PERSONAL_SIGNATURE_NOT_FOUND: { status: 404, title: 'Personal signature not found' },
  PKCS12_MALFORMED: { status: 422, title: 'PKCS#12 file malformed' },
  PKCS12_PASSWORD_WRONG: { status: 422, title: 'Password of the PKCS#12 file wrong' },
  GLYPH_MISSING: { status: 422, title: 'Character cannot be printed' },
  KEY_UNFIT: { status: 409, title: 'Key unfit' },
  KEY_NOT_FOUND: { status: 409, title: 'Key missing' },
  KEY_ALREADY_EXISTS: { status: 409, title: 'Key already exists' },
  CERTIFICATE_MALFORMED: { status: 422, title: 'Certificate malformed' },
  EFFECTIVE_TIME_INVALID: { status: 422, title: 'Effective time invalid' },
  TRUST_ANCHOR_NOT_FOUND: { status: 404, title: 'Trust anchor not found' },
  TRUST_ANCHOR_ALREADY_EXISTS: { status: 409, title: 'Trust anchor already exists' },
  TRUST_ANCHOR_UNFIT: { status: 422, title: 'Not fit to be a trust anchor' },
  TRUST_SCOPE_INVALID: { status: 422, title: 'Scope of trust invalid' },
  TRUST_PROPOSAL_NOT_FOUND: { status: 404, title: 'Proposal not found' },
  TRUST_PROPOSAL_STATE_CONFLICT: { status: 409, title: 'Proposal already decided' },
  TRUST_EXPORT_MALFORMED: { status: 422, title: 'Trust export malformed' },
  TRUST_EXPORT_NOT_GENUINE: { status: 422, title: 'Trust export not genuine' },
  TRUST_EXPORT_EXPIRED: { status: 422, title: 'Trust export expired' },
  TSA_UNAVAILABLE: { status: 503, title: 'Time-stamping authority unavailable' },
  DOCUMENT_MALFORMED: { status: 422, title: 'Document malformed' },
  DOCUMENT_NOT_FOUND: { status: 404, title: 'Document not found' },
  CODE_MALFORMED: { status: 422, title: 'Code malformed' },
  GRANT_NOT_FOUND: { status: 404, title: 'Grant not found' },
  GRANT_STATE_CONFLICT: { status: 409, title: 'Grant has ended' },
  GRANT_SCOPE_INVALID: { status: 422, title: 'Scope of the grant invalid' },
  GRANT_PERIOD_INVALID: { status: 422, title: 'Period of the grant invalid' },
  GRANT_AGENT_INVALID: { status: 422, title: 'Agent invalid' },
  REPRESENTATION_INVALID: { status: 422, title: 'Representation invalid' },
  CLIENT_NOT_FOUND: { status: 404, title: 'Client not found' },
  CLIENT_TERMS_INVALID: { status: 422, title: 'Terms of the client invalid' },
  SCOPE_NOT_GRANTED: { status: 403, title: 'Outside the client’s scopes' },
  PURPOSE_NOT_GRANTED: { status: 403, title: 'Not a purpose of the client' },
  TYPE_NOT_GRANTED: { status: 403, title: 'Not a licence type of the client' },
  FIELD_NOT_GRANTED: { status: 403, title: 'Not a field of the client' },
  GRANT_NEEDED: { status: 403, title: 'The holder’s grant is needed' },
  QUOTA_EXCEEDED: { status: 429, title: 'Quota used up' },
  IMPORT_NOT_FOUND: { status: 404, title: 'Import not found' },
  IMPORT_MALFORMED: { status: 422, title: 'Import malformed' },
  PRESENTATION_NOT_FOUND: { status: 404, title: 'Presentation not found' },
  PRESENTATION_NOT_REDEEMABLE: { status: 404, title: 'No such code' },
  PRESENTATION_STATE_CONFLICT: { status: 409, title: 'Not possible in this state' },
  SPOKEN_CODE_LOCKED: { status: 429, title: 'Too many wrong codes: scan the QR code' },
  WINDOW_CODE_NOT_FOUND: { status: 404, title: 'Window code not found' },
  LEGAL_BASIS_INVALID: { status: 422, title: 'Legal basis invalid' },
  MATTER_NOT_FOUND: { status: 404, title: 'Matter not found' },
  MATTER_MALFORMED: { status: 422, title: 'Matter malformed' },
  CASE_NOT_FOUND: { status: 404, title: 'Case not found' },
  CASE_STATE_CONFLICT: { status: 409, title: 'Not possible in this state' },
  CASE_MATERIALS_MISSING: { status: 409, title: 'Materials missing' },
  CASE_ALREADY_RATED: { status: 409, title: 'Case already rated' },
  MATTER_NOT_IN_CASE: { status: 422, title: 'Matter not in this case' },
  MATERIAL_NOT_FOUND: { status: 404, title: 'Material not found' },
  MATERIAL_NOT_IN_CASE: { status: 422, title: 'Material not asked for in this case' },
  MATERIAL_UNFIT: { status: 422, title: 'Signed form not fit' },
  MATERIAL_REQUEST_NOT_FOUND: { status: 404, title: 'Proposal not found' },
  MATERIAL_REQUEST_CONFLICT: { status: 409, title: 'Proposal already decided' },
  CALENDAR_INVALID: { status: 422, title: 'Calendar invalid' },
  USAGE_RECORD_NOT_FOUND: { status: 404, title: 'Usage record not found' },
  OBJECTION_NOT_FOUND: { status: 404, title: 'Objection not found' },
  OBJECTION_ALREADY_EXISTS: { status: 409, title: 'Objected to before' },
  OBJECTION_STATE_CONFLICT: { status: 409, title: 'Objection answered or withdrawn' },
  RECALL_NOTICE_NOT_FOUND: { status: 404, title: 'Recall notice not found' },
  RECALL_NOTICE_CONFLICT: { status: 409, title: 'Acknowledged before' },
  NOTICE_NOT_FOUND: { status: 404, title: 'Notice not found' },
  ERASURE_NOT_FOUND: { status: 404, title: 'Erasure not found' },
  ERASURE_RETAINED: { status: 409, title: 'Personal data must be kept' },
  ERASURE_STATE_CONFLICT: { status: 409, title: 'Erasure decided' },
  PROOF_NOT_READY: { status: 409, title: 'Proof not ready' },
  EXPORT_TOO_LARGE: { status: 422, title: 'Too many records for one export' },
  ACT_REFUSED: { status: 409, title: 'Refused by the ledger' },
  LEDGER_CONFLICT: { status: 503, title: 'Ledger busy' },
  LEDGER_UNAVAILABLE: { status: 503, title: 'Ledger unavailable' },
  LEDGER_OUTCOME_UNKNOWN: { status: 503, title: 'Outcome not known yet' },
  LEDGER_DIVERGED: { status: 503, title: 'Organisations disagree' },
  LEDGER_CORRUPT: { status: 500, title: 'Ledger corrupt' },
  STORE_UNAVAILABLE: { status: 503, title: 'Store unavailable' },
  CONFIGURATION_INVALID: { status: 500, title: 'Internal error' },
  INTERNAL: { status: 500, title: 'Internal error' },
};

/** Problem details of RFC 9457 §3. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: ErrorCode;
  readonly requestId: string;
  readonly faults?: readonly Fault[];
}

/** Seconds after which to ask again, where the error itself does not say. */
const RETRY_AFTER: Readonly<Partial<Record<ErrorCode, number>>> = {
  RATE_LIMITED: 1,
  REQUEST_IN_PROGRESS: 1,
  PROOF_NOT_READY: 2,
  LEDGER_CONFLICT: 1,
  LEDGER_UNAVAILABLE: 5,
  LEDGER_OUTCOME_UNKNOWN: 5,
  LEDGER_DIVERGED: 30,
  STORE_UNAVAILABLE: 5,
  IDENTITY_PROVIDER_UNAVAILABLE: 30,
  TSA_UNAVAILABLE: 15,
};

/**
 * Says an error to the client.
 *
 * @param error - anything that was thrown. Of what is no `ServiceError`, and of what only operators can mend, nothing is said.
 */
export function toProblem(error: unknown, requestId: string): Problem {
  const known = asServiceError(error);
  const code = known?.code ?? 'INTERNAL';
  const { status, title } = PROBLEMS[code];
  const isSpoken = known !== null && status !== 500;
  return {
    type: `urn:yinxin:problem:${code}`,
    title,
    status,
    ...(isSpoken ? { detail: known.message } : {}),
    code,
    requestId,
    ...(isSpoken && known.faults.length > 0 ? { faults: known.faults } : {}),
  };
}

/** Seconds for `Retry-After`; null: no such header. */
export function retryAfterOf(error: unknown): number | null {
  const known = asServiceError(error);
  return known === null ? null : (known.retryAfterSeconds ?? RETRY_AFTER[known.code] ?? null);
}

function asServiceError(error: unknown): ServiceError | null {
  if (error instanceof ServiceError) return error;
  if (error instanceof URIError) {
    return new ServiceError('REQUEST_MALFORMED', 'the path is not percent-encoded UTF-8');
  }
  return null;
}
