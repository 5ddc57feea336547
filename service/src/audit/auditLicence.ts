import {
  changeInForce,
  statePlaces,
  type LicenceRecord,
  type LicenceVersionRecord,
} from '@yinxin/chaincode/model';
import type { Principal } from '../access.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { readIdentifier } from '../identifier.ts';
import type { Ledger, StateChange } from '../ledger/ledger.ts';
import type { Licence, Store } from '../store/store.ts';
import { findUses, type VisibleUse } from '../usage/findUses.ts';
import type { NameStore } from '../usage/useNames.ts';
import { recordLookup } from '../usage/recordLookup.ts';

export interface AuditParts {
  readonly clock: Clock;
  readonly store: Pick<Store, 'licences' | 'usage'> & NameStore;
  readonly ledger: Pick<Ledger, 'readStates' | 'history'>;
}

/** One change of a licence as the ledger has it. */
export interface AuditedChange {
  readonly record: LicenceRecord;
  /** When the ledger recorded it, RFC 3339. */
  readonly recordedAt: string;
  readonly block: number;
}

export interface LicenceAudit {
  readonly at: Date;
  readonly knownAt: Date;
  /** What was in force at `at` by what the ledger knew at `knownAt`; null: nothing yet. */
  readonly inForce: LicenceRecord | null;
  /** Changes the ledger knew at `knownAt`, oldest first. */
  readonly changes: readonly AuditedChange[];
  /** Versions the ledger has, oldest first. */
  readonly versions: readonly LicenceVersionRecord[];
  /** Newest first, at most 200, of the version asked for. */
  readonly uses: readonly VisibleUse[];
  /** With its personal data; null where the store has none. */
  readonly licence: Licence | null;
}

const MAX_USES = 200;

/**
 * Reconstructs a licence as of a moment, as known at a moment, with everything that was done with it. The look itself is
 * recorded first.
 *
 * @throws ServiceError `LICENCE_NOT_FOUND`, `LEDGER_UNAVAILABLE`.
 */
export async function auditLicence(
  parts: AuditParts,
  principal: Principal,
  identifier: string,
  asked: Readonly<{ at: Date | undefined; knownAt: Date | undefined }>,
): Promise<LicenceAudit> {
  const now = parts.clock.now();
  const { at = now, knownAt = now } = asked;
  const { base, text } = readIdentifierOrMiss(identifier);
  const history = await parts.ledger.history(statePlaces.licence(base));
  const licence = await parts.store.licences.find(text);
  if (history.length === 0 && licence === null) throw missing(identifier);
  await recordLookup(parts, principal, [
    {
      identifier: text,
      holderHash: licence?.holderHash ?? null,
      issuedAt: licence?.issuedAt ?? now,
    },
  ]);
  const changes = changesUntil(history, knownAt);
  const uses = await findUses(parts.store, { licence: text }, { limit: MAX_USES });
  return {
    at,
    knownAt,
    inForce: changeInForce(
      changes.map((change) => change.record),
      at.toISOString(),
    ),
    changes,
    versions: await readVersions(parts.ledger, base, history),
    uses: uses.items,
    licence,
  };
}

function changesUntil(history: readonly StateChange[], knownAt: Date): readonly AuditedChange[] {
  return history.flatMap(({ value, block, recordedAt }) =>
    value === null || recordedAt > knownAt.toISOString()
      ? []
      : [{ record: value as LicenceRecord, recordedAt, block }],
  ); // as the place says
}

async function readVersions(
  ledger: Pick<Ledger, 'readStates'>,
  base: string,
  history: readonly StateChange[],
): Promise<readonly LicenceVersionRecord[]> {
  const newest = history.at(-1)?.value as LicenceRecord | null | undefined; // as the place says
  const places = Array.from({ length: newest?.version ?? 0 }, (_, before) =>
    statePlaces.licenceVersion(base, before + 1),
  );
  if (places.length === 0) return [];
  const { values } = await ledger.readStates(places);
  return values.filter((value): value is LicenceVersionRecord => value !== null);
}

function readIdentifierOrMiss(identifier: string): ReturnType<typeof readIdentifier> {
  try {
    return readIdentifier(identifier);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'CODE_MALFORMED') throw missing(identifier);
    throw error;
  }
}

function missing(identifier: string): ServiceError {
  return new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
}
