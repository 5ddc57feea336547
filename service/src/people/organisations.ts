import { isCreditCode, type AuthorityRole } from '@yinxin/chaincode/model';
import { organisationOf, type Principal } from '../access.ts';
import { registerAuthority, type AuthorityParts } from '../authorities/registerAuthority.ts';
import { ServiceError } from '../errors.ts';
import type { Organisation, Store, Window } from '../store/store.ts';

export interface OrganisationParts {
  readonly authorities: AuthorityParts;
  readonly store: Pick<Store, 'organisations' | 'windows' | 'holders'>;
}

export interface NewOrganisation {
  readonly creditCode: string;
  readonly name: string;
  readonly parent: string | null;
  readonly kind: string;
  /** What it may do on the ledger; none: it only stands in the tree. */
  readonly roles: readonly AuthorityRole[];
}

/**
 * Registers an organisation in the tree, and on the ledger if it acts there.
 *
 * @throws ServiceError `CREDIT_CODE_INVALID`, `ORGANISATION_ALREADY_EXISTS`, `ORGANISATION_NOT_FOUND` (no such parent);
 * the contract's refusal.
 */
export async function addOrganisation(
  parts: OrganisationParts,
  principal: Principal,
  { roles, ...organisation }: NewOrganisation,
): Promise<Organisation> {
  const { creditCode, parent } = organisation;
  if (!isCreditCode(creditCode)) {
    throw new ServiceError('CREDIT_CODE_INVALID', `${creditCode} is no credit code`, {
      faults: [{ pointer: '/creditCode', detail: 'has a wrong form or check character' }],
    });
  }
  const { organisations } = parts.store;
  if ((await organisations.find(creditCode)) !== null) {
    throw new ServiceError('ORGANISATION_ALREADY_EXISTS', `${creditCode} is there already`);
  }
  if (parent !== null) await requireOrganisation(parts, parent);
  await registerAuthority(parts.authorities, {
    organisation,
    roles,
    registrar: organisationOf(principal, 'operator', 'securityAdmin'),
    maker: parts.store.holders.keyedHash('actor', principal.id),
  });
  return await requireOrganisation(parts, creditCode);
}

/** Adds a window. @throws ServiceError `WINDOW_ALREADY_EXISTS`, `ORGANISATION_NOT_FOUND`. */
export async function addWindow(
  parts: Pick<OrganisationParts, 'store'>,
  window: Window,
): Promise<Window> {
  await requireOrganisation(parts, window.organisation);
  await parts.store.windows.add(window);
  return window;
}

async function requireOrganisation(
  parts: Pick<OrganisationParts, 'store'>,
  creditCode: string,
): Promise<Organisation> {
  const organisation = await parts.store.organisations.find(creditCode);
  if (organisation === null) {
    throw new ServiceError('ORGANISATION_NOT_FOUND', `no organisation ${creditCode}`);
  }
  return organisation;
}
