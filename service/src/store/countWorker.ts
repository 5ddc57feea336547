/** The thread that counts rows, beside the event loop. Started by `countThread.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite, { type Database } from 'better-sqlite3';
import { ulid } from '../ulid.ts';
import type { AlarmQuestion } from './alarmFacts.ts';
import type { FigureDays } from './figures.ts';
import { countAlarmFacts } from './sqlite/countAlarmFacts.ts';
import { countFigures } from './sqlite/countFigures.ts';
import { toStoredTime } from './sqlite/rows.ts';

/** Licences in force at a moment, by type. */
export interface TypesRequest {
  readonly path: string;
  readonly at: Date;
  readonly typeCodes: readonly string[];
}

/** Cases opened since, by matter. */
export interface CasesRequest {
  readonly path: string;
  readonly since: Date;
}

/** Figures of whole days. */
export interface FiguresRequest {
  readonly path: string;
  readonly figures: FigureDays;
}

/** Facts for rules. */
export interface AlarmsRequest {
  readonly path: string;
  readonly alarms: AlarmQuestion;
}

export type CountRequest = TypesRequest | CasesRequest | FiguresRequest | AlarmsRequest;

export interface CountedCases {
  readonly matter: string;
  readonly cases: number;
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
const ULID_TIME_LENGTH = 10;

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

const request = workerData as CountRequest; // what countThread.ts gives
const database = new Sqlite(request.path, {
  readonly: true,
  fileMustExist: true,
  timeout: BUSY_TIMEOUT_MS,
});
try {
  parentPort?.postMessage(answer(database, request));
} finally {
  database.close();
}

function answer(store: Database, asked: CountRequest): unknown {
  if ('since' in asked) return countCases(store, asked);
  if ('figures' in asked) {
    const { figures } = asked;
    return store.transaction(() => countFigures(store, figures))(); // of one snapshot
  }
  if ('alarms' in asked) {
    const { alarms } = asked;
    return store.transaction(() => countAlarmFacts(store, alarms))();
  }
  return countTypes(store, asked);
}

function countTypes(store: Database, { at, typeCodes }: TypesRequest): readonly CountedType[] {
  const changesOf = store
    .prepare<[string], number>('SELECT changes FROM TypeCount WHERE typeCode = ?')
    .pluck();
  const count = store.prepare<[{ at: string; typeCode: string }], CountRow>(COUNT);
  const countOne = store.transaction((typeCode: string): CountedType => {
    const changes = changesOf.get(typeCode) ?? 0; // of the same snapshot
    const row = count.get({ at: toStoredTime(at), typeCode });
    const licences = row?.licences ?? 0;
    return { typeCode, changes, licences, holders: row?.holders ?? 0, endsAt: nextOf(row) };
  });
  return typeCodes.map((typeCode) => countOne(typeCode)); // a snapshot each: none is held long
}

/** Cases' ids tell when they were opened. */
function countCases(store: Database, { since }: CasesRequest): readonly CountedCases[] {
  return store
    .prepare<[string], CountedCases>(
      'SELECT matter, count(*) AS cases FROM SubCase WHERE caseId >= ? GROUP BY matter ORDER BY matter',
    )
    .all(ulid(since).slice(0, ULID_TIME_LENGTH));
}

/** A licence is still good in the last instant of its period. */
function nextOf(row: CountRow | undefined): Date | null {
  const begins = row?.begins == null ? Infinity : Date.parse(row.begins);
  const ends = row?.ends == null ? Infinity : Date.parse(row.ends) + 1;
  const next = Math.min(begins, ends);
  return next === Infinity ? null : new Date(next);
}
