import type { Database, Statement } from 'better-sqlite3';
import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { IssuedDocument } from '../licences.ts';
import type { PendingTimeStamp, TimeStampStore } from '../timeStamps.ts';
import type { SqliteParts } from './parts.ts';
import { toStoredTime } from './rows.ts';

type OwnerKind = PendingTimeStamp['ownerKind'];

/** Writes and removes rows of files that wait, inside the writes of other repositories. */
export class PendingRows {
  readonly #insert: Statement<[string, string, string, string]>;
  readonly #remove: Statement<[string, string, string]>;
  readonly #removeAll: Statement<[string, string]>;

  constructor(database: Database) {
    this.#insert = database.prepare(
      `INSERT INTO PendingTimeStamp (ownerKind, ownerId, format, dueAt) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#remove = database.prepare(
      'DELETE FROM PendingTimeStamp WHERE ownerKind = ? AND ownerId = ? AND format = ?',
    );
    this.#removeAll = database.prepare(
      'DELETE FROM PendingTimeStamp WHERE ownerKind = ? AND ownerId = ?',
    );
  }

  add({ ownerKind, ownerId, format }: PendingTimeStamp, dueAt: Date): void {
    this.#insert.run(ownerKind, ownerId, format, toStoredTime(dueAt));
  }

  remove({ ownerKind, ownerId, format }: PendingTimeStamp): void {
    this.#remove.run(ownerKind, ownerId, format);
  }

  removeAll(ownerKind: OwnerKind, ownerId: string): void {
    this.#removeAll.run(ownerKind, ownerId);
  }
}

/** The repository of files that wait; staged ones are not among them. */
export function sqliteTimeStamps(
  { database, writer }: SqliteParts,
  rows: PendingRows,
): TimeStampStore {
  const due = database.prepare<
    [string, number],
    { ownerKind: OwnerKind; ownerId: string; format: DocumentFormat }
  >(
    `SELECT ownerKind, ownerId, format FROM PendingTimeStamp AS waiting
     WHERE dueAt <= ? AND CASE ownerKind
       WHEN 'licence' THEN EXISTS (
         SELECT 1 FROM Licence WHERE identifier = waiting.ownerId AND state <> 'staged')
       ELSE EXISTS (SELECT 1 FROM SealSignature WHERE id = waiting.ownerId AND isStaged = 0) END
     ORDER BY dueAt LIMIT ?`,
  );
  const postpone = database.prepare<[string, string, string, string]>(
    'UPDATE PendingTimeStamp SET dueAt = ? WHERE ownerKind = ? AND ownerId = ? AND format = ?',
  );
  const documentsOf = database
    .prepare<[string], string>('SELECT documents FROM Licence WHERE identifier = ?')
    .pluck();
  const setDocuments = database.prepare<[string, string]>(
    'UPDATE Licence SET documents = ? WHERE identifier = ?',
  );
  const setNone = database.prepare<[string]>(
    `UPDATE SealSignature SET timeStamp = 'none' WHERE id = ?`,
  );
  return {
    due: async (at, limit) => await Promise.resolve(due.all(toStoredTime(at), limit)),
    postpone: ({ ownerKind, ownerId, format }, until) =>
      writer.write(() => {
        postpone.run(toStoredTime(until), ownerKind, ownerId, format);
      }),
    giveUp: (file) =>
      writer.write(() => {
        rows.remove(file);
        if (file.ownerKind === 'sealSignature') {
          setNone.run(file.ownerId);
          return;
        }
        const documents = documentsOf.get(file.ownerId);
        if (documents === undefined) return;
        const shown = (JSON.parse(documents) as readonly IssuedDocument[]) // written by us
          .map((one) => (one.format === file.format ? { ...one, timeStamp: 'none' } : one));
        setDocuments.run(JSON.stringify(shown), file.ownerId);
      }),
  };
}
