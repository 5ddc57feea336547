import { ServiceError } from '../../errors.ts';
import { countCasesBeside, countTypesBeside } from '../countThread.ts';
import type { CountedType } from '../countWorker.ts';
import type { HeldLicence, TypeCount, WaiverStore } from '../waivers.ts';
import { WriteLock } from '../writeLock.ts';
import type { SqliteParts } from './parts.ts';
import { fromStoredTimeOrNull, toStoredTime, toStoredTimeOrNull, type Row } from './rows.ts';

const MAX_LICENCES = 500;

interface HeldRow {
  readonly identifier: string;
  readonly typeCode: string;
  readonly state: HeldLicence['state'];
  readonly validFrom: string;
  readonly validUntil: string | null;
}

/** @param path - of the store's file, for the thread that counts. */
export function sqliteWaivers(parts: SqliteParts, path: string): WaiverStore {
  const held = parts.database.prepare<[string, string], HeldRow>(
    `SELECT identifier, typeCode, state, validFrom, validUntil FROM Licence
     WHERE holderHash = ? AND typeCode IN (SELECT value FROM json_each(?))
       AND state NOT IN ('staged', 'drafted', 'returned', 'superseded')
     ORDER BY state = 'issued' DESC, validUntil IS NULL DESC, validUntil DESC, listId DESC
     LIMIT ${MAX_LICENCES}`,
  );
  return {
    licencesOf: async (holderHash, typeCodes) =>
      await Promise.resolve(held.all(holderHash, JSON.stringify(typeCodes)).map(toHeld)),
    countTypes: typeCounter(parts, path),
    casesByMatter: async (since) => {
      const counted = await countCasesBeside({ path, since }).catch(notCounted);
      return new Map(counted.map(({ matter, cases }) => [matter, cases]));
    },
  };
}

function notCounted(cause: unknown): never {
  throw new ServiceError('STORE_UNAVAILABLE', 'the store could not count', { cause });
}

function toHeld({ validFrom, validUntil, ...row }: HeldRow): HeldLicence {
  return {
    ...row,
    validFrom: new Date(validFrom),
    validUntil: fromStoredTimeOrNull(validUntil),
  };
}

interface CountRow extends TypeCount {
  readonly isRight: 0 | 1;
}

/** Counts again what may have changed and keeps it for all processes. */
function typeCounter({ database, writer }: SqliteParts, path: string): WaiverStore['countTypes'] {
  const turn = new WriteLock();
  const kept = database.prepare<[{ at: string }], CountRow>(
    `SELECT t.typeCode, coalesce(c.licences, 0) AS licences, coalesce(c.holders, 0) AS holders,
       coalesce(c.counted = c.changes AND c.countedAt <= @at AND (c.endsAt IS NULL OR c.endsAt > @at), 0) AS isRight
     FROM (SELECT typeCode FROM LicenceType UNION SELECT typeCode FROM TypeCount) t
     LEFT JOIN TypeCount c ON c.typeCode = t.typeCode
     ORDER BY t.typeCode`,
  );
  const keep = database.prepare<[Row]>(
    `INSERT INTO TypeCount (typeCode, counted, countedAt, endsAt, licences, holders)
     VALUES (@typeCode, @changes, @at, @endsAt, @licences, @holders)
     ON CONFLICT (typeCode) DO UPDATE SET counted = excluded.counted, countedAt = excluded.countedAt,
       endsAt = excluded.endsAt, licences = excluded.licences, holders = excluded.holders
     WHERE counted IS NULL OR counted <= excluded.counted`,
  );
  const recount = async (
    typeCodes: readonly string[],
    at: Date,
  ): Promise<readonly CountedType[]> => {
    if (typeCodes.length === 0) return [];
    const counted = await countTypesBeside({ path, at, typeCodes }).catch(notCounted);
    await writer.write(() => {
      for (const { endsAt, ...count } of counted)
        keep.run({ ...count, at: toStoredTime(at), endsAt: toStoredTimeOrNull(endsAt) });
    });
    return counted;
  };
  return (at) =>
    turn.run(async () => {
      const rows = kept.all({ at: toStoredTime(at) });
      const doubtful = rows.filter((row) => row.isRight === 0).map((row) => row.typeCode);
      const counted = new Map(
        (await recount(doubtful, at)).map((one) => [one.typeCode, one] as const),
      );
      const types = rows
        .map(
          ({ typeCode, licences, holders }) =>
            counted.get(typeCode) ?? { typeCode, licences, holders },
        )
        .map(({ typeCode, licences, holders }) => ({ typeCode, licences, holders }))
        .filter(({ licences }) => licences > 0);
      return { types, recounted: counted.size };
    });
}
