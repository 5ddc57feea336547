/** Rules of authorities: pure. */
import { requireRole } from '../access.js';
import type { Act, AuthorityRole } from '../act.js';
import { toAuthorityKey } from '../actSignature.js';
import { isCreditCode } from '../codes.js';
import { ContractError } from '../errors.js';
import type { AuthorityKey, AuthorityRecord } from '../records.js';

/** Retired keys count: they stay on the record. */
export const MAX_KEYS = 64;

/**
 * The record a registration leads to. Who may register is asked by {@link requireRegistrar} and {@link requireGenesis}.
 *
 * @throws ContractError `CREDIT_CODE_INVALID`, `AUTHORITY_ROLES_INVALID`, `CERTIFICATE_MALFORMED`, `KEY_UNFIT`,
 * `KEY_ALREADY_EXISTS`.
 */
export function registerAuthority(act: Act<'authority.register'>): AuthorityRecord {
  const { creditCode, name, parent, roles } = act.body;
  if (!isCreditCode(creditCode))
    throw new ContractError('CREDIT_CODE_INVALID', `${creditCode} is not a credit code`);
  requireDistinct(roles);
  const keys = act.body.keys.map((key) => toAuthorityKey(key, act.at));
  if (new Set(keys.map((key) => key.keyId)).size !== keys.length)
    throw new ContractError('KEY_ALREADY_EXISTS', 'a key is given twice');
  return { schemaVersion: 1, creditCode, name, parent, roles, keys, actId: act.id };
}

/** @throws ContractError `GENESIS_INVALID` unless the first authority makes itself registrar, at the top of the tree. */
export function requireGenesis(authority: AuthorityRecord): void {
  if (!authority.roles.includes('registrar') || authority.parent !== null)
    throw new ContractError(
      'GENESIS_INVALID',
      'the first authority must be registrar and have no parent',
    );
}

/** @throws ContractError `NOT_AUTHORISED`. */
export function requireRegistrar(author: AuthorityRecord): void {
  requireRole(author, 'registrar');
}

/** @throws ContractError `NOT_AUTHORISED`, `AUTHORITY_ROLES_INVALID` (also when a registrar drops its own role). */
export function setRoles(
  act: Act<'authority.setRoles'>,
  author: AuthorityRecord,
  authority: AuthorityRecord,
): AuthorityRecord {
  requireRegistrar(author);
  requireDistinct(act.body.roles);
  if (author.creditCode === authority.creditCode && !act.body.roles.includes('registrar'))
    throw new ContractError('AUTHORITY_ROLES_INVALID', 'a registrar cannot drop its own role');
  return { ...authority, roles: act.body.roles, actId: act.id };
}

/**
 * Adds a key and retires the one it replaces.
 *
 * @throws ContractError `NOT_AUTHORISED`, `KEY_NOT_FOUND`, `KEY_RETIRED`, `KEY_UNFIT` (other purpose),
 * `KEY_ALREADY_EXISTS`, `KEY_LIMIT_REACHED`, `CERTIFICATE_MALFORMED`.
 */
export function replaceKey(
  act: Act<'authority.replaceKey'>,
  author: AuthorityRecord,
  authority: AuthorityRecord,
): AuthorityRecord {
  if (author.creditCode !== authority.creditCode) requireRegistrar(author);
  const added = toAuthorityKey(act.body.key, act.at);
  if (authority.keys.some((key) => key.keyId === added.keyId))
    throw new ContractError('KEY_ALREADY_EXISTS', `key ${added.keyId} is there already`);
  if (authority.keys.length >= MAX_KEYS)
    throw new ContractError('KEY_LIMIT_REACHED', `an authority has at most ${MAX_KEYS} keys`);
  const { retiredKeyId } = act.body;
  if (retiredKeyId !== null) requireReplaceable(authority, retiredKeyId, added);
  const keys = authority.keys.map((key) =>
    key.keyId === retiredKeyId ? { ...key, retiredAt: act.at } : key,
  );
  return { ...authority, keys: [...keys, added], actId: act.id };
}

function requireReplaceable(authority: AuthorityRecord, keyId: string, added: AuthorityKey): void {
  const retired = authority.keys.find((key) => key.keyId === keyId);
  if (retired === undefined)
    throw new ContractError(
      'KEY_NOT_FOUND',
      `authority ${authority.creditCode} has no key ${keyId}`,
    );
  if (retired.retiredAt !== null)
    throw new ContractError('KEY_RETIRED', `key ${keyId} was retired at ${retired.retiredAt}`);
  if (retired.purpose !== added.purpose)
    throw new ContractError(
      'KEY_UNFIT',
      `a key for ${added.purpose} cannot replace one for ${retired.purpose}`,
    );
}

function requireDistinct(roles: readonly AuthorityRole[]): void {
  if (new Set(roles).size !== roles.length)
    throw new ContractError('AUTHORITY_ROLES_INVALID', 'a role is given twice');
}
