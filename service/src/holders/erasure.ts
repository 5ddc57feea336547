import { statePlaces, type LicenceRecord } from '@yinxin/chaincode/model';
import type { Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Erasure, LicenceFacts, RetentionReason, Store } from '../store/store.ts';
import { allItems } from '../store/page.ts';
import { ulid } from '../ulid.ts';
import { casesOf } from './ownCases.ts';
import { retentionReasons, type Held, type HeldLicence } from './retention.ts';

export interface ErasureParts {
  readonly clock: Clock;
  readonly store: Pick<
    Store,
    'accounts' | 'cases' | 'erasures' | 'holders' | 'licences' | 'objections'
  >;
  readonly ledger: Pick<Ledger, 'readStates'>;
  /** How long personal data of an ended licence are kept. */
  readonly retentionYears: number;
}

/**
 * Asks that one's personal data be destroyed. What the law wants kept stands against it, with the reason; otherwise the
 * security administrator decides. The refusal is kept, too.
 *
 * @throws ServiceError `ERASURE_RETAINED` with a fault for each reason; `NOT_AUTHORISED` for who holds nothing;
 * `ERASURE_STATE_CONFLICT` if one waits already.
 */
export async function requestErasure(parts: ErasureParts, principal: Principal): Promise<Erasure> {
  const { store, clock } = parts;
  const { id: accountId, holderHash } = principal;
  if (holderHash === null) throw new ServiceError('NOT_AUTHORISED', 'only holders can be erased');
  const waiting = await store.erasures.list({ accountId, state: 'requested' }, { limit: 1 });
  if (waiting.items.length > 0) {
    throw new ServiceError('ERASURE_STATE_CONFLICT', 'one waits to be decided already');
  }
  const reasons = await reasonsAgainst(parts, holderHash);
  const requestedAt = clock.now();
  const isRetained = reasons.length > 0;
  const erasure: Erasure = {
    id: ulid(requestedAt),
    ...{ accountId, holderHash, requestedAt, reasons },
    state: isRetained ? 'refused' : 'requested',
    decidedBy: null,
    decidedAt: isRetained ? requestedAt : null,
  };
  await store.erasures.add(erasure);
  if (isRetained) throw isRetainedFor(reasons);
  return erasure;
}

/** Takes one's wish back. @throws ServiceError `ERASURE_NOT_FOUND`, `ERASURE_STATE_CONFLICT`. */
export async function withdrawErasure(
  parts: ErasureParts,
  principal: Principal,
  id: string,
): Promise<Erasure> {
  const { accountId } = await requireErasure(parts, id);
  if (accountId !== principal.id) throw isMissing(id);
  await decide(parts, id, { state: 'withdrawn', decidedBy: principal.id });
  return await requireErasure(parts, id);
}

/** Turns a wish down. @throws ServiceError `ERASURE_NOT_FOUND`, `ERASURE_STATE_CONFLICT`. */
export async function refuseErasure(
  parts: ErasureParts,
  principal: Principal,
  id: string,
): Promise<Erasure> {
  await decide(parts, id, { state: 'refused', decidedBy: principal.id });
  return await requireErasure(parts, id);
}

/**
 * Destroys the holder's data key, and with it whatever it sealed, here and in backups; the account is closed. What the
 * ledger holds stays and verifies as before: there is nothing personal in it.
 *
 * @throws ServiceError `ERASURE_NOT_FOUND`, `ERASURE_STATE_CONFLICT`; `ERASURE_RETAINED` if something must be kept since.
 */
export async function executeErasure(
  parts: ErasureParts,
  principal: Principal,
  id: string,
): Promise<Erasure> {
  const { holderHash, state } = await requireErasure(parts, id);
  if (state !== 'requested') throw isDecided(id);
  const reasons = holderHash === null ? [] : await reasonsAgainst(parts, holderHash);
  if (reasons.length > 0) {
    await decide(parts, id, { state: 'refused', decidedBy: principal.id }, reasons);
    throw isRetainedFor(reasons);
  }
  if (holderHash !== null) await parts.store.holders.erase(holderHash, parts.clock.now());
  await decide(parts, id, { state: 'done', decidedBy: principal.id }); // after a crash before this, it is approved again
  return await requireErasure(parts, id);
}

async function decide(
  { store, clock }: ErasureParts,
  id: string,
  to: Pick<Erasure, 'state' | 'decidedBy'>,
  reasons: readonly RetentionReason[] = [],
): Promise<void> {
  await requireErasure({ store }, id);
  if (!(await store.erasures.decide(id, { ...to, reasons, decidedAt: clock.now() }))) {
    throw isDecided(id);
  }
}

async function reasonsAgainst(
  parts: ErasureParts,
  holderHash: string,
): Promise<readonly RetentionReason[]> {
  const held = await findHeld(parts, holderHash);
  return retentionReasons(held, { at: parts.clock.now(), years: parts.retentionYears });
}

async function findHeld(parts: ErasureParts, holderHash: string): Promise<Held> {
  const { store } = parts;
  const [licences, cases, objections] = await Promise.all([
    allItems((page) => store.licences.list({ holderHashes: [holderHash] }, page)),
    casesOf(store, holderHash),
    allItems((page) => store.objections.list({ holderHash, state: 'open' }, page)),
  ]);
  return {
    licences: await withEnds(parts, licences),
    openCases: cases
      .filter(({ subCases }) => subCases.some(({ endedAt }) => endedAt === null))
      .map(({ id }) => id),
    openObjections: objections.map(({ id }) => id),
  };
}

const KEYS_AT_ONCE = 500;

/** When a licence's state of today began is the ledger's to say. */
async function withEnds(
  { ledger }: ErasureParts,
  licences: readonly LicenceFacts[],
): Promise<readonly HeldLicence[]> {
  const records: (LicenceRecord | null)[] = [];
  for (let start = 0; start < licences.length; start += KEYS_AT_ONCE) {
    const places = licences
      .slice(start, start + KEYS_AT_ONCE)
      .map(({ base }) => statePlaces.licence(base));
    const { values } = await ledger.readStates(places);
    records.push(...(values as (LicenceRecord | null)[])); // as the places say
  }
  return licences.map(({ identifier, state, validUntil }, place) => {
    const since = records[place]?.since;
    return { identifier, state, validUntil, since: since === undefined ? null : new Date(since) };
  });
}

async function requireErasure(
  { store }: Pick<ErasureParts, 'store'>,
  id: string,
): Promise<Erasure> {
  const erasure = await store.erasures.find(id);
  if (erasure === null) throw isMissing(id);
  return erasure;
}

function isMissing(id: string): ServiceError {
  return new ServiceError('ERASURE_NOT_FOUND', `no erasure ${id}`);
}

function isDecided(id: string): ServiceError {
  return new ServiceError('ERASURE_STATE_CONFLICT', `erasure ${id} is decided`);
}

function isRetainedFor(reasons: readonly RetentionReason[]): ServiceError {
  const faults = reasons.map(({ code, subject, until }) => ({
    pointer: '',
    detail: `${code}: ${subject}${until === null ? '' : ` until ${until}`}`,
  }));
  return new ServiceError('ERASURE_RETAINED', 'personal data must be kept', { faults });
}
