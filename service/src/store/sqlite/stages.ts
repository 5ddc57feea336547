import type { Database, Statement } from 'better-sqlite3';
import type { SignedAct } from '@yinxin/chaincode/model';
import type { Stage, StageStore } from '../licences.ts';
import type { Owner } from './owners.ts';
import type { SqliteParts } from './parts.ts';
import type { RecallRows } from './sqliteRecalls.ts';
import { toStoredTime } from './rows.ts';

interface StageRow {
  readonly id: string;
  readonly subject: string;
  readonly act: string;
  readonly stagedAt: string;
}

const COLUMNS = 'id, subject, act, stagedAt';

/** Writes and removes stage rows inside the writes of other repositories. */
export class StageRows {
  readonly #ownerId: string;
  readonly #insert: Statement<[string, string, string, string, string]>;
  readonly #remove: Statement<[string]>;
  readonly #removeBySubject: Statement<[string]>;

  constructor(database: Database, ownerId: string) {
    this.#ownerId = ownerId;
    this.#insert = database.prepare(
      'INSERT INTO Stage (id, subject, act, ownerId, stagedAt) VALUES (?, ?, ?, ?, ?)',
    );
    this.#remove = database.prepare('DELETE FROM Stage WHERE id = ?');
    this.#removeBySubject = database.prepare('DELETE FROM Stage WHERE subject = ?');
  }

  add(subject: string, act: SignedAct, at: Date): void {
    this.#insert.run(act.act.id, subject, JSON.stringify(act), this.#ownerId, toStoredTime(at));
  }

  remove(id: string): void {
    this.#remove.run(id);
  }

  /** For a subject that is itself staged: it has no other stage. */
  removeBySubject(subject: string): void {
    this.#removeBySubject.run(subject);
  }
}

/** The repository of all stages. */
export function sqliteStages(
  parts: SqliteParts,
  owner: Owner,
  { stages: rows, recalls }: Readonly<{ stages: StageRows; recalls: RecallRows }>,
): StageStore {
  const { database, writer, clock } = parts;
  const claim = database.prepare<[string]>(
    'UPDATE Stage SET ownerId = ? WHERE ownerId NOT IN (SELECT id FROM Owner)',
  );
  const orphans = database.prepare<[], StageRow>(
    `SELECT ${COLUMNS} FROM Stage WHERE ownerId NOT IN (SELECT id FROM Owner) ORDER BY stagedAt, id`,
  );
  const overdue = database.prepare<[string, string], StageRow>(
    `SELECT ${COLUMNS} FROM Stage WHERE ownerId = ? AND stagedAt < ? ORDER BY stagedAt, id`,
  );
  const one = database.prepare<[string], number>('SELECT 1 FROM Stage WHERE id = ?').pluck();
  return {
    has: async (id) => await Promise.resolve(one.get(id) !== undefined),
    add: ({ subject, act, recall }) =>
      writer.write(() => {
        rows.add(subject, act, clock.now());
        if (recall !== undefined) recalls.add(act.act.id, recall);
      }),
    remove: (id) =>
      writer.write(() => {
        rows.remove(id);
        recalls.drop(id);
      }),
    takeOver: () =>
      writer.write(() => {
        owner.forgetGone();
        const found = orphans.all().map(toStage);
        claim.run(owner.id);
        return found;
      }),
    overdue: async (before) =>
      await Promise.resolve(overdue.all(owner.id, toStoredTime(before)).map(toStage)),
  };
}

function toStage(row: StageRow): Stage {
  return {
    id: row.id,
    subject: row.subject,
    act: JSON.parse(row.act) as SignedAct, // written by StageRows.add
    stagedAt: new Date(row.stagedAt),
  };
}
