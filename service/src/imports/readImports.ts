import { hasRole, hasRoleIn, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Import, Page, PageRequest } from '../store/store.ts';
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
  if (await maySee(parts, principal, entry.createdBy)) return entry;
  throw notFound(id);
}

/**
 * Imports that someone may see, newest first. Those of others are left out after a page was read: a page can have few items,
 * also none, and another one behind it.
 *
 * @throws ServiceError `REQUEST_MALFORMED` for a wrong cursor.
 */
export async function listImports(
  parts: Pick<ImportParts, 'store'>,
  principal: Principal,
  page: PageRequest,
): Promise<Page<Import>> {
  const { items, nextCursor } = await parts.store.imports.list(page);
  const seen = new Map<string, boolean>();
  for (const importer of new Set(items.map(({ createdBy }) => createdBy))) {
    seen.set(importer, await maySee(parts, principal, importer));
  }
  return { items: items.filter(({ createdBy }) => seen.get(createdBy) === true), nextCursor };
}

/** @param importer - account id. */
async function maySee(
  { store }: Pick<ImportParts, 'store'>,
  principal: Principal,
  importer: string,
): Promise<boolean> {
  if (importer === principal.id || hasRole(principal, 'auditor')) return true;
  const account = await store.accounts.find(importer);
  const isColleague = account?.roles.some(
    ({ role, organisation }) =>
      role === 'issuer' &&
      organisation !== null &&
      hasRoleIn(principal, organisation, 'issuer', 'approver'),
  );
  return isColleague === true;
}

function notFound(id: string): ServiceError {
  return new ServiceError('IMPORT_NOT_FOUND', `no import ${id}`);
}
