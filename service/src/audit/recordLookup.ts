import { hasRole, type Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import type { Licence, Store } from '../store/store.ts';
import { recordUse } from '../usage/recordUse.ts';

export interface LookupParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'usage'>;
}

/**
 * Records that an auditor looks at licences, before they see them: their holders find it among the uses. Does nothing for
 * anybody else, who sees only what is theirs.
 *
 * @throws ServiceError `STORE_UNAVAILABLE`: then nothing may be shown.
 */
export async function recordLookup(
  parts: LookupParts,
  principal: Principal,
  licences: readonly Pick<Licence, 'identifier' | 'holderHash'>[],
): Promise<void> {
  if (!hasRole(principal, 'auditor')) return;
  await Promise.all(
    licences.map(({ identifier, holderHash }) =>
      recordUse(
        { clock: parts.clock, usage: parts.store.usage },
        {
          kind: 'lookup',
          outcome: 'answered',
          reason: null,
          subject: { kind: 'licence', identifier },
          licence: identifier,
          esId: null,
          indication: null,
          holderHash,
        },
        { channel: 'audit', window: null, clerk: principal.id, matter: null, purpose: null },
      ),
    ),
  );
}
