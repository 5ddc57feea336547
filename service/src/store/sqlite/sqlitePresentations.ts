import {
  refusalOf,
  type AnswerRows,
  type NewPresentation,
  type Presentation,
  type PresentationStore,
  type PresentedLicence,
  type RedemptionPlace,
  type RedemptionRefusal,
} from '../presentations.ts';
import type { SqliteParts } from './parts.ts';
import { fromStoredTimeOrNull, prepareInsert, toStoredTime, type Row } from './rows.ts';
import type { ReceiptRows } from './sqliteReceipts.ts';
import type { UsageRows } from './sqliteUsage.ts';
import { spokenFailures } from './spokenFailures.ts';
import { sqliteWindowCodes } from './sqliteWindowCodes.ts';

/** Digits are not given out again so soon: who types them late must not open somebody else's presentation. */
const REST_MS = 600_000;
/** How long a holder can still look at what they showed; the records of its use stay. */
const KEPT_MS = 90 * 86_400_000;

interface PresentationRow {
  readonly id: string;
  readonly codeHash: string;
  readonly spokenHash: string | null;
  readonly holderHash: string | null;
  readonly makerId: string;
  readonly licences: string;
  readonly window: string | null;
  readonly matter: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly withdrawnAt: string | null;
  readonly redeemedAt: string | null;
  readonly redeemedBy: string | null;
  readonly redeemedWindow: string | null;
  readonly receiptId: string | null;
}

const COLUMNS: Readonly<Record<keyof PresentationRow, true>> = {
  id: true,
  codeHash: true,
  spokenHash: true,
  holderHash: true,
  makerId: true,
  licences: true,
  window: true,
  matter: true,
  createdAt: true,
  expiresAt: true,
  withdrawnAt: true,
  redeemedAt: true,
  redeemedBy: true,
  redeemedWindow: true,
  receiptId: true,
};
const SELECT = `SELECT ${Object.keys(COLUMNS)
  .map((name) => `"${name}"`) // "window" is a word of SQL
  .join(', ')} FROM Presentation`;
/** Takes the present instant. */
const LIVE = 'redeemedAt IS NULL AND withdrawnAt IS NULL AND expiresAt > ?';

/** What goes into the same commit as a claim. */
export interface AnswerRowMakers {
  readonly usage: UsageRows;
  readonly receipts: ReceiptRows;
}

/** Presentations on prepared statements. What must not happen twice is decided inside one write, at its instant. */
export function sqlitePresentations(parts: SqliteParts, rows: AnswerRowMakers): PresentationStore {
  return {
    ...making(parts),
    ...reading(parts),
    ...redeeming(parts, rows),
    ...sqliteWindowCodes(parts),
  };
}

function making(parts: SqliteParts): Pick<PresentationStore, 'add' | 'bind' | 'withdraw'> {
  const { database, writer, clock } = parts;
  const insert = prepareInsert(database, 'Presentation', Object.keys(COLUMNS));
  const isTaken = database.prepare<[string, string]>(
    'SELECT 1 FROM Presentation WHERE spokenHash = ? AND expiresAt > ?',
  );
  const countSpoken = database
    .prepare<[string, string], number>(
      `SELECT count(*) FROM Presentation WHERE "window" = ? AND spokenHash IS NOT NULL AND ${LIVE}`,
    )
    .pluck();
  const sweep = database.prepare<[string]>(
    'DELETE FROM Presentation WHERE rowid IN (SELECT rowid FROM Presentation WHERE expiresAt < ? LIMIT 16)',
  );
  const bind = database.prepare<[string, string, string]>(
    `UPDATE Presentation SET "window" = ? WHERE id = ? AND "window" IS NULL AND ${LIVE}`,
  );
  const isBound = database.prepare<[string, string, string]>(
    `SELECT 1 FROM Presentation WHERE id = ? AND "window" = ? AND ${LIVE}`,
  );
  const forgetSpoken = database.prepare<[string]>(
    'UPDATE Presentation SET spokenHash = NULL WHERE id = ?',
  );
  const withdraw = database.prepare<[string, string, string]>(
    `UPDATE Presentation SET withdrawnAt = ? WHERE id = ? AND ${LIVE}`,
  );
  const hasRoom = (window: string, now: string, maxSpoken: number): boolean =>
    (countSpoken.get(window, now) ?? 0) < maxSpoken;
  return {
    add: ({ spokenHashes, ...made }, maxSpoken) =>
      writer.write(() => {
        const now = clock.now();
        const since = toStoredTime(new Date(now.getTime() - REST_MS));
        sweep.run(toStoredTime(new Date(now.getTime() - KEPT_MS)));
        const isOffered =
          made.window === null || hasRoom(made.window, toStoredTime(now), maxSpoken);
        const taken = isOffered
          ? spokenHashes.findIndex((hash) => isTaken.get(hash, since) === undefined)
          : -1;
        insert.run(toRow(made, spokenHashes[taken] ?? null));
        return taken === -1 ? null : taken;
      }),
    bind: (id, window, maxSpoken) =>
      writer.write(() => {
        const now = toStoredTime(clock.now());
        const hadRoom = hasRoom(window, now, maxSpoken);
        if (bind.run(window, id, now).changes === 0)
          return isBound.get(id, window, now) !== undefined;
        if (!hadRoom) forgetSpoken.run(id);
        return true;
      }),
    withdraw: (id) =>
      writer.write(() => {
        const now = toStoredTime(clock.now());
        return withdraw.run(now, id, now).changes > 0;
      }),
  };
}

function reading({ database }: SqliteParts): Pick<PresentationStore, 'find' | 'findByCode'> {
  const byId = database.prepare<[string], PresentationRow>(`${SELECT} WHERE id = ?`);
  const byCode = database.prepare<[string], PresentationRow>(`${SELECT} WHERE codeHash = ?`);
  const toItem = (row: PresentationRow | undefined): Presentation | null =>
    row === undefined ? null : toPresentation(row);
  return {
    find: async (id) => await Promise.resolve(toItem(byId.get(id))),
    findByCode: async (codeHash) => await Promise.resolve(toItem(byCode.get(codeHash))),
  };
}

function redeeming(
  parts: SqliteParts,
  { usage, receipts }: AnswerRowMakers,
): Pick<PresentationStore, 'guess' | 'redeem' | 'keepAnswer'> {
  const { database, writer, clock } = parts;
  const failures = spokenFailures(database);
  const whyNot = refusals(parts);
  const isClerkAt = clerks(parts);
  const byId = database.prepare<[string], PresentationRow>(`${SELECT} WHERE id = ?`);
  const bySpoken = database.prepare<[string], PresentationRow>(
    `${SELECT} WHERE spokenHash = ? ORDER BY expiresAt DESC LIMIT 1`,
  );
  const claim = database.prepare<[string, string, string, string, string]>(
    'UPDATE Presentation SET redeemedAt = ?, redeemedBy = ?, redeemedWindow = ?, receiptId = ? WHERE id = ?',
  );
  const prepareAnswer = ({ uses, receipt }: AnswerRows): (() => void) => {
    const inserts = [...uses.map((use) => usage.prepare(use)), receipts.prepare(receipt)];
    return () => {
      for (const insert of inserts) insert();
    };
  };
  return {
    guess: (spokenHash, place, limits) =>
      writer.write(() => {
        const at = clock.now();
        const until = failures.lockedUntil(place.by, limits, at);
        if (until !== null) return { outcome: 'locked', until };
        const row = bySpoken.get(spokenHash);
        const presentation = row === undefined ? null : toPresentation(row);
        const refusal = presentation === null ? 'CODE_UNKNOWN' : whyNot(presentation, place, at);
        if (presentation !== null && refusal === null) return { outcome: 'found', presentation };
        failures.add(place.by, limits, at);
        return { outcome: 'missed', presentation, refusal: refusal ?? 'CODE_UNKNOWN' };
      }),
    redeem: async (id, place, answer) => {
      const insert = prepareAnswer(answer);
      return await writer.write(() => {
        const at = clock.now();
        const row = byId.get(id);
        if (row === undefined) return 'CODE_UNKNOWN';
        const refusal = whyNot(toPresentation(row), place, at);
        if (refusal !== null) return refusal;
        if (!isClerkAt(place)) return 'CLERK_NOT_AT_WINDOW';
        claim.run(toStoredTime(at), place.by, place.window, answer.receipt.id, id);
        insert();
        return null;
      });
    },
    keepAnswer: async (place, answer) => {
      const insert = prepareAnswer(answer);
      return await writer.write(() => {
        if (!isClerkAt(place)) return false;
        insert();
        return true;
      });
    },
  };
}

/** Reads inside the write: a grant that was withdrawn or an account that was disabled before it counts. */
function refusals({
  database,
}: SqliteParts): (
  presentation: Presentation,
  place: RedemptionPlace,
  at: Date,
) => RedemptionRefusal | null {
  const isInForce = database.prepare<[string, string]>(
    `SELECT 1 FROM "Grant" WHERE id = ? AND endedAt IS NULL AND holderHash IS NOT NULL AND agentHash IS NOT NULL
     AND (validUntil IS NULL OR validUntil >= ?)`,
  );
  const isEnabled = database.prepare<[string]>(
    'SELECT 1 FROM Account WHERE id = ? AND disabledAt IS NULL',
  );
  return (presentation, place, at) => {
    const own = refusalOf(presentation, place, at);
    if (own !== null) return own;
    if (isEnabled.get(presentation.makerId) === undefined) return 'PRESENTER_DISABLED';
    const grants = new Set(presentation.licences.flatMap(({ grant }) => grant ?? []));
    const now = toStoredTime(at);
    return [...grants].every((grant) => isInForce.get(grant, now) !== undefined)
      ? null
      : 'GRANT_NOT_IN_FORCE';
  };
}

/** Reads inside the write: who lost their role, or whose window was closed, while the answer was made, gets none. */
function clerks({
  database,
}: SqliteParts): (place: Pick<RedemptionPlace, 'by' | 'window'>) => boolean {
  const isClerk = database.prepare<[string, string]>(
    `SELECT 1 FROM Account a JOIN "Window" w ON w.code = a.windowCode
     WHERE a.id = ? AND w.code = ? AND a.disabledAt IS NULL AND w.closedAt IS NULL AND EXISTS (
       SELECT 1 FROM json_each(a.roles)
       WHERE value ->> 'role' = 'clerk' AND value ->> 'organisation' = w.organisation)`,
  );
  return ({ by, window }) => isClerk.get(by, window) !== undefined;
}

function toRow(
  { createdAt, expiresAt, licences, ...made }: Omit<NewPresentation, 'spokenHashes'>,
  spokenHash: string | null,
): PresentationRow & Row {
  return {
    ...{ ...made, spokenHash, licences: JSON.stringify(licences) },
    ...{ createdAt: toStoredTime(createdAt), expiresAt: toStoredTime(expiresAt) },
    ...{ withdrawnAt: null, redeemedAt: null, redeemedBy: null },
    ...{ redeemedWindow: null, receiptId: null },
  };
}

function toPresentation(row: PresentationRow): Presentation {
  const { redeemedAt, redeemedBy, redeemedWindow, receiptId } = row;
  const isRedeemed =
    redeemedAt !== null && redeemedBy !== null && redeemedWindow !== null && receiptId !== null;
  return {
    id: row.id,
    holderHash: row.holderHash,
    makerId: row.makerId,
    licences: JSON.parse(row.licences) as PresentedLicence[], // what toRow wrote
    window: row.window,
    matter: row.matter,
    createdAt: new Date(row.createdAt),
    expiresAt: new Date(row.expiresAt),
    hasSpokenCode: row.spokenHash !== null,
    withdrawnAt: fromStoredTimeOrNull(row.withdrawnAt),
    redeemed: isRedeemed
      ? { at: new Date(redeemedAt), by: redeemedBy, window: redeemedWindow, receiptId }
      : null,
  };
}
