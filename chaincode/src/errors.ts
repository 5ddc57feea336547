/** Every code a contract refuses with. Codes are API: never renamed. */
export const CONTRACT_ERROR_CODES = [
  'ACTS_MALFORMED',
  'KEYS_MALFORMED',
  'JSON_NOT_CANONICAL',
  'ACT_ID_REUSED',
  'ACT_FROM_FUTURE',
  'ACT_BEFORE_SUBJECT',
  'NOT_AUTHORISED',
  'APPROVER_MISSING',
  'APPROVER_IS_MAKER',
  'EFFECTIVE_TIME_INVALID',
  'SIGNATURE_INVALID',
  'KEY_NOT_FOUND',
  'KEY_RETIRED',
  'KEY_UNFIT',
  'KEY_ALREADY_EXISTS',
  'KEY_LIMIT_REACHED',
  'CERTIFICATE_MALFORMED',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_NOT_YET_VALID',
  'GENESIS_INVALID',
  'AUTHORITY_NOT_FOUND',
  'AUTHORITY_ALREADY_EXISTS',
  'AUTHORITY_ROLES_INVALID',
  'TRUST_ANCHOR_NOT_FOUND',
  'TRUST_ANCHOR_ALREADY_EXISTS',
  'TRUST_ANCHOR_UNFIT',
  'TRUST_SCOPE_INVALID',
  'CREDIT_CODE_INVALID',
  'TYPE_CODE_INVALID',
  'LICENCE_IDENTIFIER_INVALID',
  'SEAL_NOT_FOUND',
  'SEAL_ALREADY_EXISTS',
  'SEAL_STATE_CONFLICT',
  'SEAL_PERIOD_INVALID',
  'SEAL_NOT_YET_VALID',
  'SEAL_EXPIRED',
  'SEAL_SUSPENDED',
  'SEAL_REVOKED',
  'SEAL_SUPERSEDED',
  'SEAL_OUTSIDE_MANDATE',
  'MANDATE_INVALID',
  'DOCUMENT_NOT_FOUND',
  'DOCUMENT_ALREADY_RECORDED',
  'DOCUMENT_FORMAT_MISMATCH',
  'LICENCE_NOT_FOUND',
  'LICENCE_ALREADY_EXISTS',
  'LICENCE_STATE_CONFLICT',
  'LICENCE_SUPERSEDED',
  'LICENCE_VERSION_CONFLICT',
  'LICENCE_PERIOD_INVALID',
  'LICENCE_TYPE_NOT_FOUND',
  'PREDECESSOR_INVALID',
  'CATALOGUE_VERSION_CONFLICT',
] as const;
export type ContractErrorCode = (typeof CONTRACT_ERROR_CODES)[number];

/** What a contract refuses. Only the message crosses Fabric, so it prints as `CODE: sentence`. */
export class ContractError extends Error {
  readonly code: ContractErrorCode;
  /** The sentence without its code: identifiers only, no personal data. */
  readonly sentence: string;

  constructor(code: ContractErrorCode, sentence: string) {
    super(`${code}: ${sentence}`);
    this.name = 'ContractError';
    this.code = code;
    this.sentence = sentence;
  }
}

const KNOWN_CODES: ReadonlySet<string> = new Set(CONTRACT_ERROR_CODES);
const PRINTED = /(?<![A-Z0-9_])([A-Z][A-Z0-9_]{2,63}): /g;

/**
 * Reads back a printed {@link ContractError}, also behind a prefix such as `chaincode response 500, `.
 *
 * @returns code and sentence, or `null` if the text holds no code of ours (a fault of the program or of Fabric).
 */
export function parseContractError(
  text: string,
): { readonly code: ContractErrorCode; readonly message: string } | null {
  for (const match of text.matchAll(PRINTED)) {
    const [printed, code] = match;
    if (code !== undefined && KNOWN_CODES.has(code)) {
      const message = text.slice(match.index + printed.length);
      return { code: code as ContractErrorCode, message }; // just looked up in the closed list
    }
  }
  return null;
}
