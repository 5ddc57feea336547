import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Holder, HolderCode, Store, UsageRecord } from '../store/store.ts';
import { toUsageRecord } from '../usage/recordUse.ts';

/** What grants are made, ended and read with. */
export interface GrantParts {
  readonly clock: Clock;
  readonly store: Pick<
    Store,
    | 'accounts'
    | 'grants'
    | 'holders'
    | 'licences'
    | 'licenceTypes'
    | 'matters'
    | 'usage'
    | 'windows'
  >;
}

/** An agent as somebody names them. */
export interface NamedAgent extends HolderCode {
  /** Absent: not said. */
  readonly name?: string | undefined;
}

/** What the trail says of a grant, as the reason of its record. */
export type GrantEvent =
  'GRANT_MADE' | 'GRANT_WITHDRAWN' | 'GRANT_RENOUNCED' | 'GRANT_READ' | 'GRANT_SEARCHED';

export interface GrantUse {
  readonly event: GrantEvent;
  /** Null: of no grant in particular. */
  readonly grantId: string | null;
  readonly holderHash: string | null;
  /** Account id. */
  readonly by: string;
  readonly window: string | null;
  readonly purpose: string | null;
}

/**
 * The record of what was done with a grant. It is a usage record of kind `lookup`, because that is the one trail which
 * the holder reads, the auditor searches, and the ledger anchors: who acts for whom must not be found in another book
 * than what was done by it.
 */
export function toGrantRecord(use: GrantUse, at: Date): UsageRecord {
  const { event, grantId, holderHash, by, window, purpose } = use;
  return toUsageRecord(
    {
      ...{ kind: 'lookup', outcome: 'answered', reason: event },
      subject: { kind: 'grant', identifier: grantId ?? 'search' },
      ...{ licence: null, esId: null, indication: null, holderHash },
      ...(grantId === null ? {} : { details: { grant: grantId } }),
    },
    { channel: window === null ? 'console' : 'window', window, clerk: by, matter: null, purpose },
    at,
  );
}

/** @throws ServiceError `GRANT_AGENT_INVALID`: nobody needs a grant for their own licences. */
export function requireAnother(
  { holders }: Pick<Store, 'holders'>,
  holderHash: string,
  agent: HolderCode,
): void {
  if (holders.holderHash(agent) !== holderHash) return;
  throw new ServiceError('GRANT_AGENT_INVALID', 'holder and agent are the same', {
    faults: [{ pointer: '/agent/code', detail: 'is the holder’s own' }],
  });
}

/** An agent without a name is kept with an empty one. */
export function toParty({ code, codeType, name }: NamedAgent): Holder {
  return { code, codeType, name: name ?? '' };
}
