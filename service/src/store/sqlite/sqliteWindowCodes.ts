import { openText, sealText, type SealedPlace } from '../fieldEncryption.ts';
import type { PresentationStore } from '../presentations.ts';
import type { SqliteParts } from './parts.ts';
import { prepareInsert, toStoredTime } from './rows.ts';

interface WindowCodeRow {
  readonly codeHash: string;
  readonly window: string;
  readonly matter: string;
  readonly makerId: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly purposeSealed: Uint8Array;
}

const COLUMNS: Readonly<Record<keyof WindowCodeRow, true>> = {
  codeHash: true,
  window: true,
  matter: true,
  makerId: true,
  createdAt: true,
  expiresAt: true,
  purposeSealed: true,
};
const NAMES = Object.keys(COLUMNS).map((name) => `"${name}"`); // "window" is a word of SQL

/** Codes that windows show; those that ran out are swept when others are made. */
export function sqliteWindowCodes({
  database,
  writer,
  keys,
  clock,
}: SqliteParts): Pick<PresentationStore, 'addWindowCode' | 'findWindowCode'> {
  const insert = prepareInsert(database, 'WindowCode', Object.keys(COLUMNS));
  const sweep = database.prepare<[string]>(
    'DELETE FROM WindowCode WHERE rowid IN (SELECT rowid FROM WindowCode WHERE expiresAt <= ? LIMIT 16)',
  );
  const find = database.prepare<[string, string], WindowCodeRow>(
    `SELECT ${NAMES.join(', ')} FROM WindowCode WHERE codeHash = ? AND expiresAt > ?`,
  );
  const key = keys.serviceKey('window-code');
  return {
    addWindowCode: async ({ purpose, createdAt, expiresAt, ...code }) => {
      const row = {
        ...{ ...code, createdAt: toStoredTime(createdAt), expiresAt: toStoredTime(expiresAt) },
        purposeSealed: sealText(key, placeOf(code.codeHash), purpose),
      };
      await writer.write(() => {
        sweep.run(toStoredTime(clock.now()));
        insert.run(row);
      });
    },
    findWindowCode: async (codeHash) => {
      const row = find.get(codeHash, toStoredTime(clock.now()));
      if (row === undefined) return await Promise.resolve(null);
      const { purposeSealed, ...code } = row;
      return {
        ...code,
        purpose: openText(key, placeOf(codeHash), purposeSealed),
        createdAt: new Date(row.createdAt),
        expiresAt: new Date(row.expiresAt),
      };
    },
  };
}

function placeOf(id: string): SealedPlace {
  return { table: 'WindowCode', column: 'purposeSealed', id };
}
