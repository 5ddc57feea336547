/** The thread that counts licences, beside the event loop. Started by `typeCountThread.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { toStoredTime } from './sqlite/rows.ts';

export interface CountRequest {
  readonly path: string;
  readonly at: Date;
  readonly typeCodes: readonly string[];
}

/** What was in force of a type at the moment asked for. */
export interface CountedType {
  readonly typeCode: string;
  /** As of which change of the type. */
  readonly changes: number;
  readonly licences: number;
  readonly holders: number;
  /** When a period of a licence begins or ends next; null: never. */
  readonly endsAt: Date | null;
}

const BUSY_TIMEOUT_MS = 5000;

interface CountRow {
  readonly licences: number | null;
  readonly holders: number;
  readonly begins: string | null;
  readonly ends: string | null;
}

// Answered by the index alone.
const COUNT = `
  SELECT sum(validFrom <= @at) AS licences,
    count(DISTINCT CASE WHEN validFrom <= @at THEN holderHash END) AS holders,
    min(CASE WHEN validFrom > @at THEN validFrom END) AS begins,
    min(CASE WHEN validFrom <= @at THEN validUntil END) AS ends
  FROM Licence
  WHERE typeCode = @typeCode AND state = 'issued' AND (validUntil IS NULL OR validUntil >= @at)`;

parentPort?.postMessage(countTypes(workerData as CountRequest)); // what typeCountThread.ts gives

function countTypes({ path, at, typeCodes }: CountRequest): readonly CountedType[] {
  const database = new Sqlite(path, {
    readonly: true,
    fileMustExist: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  const changesOf = database
    .prepare<[string], number>('SELECT changes FROM TypeCount WHERE typeCode = ?')
    .pluck();
  const count = database.prepare<[{ at: string; typeCode: string }], CountRow>(COUNT);
  const countOne = database.transaction((typeCode: string): CountedType => {
    const changes = changesOf.get(typeCode) ?? 0; // of the same snapshot
    const row = count.get({ at: toStoredTime(at), typeCode });
    const licences = row?.licences ?? 0;
    return { typeCode, changes, licences, holders: row?.holders ?? 0, endsAt: nextOf(row) };
  });
  try {
    return typeCodes.map((typeCode) => countOne(typeCode)); // a snapshot each: none is held long
  } finally {
    database.close();
  }
}

/** A licence is still good in the last instant of its period. */
function nextOf(row: CountRow | undefined): Date | null {
  const begins = row?.begins == null ? Infinity : Date.parse(row.begins);
  const ends = row?.ends == null ? Infinity : Date.parse(row.ends) + 1;
  const next = Math.min(begins, ends);
  return next === Infinity ? null : new Date(next);
}
