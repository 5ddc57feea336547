/** Rules of the catalogue: pure. */
import { requireRole } from '../access.js';
import type { Act } from '../act.js';
import { isTypeCode } from '../codes.js';
import { ContractError } from '../errors.js';
import type { AuthorityRecord, LicenceTypeRecord, MatterRecord } from '../records.js';

/** @throws ContractError `NOT_AUTHORISED`, `TYPE_CODE_INVALID`, `DOCUMENT_FORMAT_MISMATCH`, `CATALOGUE_VERSION_CONFLICT`. */
export function putLicenceType(
  act: Act<'catalogue.putLicenceType'>,
  author: AuthorityRecord,
  current: LicenceTypeRecord | null,
): LicenceTypeRecord {
  requireKeeper(author);
  const { typeCode, version, formats } = act.body;
  if (!isTypeCode(typeCode))
    throw new ContractError('TYPE_CODE_INVALID', `${typeCode} is not a licence type code`);
  if (new Set(formats).size !== formats.length)
    throw new ContractError('DOCUMENT_FORMAT_MISMATCH', 'a format is given twice');
  requireNextVersion(version, current);
  return { ...act.body, schemaVersion: 1, actId: act.id };
}

/** @throws ContractError `NOT_AUTHORISED`, `CATALOGUE_VERSION_CONFLICT`. */
export function putMatter(
  act: Act<'catalogue.putMatter'>,
  author: AuthorityRecord,
  current: MatterRecord | null,
): MatterRecord {
  requireKeeper(author);
  requireNextVersion(act.body.version, current);
  return { ...act.body, schemaVersion: 1, actId: act.id };
}

function requireKeeper(author: AuthorityRecord): void {
  requireRole(author, 'registrar', 'operator', 'issuer');
}

function requireNextVersion(version: number, current: { readonly version: number } | null): void {
  const expected = (current?.version ?? 0) + 1;
  if (version !== expected)
    throw new ContractError('CATALOGUE_VERSION_CONFLICT', `version ${version} is not ${expected}`);
}
