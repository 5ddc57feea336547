import type { Clock } from '../clock.ts';
import { ServiceError, type ErrorCode } from '../errors.ts';
import { stampLicence } from '../licences/stampLicence.ts';
import type { LicenceParts } from '../licences/parts.ts';
import type { TimeStamper } from '../pki/timeStamp/timeStamper.ts';
import type { SealParts } from '../seals/parts.ts';
import { stampSealed } from '../seals/stampSealed.ts';
import type { PendingTimeStamp, Store } from '../store/store.ts';

export interface RepairParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'timeStamps' | 'stages'>;
  readonly licences: LicenceParts;
  readonly seals: SealParts;
  readonly timeStamper: TimeStamper;
}

/** Files a round stamps at most. */
const FILES_A_ROUND = 200;
/** A file whose outcome is unknown is left to recovery for so long. */
const POSTPONED_MS = 120_000;

/** What trying again would not change. */
const HOPELESS: readonly ErrorCode[] = [
  'LICENCE_NOT_FOUND',
  'LICENCE_STATE_CONFLICT',
  'DOCUMENT_NOT_FOUND',
  'DOCUMENT_MALFORMED',
  'SEAL_NOT_FOUND',
  'NOT_AUTHORISED',
  'ACT_REFUSED',
];

/**
 * Stamps released files that no time-stamping authority was in reach for, one after another. Ends at the first file
 * that still finds none.
 *
 * @param onKept - told of each file that stays as it is, with the reason.
 * @returns how many were stamped.
 */
export async function repairTimeStamps(
  parts: RepairParts,
  onKept: (file: PendingTimeStamp, error: unknown) => void,
): Promise<number> {
  const { store, clock } = parts;
  let stamped = 0;
  for (const file of await store.timeStamps.due(clock.now(), FILES_A_ROUND)) {
    try {
      await stamp(parts, file);
      stamped += 1;
    } catch (error) {
      const code = error instanceof ServiceError ? error.code : null;
      if (code === 'TSA_UNAVAILABLE') break;
      onKept(file, error);
      if (code !== null && HOPELESS.includes(code)) await store.timeStamps.giveUp(file);
      else await store.timeStamps.postpone(file, new Date(clock.now().getTime() + POSTPONED_MS));
    }
  }
  return stamped;
}

async function stamp(
  { licences, seals, timeStamper }: RepairParts,
  { ownerKind, ownerId, format }: PendingTimeStamp,
): Promise<void> {
  if (ownerKind === 'licence') {
    await stampLicence(licences, timeStamper, { identifier: ownerId, format });
  } else {
    await stampSealed(seals, timeStamper, ownerId);
  }
}
