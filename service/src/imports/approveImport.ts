import { hasRoleIn, organisationOf, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import { approveLicence } from '../licences/approveLicence.ts';
import type { ImportRow } from '../store/store.ts';
import { isTransient, toFault } from './importRow.ts';
import { inParallel } from './inParallel.ts';
import type { ImportParts } from './parts.ts';
import { requireImport } from './readImports.ts';
import { ROWS_AT_ONCE, rowsWith } from './runImport.ts';

/**
 * Makes sure that someone may approve an import as a whole.
 *
 * @throws ServiceError `IMPORT_NOT_FOUND`, `NOT_AUTHORISED`, `APPROVER_IS_MAKER`.
 */
export async function requireApprover(
  parts: Pick<ImportParts, 'store'>,
  principal: Principal,
  id: string,
): Promise<void> {
  organisationOf(principal, 'approver');
  const entry = await requireImport(parts, id);
  if (entry.createdBy === principal.id) {
    throw new ServiceError('APPROVER_IS_MAKER', 'nobody approves an import of their own');
  }
}

/**
 * Approves, one by one, the drafts that an import left of types with dual approval, as far as they are of the
 * approver's own authority. Those that cannot be issued stay drafts, with the fault noted at their rows.
 *
 * @throws ServiceError as {@link requireApprover}; `LEDGER_…`, `STORE_UNAVAILABLE`: approve again later.
 */
export async function approveImport(
  parts: ImportParts,
  principal: Principal,
  id: string,
  isStopped: () => boolean = () => false,
): Promise<void> {
  await requireApprover(parts, principal, id);
  const work = async (row: DraftedRow): Promise<void> => {
    const { issuer } = readIdentifier(row.identifier);
    if (!hasRoleIn(principal, issuer, 'approver')) return;
    await parts.store.imports.settleRows(id, [await approveRow(parts, principal, row)]);
  };
  await inParallel(rowsWith(parts, id, 'drafted'), work, { width: ROWS_AT_ONCE, isStopped });
}

interface DraftedRow {
  readonly number: number;
  readonly identifier: string;
}

async function approveRow(
  parts: ImportParts,
  principal: Principal,
  { number, identifier }: DraftedRow,
): Promise<ImportRow> {
  try {
    const facts = await parts.store.licences.facts(identifier);
    const isOpen = facts === null || facts.state === 'drafted' || facts.state === 'returned';
    if (isOpen) await approveLicence(parts, principal, identifier);
    return { number, outcome: 'issued', identifier, fault: null };
  } catch (error) {
    if (!(error instanceof ServiceError) || isTransient(error)) throw error;
    return { number, outcome: 'drafted', identifier, fault: toFault(error) };
  }
}
