import type { Principal } from '../access.ts';
import type { LicenceParts } from '../licences/parts.ts';
import { INSTALLATION, installationAs } from '../people/installation.ts';
import { principalOf } from '../people/sessions.ts';
import type { Import } from '../store/store.ts';

/** What imports work with. */
export type ImportParts = LicenceParts;

/** The installation may import for every authority; it approves nothing. */
export async function installationImporter(parts: ImportParts): Promise<Principal> {
  const organisations = await parts.store.organisations.list();
  return installationAs(
    organisations.map(({ creditCode }) => ({ role: 'issuer', organisation: creditCode })),
  );
}

/**
 * Who started an import, with their roles as of now: someone who has lost them imports nothing any more.
 *
 * @returns null if the account is gone or disabled.
 */
export async function importerOf(parts: ImportParts, entry: Import): Promise<Principal | null> {
  if (entry.createdBy === INSTALLATION) return await installationImporter(parts);
  const account = await parts.store.accounts.find(entry.createdBy);
  return account === null || account.disabledAt !== null ? null : principalOf(account);
}

/** Name of the note that all rows of an import are in the store. */
export function stagedNote(id: string): string {
  return `import.staged.${id}`;
}
