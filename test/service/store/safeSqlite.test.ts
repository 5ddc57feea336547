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
let prisma: PrismaClient;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-sqlite-'));
  const path = join(folder, 'store.sqlite');
  const database = new Sqlite(path);
  applyMigrations(database, committedMigrations(), new Date());
  database.close();
  prisma = new PrismaClient({ adapter: safeSqlite(path, new WriteLock()) });
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
