import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableAppends } from '../../../../service/src/ledger/embedded/durableAppends.ts';

let folder: string;
let database: Sqlite.Database;
let syncs: { readonly resolve: () => void; readonly reject: (error: Error) => void }[];
let appends: DurableAppends;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-appends-'));
  const file = join(folder, 'ledger.db');
  database = new Sqlite(file);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE block (number INTEGER)');
  syncs = [];
  appends = new DurableAppends(file, database, {
    sync: () => new Promise((resolve, reject) => syncs.push({ resolve, reject })),
    close: () => Promise.resolve(),
  });
});

afterEach(async () => {
  await appends.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

function append(number: number): Promise<void> {
  return appends.append(() => {
    database.prepare('INSERT INTO block VALUES (?)').run(number);
  });
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('DurableAppends', () => {
  it('lets nobody read what is committed before it is on the disk', async () => {
    const events: string[] = [];
    const appended = append(1).then(() => events.push('appended'));
    await turn();
    const read = appends.whenDurable().then(() => events.push('read'));
    await turn();
    const before = [...events];

    syncs[0]?.resolve();
    await Promise.all([appended, read]);

    expect(before).toStrictEqual([]);
    expect(events).toHaveLength(2);
  });

  it('lets everybody read while nothing is being written', async () => {
    await expect(appends.whenDurable()).resolves.toBeUndefined();
  });

  it('passes on why a write was refused, and syncs nothing', async () => {
    const refused = appends.append(() => {
      throw new RangeError('no room');
    });

    await expect(refused).rejects.toThrow('no room');
    expect(syncs).toHaveLength(0);
    await expect(appends.whenDurable()).resolves.toBeUndefined();
  });

  describe('when the disk fails', () => {
    it('does not know the outcome and shows nothing any more', async () => {
      const appended = append(1);
      const settled = appended.catch((error: unknown) => error);
      await turn();
      const read = appends.whenDurable().catch((error: unknown) => error);

      syncs[0]?.reject(new Error('EIO'));

      expect(await settled).toMatchObject({ code: 'LEDGER_OUTCOME_UNKNOWN' });
      expect(await read).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
      await expect(appends.whenDurable()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    });
  });
});
