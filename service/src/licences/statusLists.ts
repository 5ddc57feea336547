import { LICENCE_STATES } from '@yinxin/chaincode/model';
import type { Clock } from '../clock.ts';
import { STATUS_VALUES, StatusBits, type StatusValue } from '../credentials/statusBits.ts';
import { signStatusList } from '../credentials/statusList.ts';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import type { LicenceState, Store } from '../store/store.ts';

export interface StatusListParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'status'>;
  /** Credential signer of the operator. */
  readonly signer: Signer;
  readonly publicUrl: string;
}

/** Gives the current token of a list. */
export type StatusListPublisher = (list: number) => Promise<string>;

const TTL_SECONDS = 60;
const LIFE_MS = 24 * 3_600_000;

interface KeptList {
  readonly bits: Uint8Array;
  readonly at: number;
  readonly token: string;
}

/** Signs a list anew when a status in it changed or the last token is older than its `ttl`. */
export function statusListPublisher(parts: StatusListParts): StatusListPublisher {
  const kept = new Map<number, KeptList>();
  return async (list) => {
    if (!(await parts.store.status.lists()).includes(list)) {
      throw new ServiceError('NOT_FOUND', `no status list ${list}`);
    }
    const bits = new StatusBits();
    for (const { index, state } of await parts.store.status.exceptions(list)) {
      bits.set(index, statusValueOf(state));
    }
    const bytes = bits.toBytes();
    const now = parts.clock.now();
    const known = kept.get(list);
    const isFresh = known !== undefined && now.getTime() - known.at < TTL_SECONDS * 1000;
    if (isFresh && Buffer.compare(known.bits, bytes) === 0) return known.token;
    const token = await signStatusList(
      {
        uri: `${parts.publicUrl}/s/${list}`,
        bits,
        issuedAt: now,
        ttlSeconds: TTL_SECONDS,
        expiresAt: new Date(now.getTime() + LIFE_MS),
      },
      parts.signer,
    );
    kept.set(list, { bits: bytes, at: now.getTime(), token });
    return token;
  };
}

function statusValueOf(state: LicenceState): StatusValue {
  if (state === 'superseded' || state === 'drafted' || state === 'returned') return 'invalid';
  return STATUS_VALUES[LICENCE_STATES[state].statusListValue];
}
