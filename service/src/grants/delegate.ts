import { notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import { requireHolderCode } from '../holderCode.ts';
import { readIdentifier } from '../identifier.ts';
import type { GrantScope, NamedGrant } from '../store/grants.ts';
import type { Holder } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import {
  requireAnother,
  toGrantRecord,
  toParty,
  type GrantParts,
  type NamedAgent,
} from './grantParts.ts';
import { requireGrant } from './readGrants.ts';

/** A year, whole days at both ends. */
const MAX_PERIOD_MS = 367 * 86_400_000;

export interface NewDelegation {
  readonly agent: NamedAgent;
  readonly scope: GrantScope;
  /** Null: from now on. */
  readonly validFrom: Date | null;
  readonly validUntil: Date;
}

/**
 * Lets somebody else show licences of one's own. Only the holder does; an agent cannot pass on what was granted to them.
 *
 * @throws ServiceError `NOT_AUTHORISED` (no holder), `HOLDER_CODE_INVALID`, `GRANT_AGENT_INVALID`, `GRANT_PERIOD_INVALID`,
 * `GRANT_SCOPE_INVALID` (names nothing; there is nothing to delegate), `LICENCE_NOT_FOUND` (also for others' licences),
 * `LICENCE_TYPE_NOT_FOUND`, `MATTER_NOT_FOUND`, `CODE_MALFORMED`.
 */
export async function delegate(
  parts: GrantParts,
  principal: Principal,
  { agent, scope, ...period }: NewDelegation,
): Promise<NamedGrant> {
  const { clock, store } = parts;
  const { holderHash } = principal;
  if (holderHash === null) throw notAuthorised('only holders delegate');
  const now = clock.now();
  requireHolderCode(agent, 'agent');
  requireAnother(store, holderHash, agent);
  const validFrom = checkPeriod(period, now);
  const grant = {
    ...({ id: ulid(now), kind: 'delegation', validFrom, validUntil: period.validUntil } as const),
    scope: await checkScope(parts, holderHash, scope),
    holder: await findHolder(parts, holderHash),
    agent: toParty(agent),
    ...{ basis: null, createdBy: principal.id, createdAt: now, window: null },
  };
  await store.grants.add(
    grant,
    toGrantRecord(
      {
        ...{ event: 'GRANT_MADE', grantId: grant.id, holderHash, by: principal.id },
        ...{ window: null, purpose: null },
      },
      now,
    ),
  );
  return await requireGrant(parts, grant.id);
}

/** @returns when it begins: not before now. */
function checkPeriod(
  { validFrom, validUntil }: Pick<NewDelegation, 'validFrom' | 'validUntil'>,
  now: Date,
): Date {
  const begin = validFrom === null || validFrom < now ? now : validFrom;
  const fault = (detail: string): ServiceError =>
    new ServiceError('GRANT_PERIOD_INVALID', `validUntil ${detail}`, {
      faults: [{ pointer: '/validUntil', detail }],
    });
  if (validUntil <= begin) throw fault('must be after validFrom and to come');
  if (validUntil.getTime() - now.getTime() > MAX_PERIOD_MS) throw fault('is more than a year away');
  return begin;
}

async function checkScope(
  { store }: Pick<GrantParts, 'store'>,
  holderHash: string,
  { licences, typeCodes, matters }: GrantScope,
): Promise<GrantScope> {
  if (licences === null && typeCodes === null && matters === null) {
    throw new ServiceError('GRANT_SCOPE_INVALID', 'the scope must name something', {
      faults: [{ pointer: '/scope', detail: 'name licences, typeCodes or matters' }],
    });
  }
  await requireKnown({ store }, typeCodes ?? [], matters ?? []);
  const own = licences === null ? null : await requireOwn({ store }, holderHash, licences);
  return { licences: own, typeCodes, matters };
}

async function requireKnown(
  { store }: Pick<GrantParts, 'store'>,
  typeCodes: readonly string[],
  matters: readonly string[],
): Promise<void> {
  for (const typeCode of typeCodes) {
    if ((await store.licenceTypes.find(typeCode)) !== null) continue;
    throw new ServiceError('LICENCE_TYPE_NOT_FOUND', `no licence type ${typeCode}`);
  }
  for (const matter of matters) {
    if ((await store.matters.find(matter)) !== null) continue;
    throw new ServiceError('MATTER_NOT_FOUND', `no matter ${matter}`);
  }
}

/** @returns the identifiers as they are written. */
async function requireOwn(
  { store }: Pick<GrantParts, 'store'>,
  holderHash: string,
  licences: readonly string[],
): Promise<readonly string[]> {
  const identifiers = licences.map((text) => readIdentifier(text).text);
  for (const identifier of identifiers) {
    if ((await store.licences.holderHash(identifier)) === holderHash) continue;
    throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
  }
  return identifiers;
}

/** As their newest licence names them. */
async function findHolder({ store }: GrantParts, holderHash: string): Promise<Holder> {
  const { items } = await store.licences.list({ holderHashes: [holderHash] }, { limit: 1 });
  const holder = items[0]?.holder ?? null;
  if (holder !== null) return holder;
  throw new ServiceError('GRANT_SCOPE_INVALID', 'there is no licence that could be shown');
}
