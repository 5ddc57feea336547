import type { z } from 'zod';
import { hasRole, hasRoleIn, type Principal } from '../access.ts';
import type { Licence, Store } from '../store/store.ts';
import type { Names } from './names.ts';
import { presentLicence, type licenceShape } from './presentLicence.ts';

interface Reader {
  readonly names: Names;
  readonly store: Pick<Store, 'accounts'>;
  readonly principal: Principal;
}

/**
 * Licences as somebody reads them. Who drafted and returned one is for the staff of its department alone, the note with
 * which it was returned for auditors, too.
 */
export async function presentForReader(
  reader: Reader,
  licences: readonly Licence[],
): Promise<readonly z.input<typeof licenceShape>[]> {
  const people = await peopleOf(reader, licences);
  return await Promise.all(
    licences.map(async (licence) => {
      const presented = await presentLicence(reader.names, licence);
      if (isTheirs(reader, licence)) return { ...presented, ...draftPeople(licence, people) };
      return hasRole(reader.principal, 'auditor') ? presented : { ...presented, note: null };
    }),
  );
}

type DraftPeople = Pick<z.input<typeof licenceShape>, 'draftedBy' | 'returnedBy'>;

/** Whoever returned a draft stands where its approver would. */
function draftPeople(licence: Licence, people: ReadonlyMap<string, string>): DraftPeople {
  if (!isDraft(licence)) return {};
  const named = (id: string | null): { displayName: string } | null => {
    const displayName = people.get(id ?? '');
    return displayName === undefined ? null : { displayName };
  };
  const { makerId, approverId, state } = licence;
  return {
    draftedBy: named(makerId),
    returnedBy: state === 'returned' ? named(approverId) : null,
  };
}

/** Display names by account id. */
async function peopleOf(
  reader: Reader,
  licences: readonly Licence[],
): Promise<ReadonlyMap<string, string>> {
  const drafts = licences.filter((licence) => isDraft(licence) && isTheirs(reader, licence));
  const ids = new Set(drafts.flatMap(({ makerId, approverId }) => [makerId, approverId]));
  const people = new Map<string, string>();
  for (const id of ids) {
    const account = id === null ? null : await reader.store.accounts.find(id);
    if (account !== null) people.set(account.id, account.displayName);
  }
  return people;
}

function isTheirs({ principal }: Reader, { issuer }: Licence): boolean {
  return hasRoleIn(principal, issuer, 'issuer', 'approver');
}

/** Whether it waits to be approved, or to be mended. */
export function isDraft({ state }: Pick<Licence, 'state'>): boolean {
  return state === 'drafted' || state === 'returned';
}
