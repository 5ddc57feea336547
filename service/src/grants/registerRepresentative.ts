import { notAuthorised, type Principal } from '../access.ts';
import { parseInstant } from '../civilTime.ts';
import { ServiceError } from '../errors.ts';
import { requireHolderCode } from '../holderCode.ts';
import type { NamedGrant } from '../store/grants.ts';
import type { Holder } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { requireAnother, toGrantRecord, type GrantParts } from './grantParts.ts';
import { requireGrant } from './readGrants.ts';

const EVERYTHING = { licences: null, typeCodes: null, matters: null } as const;
const ADULT_AT_YEARS = 18;

export interface NewRepresentation {
  readonly kind: 'guardianship' | 'legalRepresentative';
  readonly holder: Holder;
  readonly agent: Holder;
  /** The document or provision it rests on. */
  readonly basis: string;
  /** Null: a guardianship until the holder is of age, a legal representative until another one is registered. */
  readonly validUntil: Date | null;
}

/**
 * Registers at a window who acts for a minor or an enterprise, with all of their licences.
 *
 * @throws ServiceError `NOT_AUTHORISED` (not at a window), `HOLDER_CODE_INVALID`, `GRANT_AGENT_INVALID`,
 * `GRANT_PERIOD_INVALID`, `REPRESENTATION_INVALID` (a guardian for anybody but a minor, a legal representative for
 * anybody but an organisation, or one who is none of the people who can be it).
 */
export async function registerRepresentative(
  parts: GrantParts,
  principal: Principal,
  { kind, holder, agent, basis, validUntil }: NewRepresentation,
): Promise<NamedGrant> {
  const { clock, store } = parts;
  const window = requireWindow(principal);
  const now = clock.now();
  requireHolderCode(holder, 'holder');
  requireHolderCode(agent, 'agent');
  const holderHash = store.holders.holderHash(holder);
  requireAnother(store, holderHash, agent);
  if (kind === 'guardianship') requireWard(holder, now);
  else requireEnterprise(holder, agent);
  requireAdult(agent, now);
  const end = kind === 'guardianship' ? earlier(validUntil, lastDayAsMinor(holder)) : validUntil;
  if (end !== null && end <= now) {
    throw new ServiceError('GRANT_PERIOD_INVALID', 'validUntil must be to come', {
      faults: [{ pointer: '/validUntil', detail: 'must be to come' }],
    });
  }
  const grant = {
    ...{ id: ulid(now), kind, holder, agent, basis, scope: EVERYTHING },
    ...{ validFrom: now, validUntil: end, createdBy: principal.id, createdAt: now, window },
  };
  const use = { event: 'GRANT_MADE', grantId: grant.id, holderHash, purpose: basis } as const;
  await store.grants.add(grant, toGrantRecord({ ...use, by: principal.id, window }, now));
  return await requireGrant(parts, grant.id);
}

/** The code of the window where a clerk sits. @throws ServiceError `NOT_AUTHORISED`. */
export function requireWindow({ windowCode }: Principal): string {
  if (windowCode === null) throw notAuthorised('this is done at a window');
  return windowCode;
}

function requireWard(holder: Holder, now: Date): void {
  const last = lastDayAsMinor(holder);
  if (last === null || last < now) throw invalid('holder', 'must be a person under 18');
}

function requireEnterprise(holder: Holder, agent: Holder): void {
  if (holder.codeType !== '001') throw invalid('holder', 'must be an organisation');
  if (agent.codeType === '001') throw invalid('agent', 'must be a person');
}

function requireAdult(agent: Holder, now: Date): void {
  const last = lastDayAsMinor(agent);
  if (last !== null && last >= now) throw invalid('agent', 'must be of age');
}

function invalid(member: string, detail: string): ServiceError {
  return new ServiceError('REPRESENTATION_INVALID', `${member} ${detail}`, {
    faults: [{ pointer: `/${member}`, detail }],
  });
}

/**
 * The last instant before a person's eighteenth birthday in Asia/Shanghai, by their citizen id number (GB 11643-1999:
 * `yyyymmdd` from the seventh digit).
 *
 * @returns null for other codes, which do not say it.
 */
function lastDayAsMinor({ code, codeType }: Holder): Date | null {
  if (codeType !== '111') return null;
  const year = Number(code.slice(6, 10)) + ADULT_AT_YEARS;
  const birthday = parseInstant(`${year}-${code.slice(10, 12)}-${code.slice(12, 14)}`, 'start');
  const leapless = parseInstant(`${year}-03-01`, 'start'); // born on 29 February
  const ofAge = birthday ?? leapless;
  return ofAge === null ? null : new Date(ofAge.getTime() - 1);
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
