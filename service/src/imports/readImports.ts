import { hasRole, hasRoleIn, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Import } from '../store/store.ts';
import type { ImportParts } from './parts.ts';

/** @throws ServiceError `IMPORT_NOT_FOUND`. */
export async function requireImport(
  { store }: Pick<ImportParts, 'store'>,
  id: string,
): Promise<Import> {
  const entry = await store.imports.find(id);
  if (entry === null) throw notFound(id);
  return entry;
}

/**
 * Finds an import that someone may see: auditors every one, others what they or their colleagues started.
 *
 * @throws ServiceError `IMPORT_NOT_FOUND`, also for one that exists and is not theirs to see.
 */
export async function findImport(
  parts: Pick<ImportParts, 'store'>,
  principal: Principal,
  id: string,
): Promise<Import> {
  const entry = await requireImport(parts, id);
  if (entry.createdBy === principal.id || hasRole(principal, 'auditor')) return entry;
  const importer = await parts.store.accounts.find(entry.createdBy);
  const isColleague = importer?.roles.some(
    ({ role, organisation }) =>
      role === 'issuer' &&
      organisation !== null &&
      hasRoleIn(principal, organisation, 'issuer', 'approver'),
  );
  if (isColleague !== true) throw notFound(id);
  return entry;
}

function notFound(id: string): ServiceError {
  return new ServiceError('IMPORT_NOT_FOUND', `no import ${id}`);
}
