import { spawnSync } from 'node:child_process';
import Sqlite, { type Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { applyMigrations, committedMigrations } from '../../../service/src/store/migrations.ts';

const AT = new Date('2026-03-01T00:00:00Z');
const FIRST = { name: '1_first', sql: 'CREATE TABLE a (x TEXT);' };
const SECOND = { name: '2_second', sql: 'CREATE TABLE b (x TEXT);' };

let database: Database;
beforeEach(() => {
  database = new Sqlite(':memory:');
});

describe('migrations', () => {
  it('are applied once, in order', () => {
    expect(applyMigrations(database, [FIRST], AT)).toStrictEqual(['1_first']);
    expect(applyMigrations(database, [FIRST, SECOND], AT)).toStrictEqual(['2_second']);
    expect(applyMigrations(database, [FIRST, SECOND], AT)).toStrictEqual([]);
  });

  it('are refused when edited after they were applied', () => {
    applyMigrations(database, [FIRST], AT);
    const edited = { ...FIRST, sql: `${FIRST.sql} ` };

    expect(() => applyMigrations(database, [edited, SECOND], AT)).toThrow('edited');
  });

  it('are refused when one never finished', () => {
    applyMigrations(database, [FIRST], AT);
    database.exec('UPDATE _prisma_migrations SET finished_at = NULL');

    expect(() => applyMigrations(database, [FIRST], AT)).toThrow('never finished');
  });

  it('are refused when the database is ahead', () => {
    applyMigrations(database, [FIRST, SECOND], AT);

    expect(() => applyMigrations(database, [FIRST], AT)).toThrow('newer version');
  });

  it('that break leave nothing behind', () => {
    const broken = { name: '2_broken', sql: 'CREATE TABLE c (x TEXT); NONSENSE;' };

    expect(() => applyMigrations(database, [FIRST, broken], AT)).toThrow('syntax error');
    expect(applyMigrations(database, [FIRST], AT)).toStrictEqual(['1_first']);
  });

  it('lead to the schema that Prisma’s client was made from', () => {
    const script = [
      '--disable-warning=ExperimentalWarning',
      'scripts/makeMigration.mjs',
      '--check',
    ];

    const { status, stderr } = spawnSync(process.execPath, script, { encoding: 'utf8' });

    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(committedMigrations().length).toBeGreaterThan(0);
  });
});
