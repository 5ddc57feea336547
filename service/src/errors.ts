/** Every code the service can answer with. Codes are API: never renamed. `http/problem.ts` gives each its status. */
export const ERROR_CODES = [
  'REQUEST_MALFORMED',
  'REQUEST_TOO_LARGE',
  'RATE_LIMITED',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'NOT_AUTHENTICATED',
  'NOT_AUTHORISED',
  'CREDENTIALS_WRONG',
  'IDEMPOTENCY_KEY_REUSED',
  'REQUEST_IN_PROGRESS',
  'ACCOUNT_ALREADY_EXISTS',
  'ORGANISATION_NOT_FOUND',
  'ORGANISATION_ALREADY_EXISTS',
  'ACCOUNT_NOT_FOUND',
  'WINDOW_NOT_FOUND',
  'WINDOW_ALREADY_EXISTS',
  'WINDOW_CLOSED',
  'ORGANISATION_CLOSED',
  'ORGANISATION_TREE_CONFLICT',
  'PASSWORD_CHANGE_REQUIRED',
  'LOCAL_SIGN_IN_OFF',
  'IDENTITY_ALREADY_BOUND',
  'IDENTITY_UNKNOWN',
  'IDENTITY_REFUSED',
  'IDENTITY_PROVIDER_UNAVAILABLE',
  'CREDIT_CODE_INVALID',
  'HOLDER_CODE_INVALID',
  'TYPE_CODE_INVALID',
  'LICENCE_TYPE_NOT_FOUND',
  'LICENCE_TYPE_MALFORMED',
  'LICENCE_NOT_FOUND',
  'LICENCE_ALREADY_EXISTS',
  'LICENCE_STATE_CONFLICT',
  'LICENCE_FIELDS_INVALID',
  'LICENCE_PERIOD_INVALID',
  'LICENCE_SERIAL_INVALID',
  'LICENCE_NOT_IN_FORCE',
  'COPY_PERIOD_OVER',
  'RECEIPT_NOT_FOUND',
  'APPROVER_IS_MAKER',
  'SEAL_NOT_FOUND',
  'SEAL_ALREADY_EXISTS',
  'SEAL_STATE_CONFLICT',
  'SEAL_NOT_YET_VALID',
  'SEAL_EXPIRED',
  'SEAL_SUSPENDED',
  'SEAL_REVOKED',
  'SEAL_SUPERSEDED',
  'SEAL_OUTSIDE_MANDATE',
  'SEAL_PERIOD_INVALID',
  'SEAL_APPLICATION_NOT_FOUND',
  'SEAL_APPLICATION_CONFLICT',
  'SEALING_REQUEST_NOT_FOUND',
  'SEALING_REQUEST_CONFLICT',
  'MANDATE_INVALID',
  'PERSONAL_SIGNATURE_NOT_FOUND',
  'PKCS12_MALFORMED',
  'PKCS12_PASSWORD_WRONG',
  'GLYPH_MISSING',
  'KEY_UNFIT',
  'KEY_NOT_FOUND',
  'KEY_ALREADY_EXISTS',
  'CERTIFICATE_MALFORMED',
  'CERTIFICATE_NOT_FOUND',
  'CERTIFICATE_STATE_CONFLICT',
  'TSA_UNAVAILABLE',
  'EFFECTIVE_TIME_INVALID',
  'TRUST_ANCHOR_NOT_FOUND',
  'TRUST_ANCHOR_ALREADY_EXISTS',
  'TRUST_ANCHOR_UNFIT',
  'TRUST_SCOPE_INVALID',
  'TRUST_PROPOSAL_NOT_FOUND',
  'TRUST_PROPOSAL_STATE_CONFLICT',
  'TRUST_EXPORT_MALFORMED',
  'TRUST_EXPORT_NOT_GENUINE',
  'TRUST_EXPORT_EXPIRED',
  'DOCUMENT_MALFORMED',
  'DOCUMENT_NOT_FOUND',
  'CODE_MALFORMED',
  'GRANT_NOT_FOUND',
  'GRANT_STATE_CONFLICT',
  'GRANT_SCOPE_INVALID',
  'GRANT_PERIOD_INVALID',
  'GRANT_AGENT_INVALID',
  'REPRESENTATION_INVALID',
  'CLIENT_NOT_FOUND',
  'CLIENT_TERMS_INVALID',
  'SCOPE_NOT_GRANTED',
  'PURPOSE_NOT_GRANTED',
  'TYPE_NOT_GRANTED',
  'FIELD_NOT_GRANTED',
  'GRANT_NEEDED',
  'QUOTA_EXCEEDED',
  'IMPORT_NOT_FOUND',
  'IMPORT_MALFORMED',
  'MATTER_NOT_FOUND',
  'MATTER_MALFORMED',
  'PRESENTATION_NOT_FOUND',
  'PRESENTATION_NOT_REDEEMABLE',
  'PRESENTATION_STATE_CONFLICT',
  'SPOKEN_CODE_LOCKED',
  'WINDOW_CODE_NOT_FOUND',
  'LEGAL_BASIS_INVALID',
  'CASE_NOT_FOUND',
  'CASE_STATE_CONFLICT',
  'CASE_MATERIALS_MISSING',
  'CASE_ALREADY_RATED',
  'MATTER_NOT_IN_CASE',
  'MATERIAL_NOT_FOUND',
  'MATERIAL_NOT_IN_CASE',
  'MATERIAL_UNFIT',
  'MATERIAL_REQUEST_NOT_FOUND',
  'MATERIAL_REQUEST_CONFLICT',
  'CALENDAR_INVALID',
  'USAGE_RECORD_NOT_FOUND',
  'OBJECTION_NOT_FOUND',
  'OBJECTION_ALREADY_EXISTS',
  'OBJECTION_STATE_CONFLICT',
  'RECALL_NOTICE_NOT_FOUND',
  'RECALL_NOTICE_CONFLICT',
  'NOTICE_NOT_FOUND',
  'ERASURE_NOT_FOUND',
  'ERASURE_RETAINED',
  'ERASURE_STATE_CONFLICT',
  'PROOF_NOT_READY',
  'EXPORT_TOO_LARGE',
  'ACT_REFUSED',
  'LEDGER_CONFLICT',
  'LEDGER_UNAVAILABLE',
  'LEDGER_OUTCOME_UNKNOWN',
  'LEDGER_DIVERGED',
  'LEDGER_CORRUPT',
  'STORE_UNAVAILABLE',
  'CONFIGURATION_INVALID',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What the caller did wrong or what broke. The message goes to the client: identifiers only, no secrets. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  /** Faults by member, for a form to show beside its fields. */
  readonly faults: readonly Fault[];
  /** When it makes sense to ask again, seconds from now; null: nothing is known. */
  readonly retryAfterSeconds: number | null;
  /** What the answer says beside the problem: HTTP header fields, in small letters. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      cause?: unknown;
      faults?: readonly Fault[];
      retryAfterSeconds?: number;
      headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.faults = options.faults ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.headers = options.headers ?? {};
  }
}

/** One fault in a request: JSON pointer of the member and a sentence. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}
