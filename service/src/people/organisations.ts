import { isCreditCode, type AuthorityRole } from '@yinxin/chaincode/model';
import { organisationOf, type Principal } from '../access.ts';
import { registerAuthority, type AuthorityParts } from '../authorities/registerAuthority.ts';
import { ServiceError } from '../errors.ts';
import type { Organisation, OrganisationLevel, Store } from '../store/store.ts';
import { administer, type AdministrationParts } from './administer.ts';
import {
  conflict,
  reachOf,
  requireKnown,
  requireOpen,
  requireReach,
  requireTree,
  type Reach,
} from './reach.ts';

export interface OrganisationParts extends AdministrationParts {
  readonly authorities: AuthorityParts;
  readonly store: Pick<Store, 'administration' | 'organisations' | 'windows' | 'holders'>;
}

export interface NewOrganisation {
  readonly creditCode: string;
  readonly name: string;
  readonly parent: string | null;
  readonly kind: string;
  /** Absent: that of what is above. */
  readonly level?: OrganisationLevel;
  /** What it may do on the ledger; none: it only stands in the tree. */
  readonly roles: readonly AuthorityRole[];
}

/**
 * Registers an organisation in the tree, and on the ledger if it acts there.
 *
 * @throws ServiceError `CREDIT_CODE_INVALID`, `ORGANISATION_ALREADY_EXISTS`, `ORGANISATION_NOT_FOUND` (no such parent),
 * `ORGANISATION_CLOSED` (the parent), `ORGANISATION_TREE_CONFLICT` (level), `NOT_AUTHORISED` (outside the part of the tree
 * that one administers); the contract's refusal.
 */
export async function addOrganisation(
  parts: OrganisationParts,
  principal: Principal,
  { roles, ...organisation }: NewOrganisation,
): Promise<Organisation> {
  const { creditCode } = organisation;
  if (!isCreditCode(creditCode)) {
    throw new ServiceError('CREDIT_CODE_INVALID', `${creditCode} is no credit code`, {
      faults: [{ pointer: '/creditCode', detail: 'has a wrong form or check character' }],
    });
  }
  const { organisations } = parts.store;
  const known = await organisations.list();
  if (known.some((one) => one.creditCode === creditCode)) {
    throw new ServiceError('ORGANISATION_ALREADY_EXISTS', `${creditCode} is there already`);
  }
  const asNew = { ...organisation, createdAt: parts.clock.now() };
  // before the ledger is told; once more when it is written
  checkPlace(known, reachOf(principal, known, parts.trustParts.operator.creditCode), asNew);
  const add = (added: Organisation): Promise<void> =>
    administer(parts, principal, { action: 'organisation.add', organisation: added }, (scene) => {
      checkPlace(scene.organisations, scene.reach, added);
    });
  await registerAuthority(
    { ...parts.authorities, store: { organisations: { ...organisations, add } } },
    {
      organisation,
      roles,
      registrar: organisationOf(principal, 'operator', 'securityAdmin'),
      maker: parts.store.holders.keyedHash('actor', principal.id),
    },
  );
  return await requireOrganisation(parts, creditCode);
}

/** What may change of an organisation; a member left out stays as it is. `level` null: that of what is above. */
export interface OrganisationChange {
  readonly name?: string | undefined;
  readonly parent?: string | null | undefined;
  readonly kind?: string | undefined;
  readonly level?: OrganisationLevel | null | undefined;
}

/**
 * Renames or moves an organisation, with all that is below it. What the ledger and issued certificates say stays: they
 * name it by its credit code, and by the name of the day.
 *
 * @throws ServiceError `ORGANISATION_NOT_FOUND`, `ORGANISATION_CLOSED` (the new parent), `ORGANISATION_TREE_CONFLICT` (it
 * would stand below itself, or below a lower level; the operator's own), `NOT_AUTHORISED`.
 */
export async function changeOrganisation(
  parts: OrganisationParts,
  principal: Principal,
  creditCode: string,
  change: OrganisationChange,
): Promise<Organisation> {
  const operator = parts.trustParts.operator.creditCode;
  await administer(
    parts,
    principal,
    { action: 'organisation.change', creditCode, ...change },
    ({ organisations, reach }) => {
      const before = requireKnown(organisations, creditCode);
      requireReach(reach, creditCode);
      const changed = withChange(before, change);
      const others = organisations.filter((one) => one !== before);
      if (changed.parent === before.parent) requireTree([...others, changed]);
      else if (creditCode === operator) throw conflict('the operator stands at the top');
      else checkMove(others, { reach, before, changed });
    },
  );
  return await requireOrganisation(parts, creditCode);
}

/**
 * Closes an organisation and its windows. From then on nothing new begins in it; its people keep their roles until they
 * are taken away, because what it issued must still be acted on.
 *
 * @throws ServiceError `ORGANISATION_NOT_FOUND`, `ORGANISATION_CLOSED`, `ORGANISATION_TREE_CONFLICT` (something open is
 * below it; the operator's own), `NOT_AUTHORISED`.
 */
export async function closeOrganisation(
  parts: OrganisationParts,
  principal: Principal,
  creditCode: string,
): Promise<Organisation> {
  const change = { action: 'organisation.close', creditCode, at: parts.clock.now() } as const;
  await administer(parts, principal, change, ({ organisations, reach }) => {
    requireOpen(organisations, creditCode);
    requireReach(reach, creditCode);
    if (creditCode === parts.trustParts.operator.creditCode) {
      throw conflict('the operator runs the service');
    }
    const below = organisations.find(
      (one) => one.parent === creditCode && one.closedAt === undefined,
    );
    if (below !== undefined) throw conflict(`${below.creditCode} below it is open`);
  });
  return await requireOrganisation(parts, creditCode);
}

/** Opens a closed organisation again; its windows stay closed. @throws ServiceError as {@link closeOrganisation}. */
export async function reopenOrganisation(
  parts: OrganisationParts,
  principal: Principal,
  creditCode: string,
): Promise<Organisation> {
  const change = { action: 'organisation.reopen', creditCode } as const;
  await administer(parts, principal, change, ({ organisations, reach }) => {
    const { closedAt, parent } = requireKnown(organisations, creditCode);
    requireReach(reach, creditCode);
    if (closedAt === undefined) throw conflict(`${creditCode} is open`);
    if (parent !== null) requireOpen(organisations, parent);
  });
  return await requireOrganisation(parts, creditCode);
}

/** @throws ServiceError `ORGANISATION_NOT_FOUND`. */
export async function requireOrganisation(
  parts: { readonly store: Pick<Store, 'organisations'> },
  creditCode: string,
): Promise<Organisation> {
  const organisation = await parts.store.organisations.find(creditCode);
  if (organisation === null) {
    throw new ServiceError('ORGANISATION_NOT_FOUND', `no organisation ${creditCode}`);
  }
  return organisation;
}

/** Where something new may stand. */
function checkPlace(
  organisations: readonly Organisation[],
  reach: Reach,
  organisation: Organisation,
): void {
  if (organisation.parent !== null) requireOpen(organisations, organisation.parent);
  requireReach(reach, organisation.parent);
  requireTree([...organisations, organisation]);
}

/** Where something that is there may go. @param others - all organisations but the one that moves. */
function checkMove(
  others: readonly Organisation[],
  {
    reach,
    before,
    changed,
  }: Readonly<{ reach: Reach; before: Organisation; changed: Organisation }>,
): void {
  if (changed.parent !== null) requireOpen([...others, before], changed.parent);
  requireReach(reach, changed.parent);
  requireTree([...others, changed]);
}

function withChange(
  { level, ...before }: Organisation,
  { name, parent, kind, level: next }: OrganisationChange,
): Organisation {
  const newLevel = next === undefined ? level : (next ?? undefined);
  return {
    ...before,
    name: name ?? before.name,
    parent: parent === undefined ? before.parent : parent,
    kind: kind ?? before.kind,
    ...(newLevel === undefined ? {} : { level: newLevel }),
  };
}
