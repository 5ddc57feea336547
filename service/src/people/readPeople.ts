import type { Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type {
  Account,
  AccountFilter,
  Organisation,
  Page,
  PageRequest,
  Session,
  Store,
} from '../store/store.ts';
import { administer, type AdministrationParts } from './administer.ts';
import { accountIn, requireAccount } from './people.ts';
import { reachOf } from './reach.ts';
import { requireAccountReach } from './roleRules.ts';
import { openSessionsOf, type SessionParts } from './sessions.ts';

export interface ReadParts extends AdministrationParts {
  readonly store: Pick<Store, 'administration' | 'accounts' | 'organisations' | 'sessions'>;
  readonly identity?: NonNullable<SessionParts['identity']>;
}

/** What a list of people is asked for. */
export interface PeopleQuery extends Pick<AccountFilter, 'text' | 'role' | 'windowCode'> {
  /** Credit code: only people with a role in it. */
  readonly organisation?: string;
}

/** People in the part of the tree that one administers, newest first. */
export async function findPeople(
  parts: ReadParts,
  principal: Principal,
  { organisation, ...query }: PeopleQuery,
  page: PageRequest,
): Promise<Page<Account>> {
  const reach = reachOf(
    principal,
    await parts.store.organisations.list(),
    parts.trustParts.operator.creditCode,
  );
  const isAsked = (creditCode: string): boolean =>
    organisation === undefined || organisation === creditCode;
  const organisations = new Set([...reach.organisations].filter(isAsked));
  const isEverybody = reach.isWhole && organisation === undefined;
  return await parts.store.accounts.list(isEverybody ? query : { ...query, organisations }, page);
}

/** An account with the identity elsewhere by which its person signs in. */
export interface KnownPerson {
  readonly account: Account;
  readonly identity: { readonly issuer: string; readonly boundAt: Date } | null;
}

/** @throws ServiceError `ACCOUNT_NOT_FOUND`, `NOT_AUTHORISED` (outside of what one administers). */
export async function findPerson(
  parts: ReadParts,
  principal: Principal,
  id: string,
): Promise<KnownPerson> {
  const account = await requireAccount(parts, id);
  const organisations = await parts.store.organisations.list();
  const reach = reachOf(principal, organisations, parts.trustParts.operator.creditCode);
  requireAccountReach(reach, account);
  return { account, identity: await parts.store.accounts.identityOf(id) };
}

/** Digits of a token's hash by which a session is named. */
const NAME_LENGTH = 32;

/** Names a session without telling its token. */
export function nameOfSession({ tokenHash }: Session): string {
  return tokenHash.slice(0, NAME_LENGTH);
}

/** Somebody's sessions that have not ended, newest first. @throws ServiceError as {@link findPerson}. */
export async function sessionsOf(
  parts: ReadParts,
  principal: Principal,
  id: string,
): Promise<readonly Session[]> {
  const { account } = await findPerson(parts, principal, id);
  return await openSessionsOf(parts, account);
}

/**
 * Ends sessions of somebody.
 *
 * @param session - by its name; null: all of them.
 * @throws ServiceError `ACCOUNT_NOT_FOUND`, `NOT_AUTHORISED`, `NOT_FOUND` (no such session).
 */
export async function endSessions(
  parts: ReadParts,
  principal: Principal,
  id: string,
  session: string | null,
): Promise<void> {
  if (session !== null) {
    const open = await sessionsOf(parts, principal, id);
    if (!open.some((one) => nameOfSession(one) === session)) {
      throw new ServiceError('NOT_FOUND', 'there is no such session');
    }
  }
  await administer(parts, principal, { action: 'person.endSessions', id, session }, (scene) => {
    accountIn(scene, principal, id);
  });
}

/** An organisation in its place. */
export interface PlacedOrganisation {
  readonly organisation: Organisation;
  /** From the top down to the one above it. */
  readonly above: readonly Organisation[];
  readonly children: readonly Organisation[];
}

/** @throws ServiceError `ORGANISATION_NOT_FOUND`. */
export async function placeOrganisation(
  parts: { readonly store: Pick<Store, 'organisations'> },
  creditCode: string,
): Promise<PlacedOrganisation> {
  const all = await parts.store.organisations.list();
  const byCode = new Map(all.map((one) => [one.creditCode, one]));
  const organisation = byCode.get(creditCode);
  if (organisation === undefined) {
    throw new ServiceError('ORGANISATION_NOT_FOUND', `no organisation ${creditCode}`);
  }
  const above: Organisation[] = [];
  let next = byCode.get(organisation.parent ?? '');
  while (next !== undefined) {
    above.unshift(next);
    next = byCode.get(next.parent ?? '');
  }
  return { organisation, above, children: all.filter((one) => one.parent === creditCode) };
}
