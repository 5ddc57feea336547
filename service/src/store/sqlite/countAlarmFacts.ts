/** Counts what rules for alarms look at; nothing is decrypted. Runs on the thread of `countWorker.ts`. */
import type { Database } from 'better-sqlite3';
import type { AlarmFacts, AlarmQuestion, HourlyUses } from '../alarmFacts.ts';
import { toStoredTime } from './rows.ts';
import { idFloor } from './usageQuery.ts';

const DAY_MS = 86_400_000;
const MAX_ROWS = 500;
const MAX_ROOTS = 20;
/** How many of the newest rows are looked through for their batches. */
const NEWEST = 1000;

interface Span {
  readonly fromId: string;
  readonly untilId: string;
  readonly from: string;
  readonly until: string;
}

export function countAlarmFacts(store: Database, asked: AlarmQuestion): AlarmFacts {
  const start = asked.days[0]?.start ?? asked.until;
  const span = {
    ...{ fromId: idFloor(start), untilId: idFloor(asked.until) },
    ...{ from: toStoredTime(start), until: toStoredTime(asked.until) },
  };
  return {
    uses: hourlyUses(store, span),
    holders: store
      .prepare<[Span], AlarmFacts['holders'][number]>(
        `SELECT date(at, '+8 hours') AS day, clerk, count(DISTINCT holderHash) AS holders
         FROM UsageRecord WHERE id >= @fromId AND id < @untilId AND channel = 'window'
           AND clerk IS NOT NULL GROUP BY 1, 2`,
      )
      .all(span),
    wrongCodes: wrongCodes(store, asked.now),
    pending: pendingUses(store),
    ...whatEnds(store, asked),
    recalls: openRecalls(store),
    rights: rightsChanges(store, span),
    roots: newestRoots(store),
  };
}

function hourlyUses(store: Database, span: Span): readonly HourlyUses[] {
  return store
    .prepare<[Span], HourlyUses>(
      `SELECT date(at, '+8 hours') AS day, CAST(strftime('%H', at, '+8 hours') AS INTEGER) AS hour,
         clerk, "window", outcome, count(*) AS uses
       FROM UsageRecord WHERE id >= @fromId AND id < @untilId AND clerk IS NOT NULL
         AND channel = 'window'
       GROUP BY 1, 2, 3, 4, 5`,
    )
    .all(span);
}

function wrongCodes(store: Database, now: Date): AlarmFacts['wrongCodes'] {
  return store
    .prepare<[string, number], { clerk: string; window: string | null; at: string }>(
      `SELECT f.accountId AS clerk, a.windowCode AS "window", f.at AS at
       FROM SpokenFailure f LEFT JOIN Account a ON a.id = f.accountId
       WHERE f.at > ? ORDER BY f.at DESC LIMIT ?`,
    )
    .all(toStoredTime(new Date(now.getTime() - DAY_MS)), MAX_ROWS)
    .map((row) => ({ ...row, at: new Date(row.at) }));
}

function pendingUses(store: Database): AlarmFacts['pending'] {
  const row = store
    .prepare<[], { oldest: string | null; uses: number }>(
      'SELECT min(at) AS oldest, count(*) AS uses FROM UsageRecord WHERE anchorRoot IS NULL',
    )
    .get();
  if (row === undefined || row.oldest === null) return null;
  return { oldest: new Date(row.oldest), uses: row.uses };
}

function whatEnds(
  store: Database,
  { endsBefore, dueBefore }: AlarmQuestion,
): Pick<AlarmFacts, 'seals' | 'objections'> {
  const seals = store
    .prepare<[string, number], { esId: string; name: string; validUntil: string }>(
      `SELECT esId, name, validUntil FROM Seal WHERE state = 'valid' AND validUntil < ?
       ORDER BY validUntil LIMIT ?`,
    )
    .all(toStoredTime(endsBefore), MAX_ROWS);
  const objections = store
    .prepare<[string, number], { id: string; dueAt: string }>(
      `SELECT id, dueAt FROM Objection WHERE state = 'open' AND dueAt < ? ORDER BY id LIMIT ?`,
    )
    .all(toStoredTime(dueBefore), MAX_ROWS);
  return {
    seals: seals.map((row) => ({ ...row, validUntil: new Date(row.validUntil) })),
    objections: objections.map((row) => ({ ...row, dueAt: new Date(row.dueAt) })),
  };
}

function openRecalls(store: Database): AlarmFacts['recalls'] {
  return store
    .prepare<[], { window: string; oldest: string; notices: number }>(
      `SELECT n."window" AS "window", min(r.sentAt) AS oldest, count(*) AS notices
       FROM Recall r JOIN RecallNotice n ON n.recallId = r.id
       WHERE r.state = 'sent' AND n.isSent = 1 AND n.acknowledgedAt IS NULL GROUP BY n."window"`,
    )
    .all()
    .map((row) => ({ ...row, oldest: new Date(row.oldest) }));
}

function rightsChanges(store: Database, span: Span): AlarmFacts['rights'] {
  return store
    .prepare<[Span & { limit: number }], { actor: string; action: string; at: string }>(
      `SELECT actorId AS actor, action, at FROM AdministrationEntry
       WHERE at >= @from AND at < @until AND action IN ('person.disable', 'person.setRoles')
       ORDER BY at DESC LIMIT @limit`,
    )
    .all({ ...span, limit: MAX_ROWS })
    .map((row) => ({ ...row, at: new Date(row.at) }));
}

function newestRoots(store: Database): readonly string[] {
  const distinct = (newest: string): readonly string[] =>
    store
      .prepare<[number, number], string>(`SELECT DISTINCT root FROM (${newest} LIMIT ?) LIMIT ?`)
      .pluck()
      .all(NEWEST, MAX_ROOTS);
  const ofUses = distinct(
    'SELECT anchorRoot AS root FROM UsageRecord WHERE anchorRoot IS NOT NULL ORDER BY id DESC',
  );
  const ofLicences = distinct(
    `SELECT ledgerRoot AS root FROM Licence WHERE issuedAt IS NOT NULL AND ledgerRoot IS NOT NULL
     ORDER BY issuedAt DESC`,
  );
  return [...ofUses, ...ofLicences];
}
