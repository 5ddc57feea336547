import { hasRole, type Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import type { Licence, Store } from '../store/store.ts';
import { recordUse } from './recordUse.ts';

export interface LookupParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'usage'>;
}

/** A licence that somebody is about to see. */
export type SeenLicence = Pick<Licence, 'identifier' | 'holderHash' | 'issuedAt'>;

/**
 * Records that an auditor or the staff of a department look at licences, before they see them: their holders find it
 * among the uses. Holders who look at their own leave nothing, nor does work on what was never issued.
 *
 * @throws ServiceError `STORE_UNAVAILABLE`: then nothing may be shown.
 */
export async function recordLookup(
  parts: LookupParts,
  principal: Principal,
  licences: readonly SeenLicence[],
): Promise<void> {
  const seen = licences.filter(
    ({ holderHash, issuedAt }) => issuedAt !== null && !isOwn(principal, holderHash),
  );
  const channel = hasRole(principal, 'auditor') ? 'audit' : 'console';
  await Promise.all(
    seen.map(({ identifier, holderHash }) =>
      recordUse(
        { clock: parts.clock, usage: parts.store.usage },
        {
          ...{ kind: 'lookup', outcome: 'answered', reason: null, licence: identifier },
          subject: { kind: 'licence', identifier },
          ...{ esId: null, indication: null, holderHash },
        },
        { channel, window: null, clerk: principal.id, matter: null, purpose: null },
      ),
    ),
  );
}

function isOwn(principal: Principal, holderHash: string | null): boolean {
  return holderHash !== null && holderHash === principal.holderHash;
}
