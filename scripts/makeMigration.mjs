// Writes the next migration for both databases from what changed in schema.prisma, without network or database.
//   node scripts/makeMigration.mjs NAME     writes service/prisma/migrations/{sqlite,postgresql}/<time>_NAME/migration.sql
//   node scripts/makeMigration.mjs --check  exits 1 when the migrations do not lead to the schema
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  bindMigrationAwareSqlAdapterFactory,
  mockMigrationAwareAdapterFactory,
} from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import Database from 'better-sqlite3';

const prisma = join(dirname(fileURLToPath(import.meta.url)), '../service/prisma');
const schemaPath = join(prisma, 'schema.prisma');
// The schema as of the newest migration: the engine can compare schemas, but not replay migrations offline.
const migratedPath = join(prisma, 'migrations/schema.prisma');

/** The engine asks PostgreSQL for its version only. */
function postgresqlStub() {
  const queryable = {
    provider: 'postgres',
    adapterName: 'stub',
    queryRaw: async () => ({
      columnNames: ['version', 'numeric_version'],
      columnTypes: [7, 0],
      rows: [['PostgreSQL 15.8', 150008]],
    }),
    executeRaw: async () => 0,
    executeScript: async () => undefined,
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: async () => undefined,
  };
  const connect = async () => queryable;
  return { provider: 'postgres', adapterName: 'stub', connect, connectToShadowDb: connect };
}

const databases = [
  { name: 'sqlite', factory: () => mockMigrationAwareAdapterFactory('sqlite') },
  { name: 'postgresql', factory: postgresqlStub },
];

/** SQL that leads from one schema text (null: an empty database) to another; '' when nothing changed. */
async function diff(database, from, to) {
  const files = (content) => [
    {
      path: 'schema.prisma',
      content: content.replace('provider = "sqlite"', `provider = "${database.name}"`),
    },
  ];
  const engine = await SchemaEngine.new(
    { datamodels: files(to).map(({ path, content }) => [path, content]) },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(database.factory()),
  );
  const { stdout } = await engine.diff({
    from: from === null ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: files(from) },
    to: { tag: 'schemaDatamodel', files: files(to) },
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout.includes('This is an empty migration') ? '' : stdout;
}

/** Tables and indexes of a database made by these scripts, as SQLite itself tells them. */
function shapeOf(scripts) {
  const database = new Database(':memory:');
  for (const script of scripts) database.exec(script);
  const columns = database.prepare(
    `SELECT m.name AS "table", c.name, c.type, c."notnull", c.dflt_value, c.pk
     FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1, 2`,
  );
  const indexes = database.prepare(
    `SELECT m.name AS "table", i.name, i."unique", group_concat(x.name) AS columns
     FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) x
     WHERE m.type = 'table' GROUP BY 1, 2, 3 ORDER BY 1, 2`,
  );
  const foreignKeys = database.prepare(
    `SELECT m.name AS "table", f."table" AS target, f."from", f."to", f.on_update, f.on_delete
     FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1, 2, 3`,
  );
  return JSON.stringify([columns.all(), indexes.all(), foreignKeys.all()]);
}

function migrationsOf(name) {
  const folder = join(prisma, 'migrations', name);
  return readdirSync(folder)
    .sort()
    .map((migration) => readFileSync(join(folder, migration, 'migration.sql'), 'utf8'));
}

async function check() {
  const schema = readFileSync(schemaPath, 'utf8');
  const migrated = readFileSync(migratedPath, 'utf8');
  for (const database of databases)
    if ((await diff(database, migrated, schema)) !== '')
      return `${database.name}: schema.prisma has changes without a migration`;
  if (shapeOf(migrationsOf('sqlite')) !== shapeOf([await diff(databases[0], null, schema)]))
    return 'sqlite: the migrations lead to another schema than schema.prisma';
  if (
    readdirSync(join(prisma, 'migrations/sqlite')).join() !==
    readdirSync(join(prisma, 'migrations/postgresql')).join()
  )
    return 'the databases have different migrations';
  return null;
}

async function make(name) {
  const schema = readFileSync(schemaPath, 'utf8');
  const migrated = existsSync(migratedPath) ? readFileSync(migratedPath, 'utf8') : null;
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  for (const database of databases) {
    const sql = await diff(database, migrated, schema);
    if (sql === '') return 'nothing changed';
    const folder = join(prisma, 'migrations', database.name, `${stamp}_${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'migration.sql'), sql);
  }
  writeFileSync(migratedPath, schema);
  return null;
}

const argument = process.argv[2] ?? '';
if (argument !== '--check' && !/^[a-z][a-z0-9_]*$/.test(argument)) {
  console.error('usage: node scripts/makeMigration.mjs NAME | --check');
  process.exitCode = 2;
} else {
  const fault = argument === '--check' ? await check() : await make(argument);
  if (fault !== null) console.error(fault);
  process.exitCode = fault === null ? 0 : 1;
}
