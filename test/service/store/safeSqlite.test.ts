import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { applyMigrations, committedMigrations } from '../../../service/src/store/migrations.ts';
import { PrismaClient } from '../../../service/src/store/prisma/client.ts';
import { safeSqlite } from '../../../service/src/store/safeSqlite.ts';
import { WriteLock } from '../../../service/src/store/writeLock.ts';

let folder: string;
let path: string;
let lock: WriteLock;
let prisma: PrismaClient;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-sqlite-'));
  path = join(folder, 'store.sqlite');
  const database = new Sqlite(path);
  applyMigrations(database, committedMigrations(), new Date());
  database.close();
  lock = new WriteLock();
  prisma = new PrismaClient({ adapter: safeSqlite(path, lock) });
});
afterEach(async () => {
  await prisma.$disconnect();
  rmSync(folder, { recursive: true });
});

describe('Prisma on two connections', () => {
  it('loses no acknowledged write when a transaction beside it fails', async () => {
    const acknowledged = await Promise.all(
      Array.from({ length: 20 }, async (_, count) => {
        let beside: Promise<unknown> = Promise.resolve();
        const failing = prisma.$transaction(async (transaction) => {
          await transaction.meta.create({ data: { name: `undone-${count}`, value: '' } });
          beside = prisma.meta.create({ data: { name: `kept-${count}`, value: '' } });
          await new Promise((resolve) => setTimeout(resolve, 5));
          throw new Error('undone');
        });
        await expect(failing).rejects.toThrow('undone');
        await beside;
        return `kept-${count}`;
      }),
    );

    const found = await prisma.meta.findMany();

    expect(found.map(({ name }) => name).sort()).toStrictEqual(acknowledged.toSorted());
  });

  it('shows nobody what a transaction has not committed', async () => {
    let seenOutside: number | undefined;

    await prisma.$transaction(async (transaction) => {
      await transaction.meta.create({ data: { name: 'a', value: '' } });
      seenOutside = await prisma.meta.count();
    });

    expect(seenOutside).toBe(0);
    expect(await prisma.meta.count()).toBe(1);
  });

  it('undoes a transaction that throws and goes on', async () => {
    const broken = prisma.$transaction(async (transaction) => {
      await transaction.meta.create({ data: { name: 'a', value: '' } });
      throw new Error('changed my mind');
    });

    await expect(broken).rejects.toThrow('changed my mind');
    await prisma.meta.create({ data: { name: 'b', value: '' } });
    expect(await prisma.meta.findMany()).toStrictEqual([{ name: 'b', value: '' }]);
  });
});

describe('after a failed sync of another connection', () => {
  it('takes no write any more, and reads', async () => {
    await prisma.meta.create({ data: { name: 'before', value: '' } });

    lock.fail(new Error('EIO'));

    await expect(prisma.meta.create({ data: { name: 'a', value: '' } })).rejects.toThrow();
    await expect(
      prisma.$transaction((transaction) =>
        transaction.meta.create({ data: { name: 'b', value: '' } }),
      ),
    ).rejects.toThrow();
    expect(await prisma.meta.count()).toBe(1);
  });
});

describe('a failed sync within Prisma', () => {
  it('is told by SQLite’s code, where the lock looks for it', async () => {
    const adapter = await safeSqlite(path, lock).connect();
    const insert = `INSERT INTO Meta (name, value) VALUES ('twice', '')`;
    const query = { sql: insert, args: [], argTypes: [] };
    await adapter.executeRaw(query);

    const error: unknown = await adapter.executeRaw(query).catch((thrown: unknown) => thrown);
    await adapter.dispose();

    // a sync cannot be made to fail here, so another error of the same kind shows the form
    expect(error).toMatchObject({ cause: { originalCode: 'SQLITE_CONSTRAINT_PRIMARYKEY' } });
    expect(lock.failure).toBeNull();
    lock.failIfUnsynced(
      Object.assign(new Error(''), { cause: { originalCode: 'SQLITE_IOERR_FSYNC' } }),
    );
    expect(lock.failure).not.toBeNull();
  });
});
