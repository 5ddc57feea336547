import type { Database, Statement } from 'better-sqlite3';

/** Notes inside other writes that licences of a type came into force or went out of it, for those who count them. */
export class TypeChanges {
  readonly #mark: Statement<[string]>;
  readonly #markOfLicence: Statement<[string]>;
  readonly #markOfHolder: Statement<[string]>;

  constructor(database: Database) {
    const insert = (select: string): string =>
      `INSERT INTO TypeCount (typeCode, changes) ${select}
       ON CONFLICT (typeCode) DO UPDATE SET changes = changes + 1`;
    this.#mark = database.prepare(insert('VALUES (?, 1)'));
    this.#markOfLicence = database.prepare(
      insert('SELECT typeCode, 1 FROM Licence WHERE identifier = ?'),
    );
    this.#markOfHolder = database.prepare(
      insert('SELECT DISTINCT typeCode, 1 FROM Licence WHERE holderHash = ?'),
    );
  }

  mark(typeCode: string): void {
    this.#mark.run(typeCode);
  }

  markOfLicence(identifier: string): void {
    this.#markOfLicence.run(identifier);
  }

  /** Before the holder's hash is gone. */
  markOfHolder(holderHash: string): void {
    this.#markOfHolder.run(holderHash);
  }
}
