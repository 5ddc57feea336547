import type { Matter, MatterStore } from '../catalogue.ts';
import type { SqliteParts } from './parts.ts';
import { prepareInsert, toStoredTime } from './rows.ts';

const KEPT = 10_000;

interface MatterRow extends Omit<Matter, 'definition' | 'updatedAt'> {
  /** JSON. */
  readonly definition: string;
  readonly updatedAt: string;
}

const COLUMNS = ['code', 'version', 'name', 'definition', 'updatedAt'];

/** Matters with all their versions. A version never changes once it is there, so it is parsed once. */
export function sqliteMatters({ database, writer }: SqliteParts): MatterStore {
  const columns = COLUMNS.join(', ');
  const insert = prepareInsert(
    database,
    'Matter',
    COLUMNS,
    'ON CONFLICT (code, version) DO NOTHING', // the ledger lets nobody put another definition under it
  );
  const newest = database
    .prepare<[string], number | null>('SELECT max(version) FROM Matter WHERE code = ?')
    .pluck();
  const find = database.prepare<[string, number], MatterRow>(
    `SELECT ${columns} FROM Matter WHERE code = ? AND version = ?`,
  );
  const versions = database.prepare<[string], MatterRow>(
    `SELECT ${columns} FROM Matter WHERE code = ? ORDER BY version DESC`,
  );
  const all = database.prepare<[], Pick<Matter, 'code' | 'version'>>(
    'SELECT code, max(version) AS version FROM Matter GROUP BY code ORDER BY code',
  );
  const revision = database.prepare<[], number | null>('SELECT max(rowid) FROM Matter').pluck();
  const kept = new Map<string, Matter>();
  const keep = (row: MatterRow): Matter => {
    const name = `${row.code}/${row.version}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    if (kept.size >= KEPT) kept.clear();
    const matter = toMatter(row);
    kept.set(name, matter);
    return matter;
  };
  const read = (code: string, version: number): Matter | null => {
    const known = kept.get(`${code}/${version}`);
    if (known !== undefined) return known;
    const row = find.get(code, version);
    return row === undefined ? null : keep(row);
  };
  return {
    put: (matters) =>
      writer.write(() => {
        for (const { definition, updatedAt, ...matter } of matters)
          insert.run({
            ...matter,
            definition: JSON.stringify(definition),
            updatedAt: toStoredTime(updatedAt),
          });
      }),
    find: async (code, version) => {
      const wanted = version ?? newest.get(code) ?? null;
      return await Promise.resolve(wanted === null ? null : read(code, wanted));
    },
    versions: async (code) => await Promise.resolve(versions.all(code).map(keep)),
    list: async () =>
      await Promise.resolve(all.all().flatMap(({ code, version }) => read(code, version) ?? [])),
    revision: async () => await Promise.resolve(revision.get() ?? 0),
  };
}

function toMatter({ definition, updatedAt, ...row }: MatterRow): Matter {
  return {
    ...row,
    definition: JSON.parse(definition) as Matter['definition'],
    updatedAt: new Date(updatedAt),
  };
}
