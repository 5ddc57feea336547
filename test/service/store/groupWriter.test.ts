import Sqlite, { type Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupWriter } from '../../../service/src/store/groupWriter.ts';
import { WriteLock } from '../../../service/src/store/writeLock.ts';

let database: Database;
let lock: WriteLock;
let writer: GroupWriter;
beforeEach(() => {
  database = new Sqlite(':memory:');
  database.exec('CREATE TABLE t (value TEXT PRIMARY KEY)');
  lock = new WriteLock();
  writer = new GroupWriter(database, lock);
});

function insert(value: string): string {
  database.prepare('INSERT INTO t VALUES (?)').run(value);
  return value;
}

function values(): unknown[] {
  return database.prepare('SELECT value FROM t ORDER BY 1').pluck().all();
}

describe('group commit', () => {
  it('gives each caller what their write returned', async () => {
    const results = await Promise.all(
      ['a', 'b', 'c'].map((value) => writer.write(() => insert(value))),
    );

    expect(results).toStrictEqual(['a', 'b', 'c']);
    expect(values()).toStrictEqual(['a', 'b', 'c']);
  });

  it('undoes a failing write whole and leaves its neighbours', async () => {
    const outcomes = await Promise.allSettled([
      writer.write(() => insert('a')),
      writer.write(() => {
        insert('half');
        throw new Error('no');
      }),
      writer.write(() => insert('b')),
    ]);

    expect(outcomes.map(({ status }) => status)).toStrictEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(values()).toStrictEqual(['a', 'b']);
  });

  it('writes concurrent callers in one transaction', async () => {
    let commits = 0;
    const count = new GroupWriter(
      Object.assign(Object.create(database) as Database, {
        exec: (sql: string) => {
          if (sql === 'COMMIT') commits++;
          return database.exec(sql);
        },
        prepare: (sql: string) => database.prepare(sql),
      }),
      lock,
    );

    await Promise.all(
      Array.from({ length: 200 }, (_, index) => count.write(() => insert(`${index}`))),
    );

    expect(commits).toBe(1);
  });

  it('waits for whoever holds the lock', async () => {
    const release = await lock.acquire();
    const written = writer.write(() => insert('a'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = values();

    release();
    await written;

    expect(before).toStrictEqual([]);
    expect(values()).toStrictEqual(['a']);
  });

  it('tells every caller when the commit fails, and goes on', async () => {
    database.pragma('foreign_keys = ON');
    database.exec('CREATE TABLE child (t TEXT REFERENCES t (value) DEFERRABLE INITIALLY DEFERRED)');

    const outcomes = await Promise.allSettled([
      writer.write(() => insert('a')),
      writer.write(() => database.prepare(`INSERT INTO child VALUES ('nobody')`).run()),
    ]);
    await writer.write(() => insert('b'));

    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } },
      { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } },
    ]);
    expect(values()).toStrictEqual(['b']);
  });

  it('writes what is queued before it closes, and nothing after', async () => {
    const queued = writer.write(() => insert('a'));

    await writer.close();

    await expect(queued).resolves.toBe('a');
    await expect(writer.write(() => insert('b'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });
});

describe('when a commit needs a sync to be durable', () => {
  it('answers callers after the sync, and frees the lock before', async () => {
    const order: string[] = [];
    const syncing = new GroupWriter(database, lock, async () => {
      await lock.run(() => Promise.resolve(order.push('another writer')));
      order.push('synced');
    });

    await syncing.write(() => insert('a'));
    order.push('answered');

    expect(order).toStrictEqual(['another writer', 'synced', 'answered']);
  });

  it('refuses everything after a sync that failed', async () => {
    let syncs = 0;
    const failing = new GroupWriter(database, lock, () => {
      syncs += 1;
      return Promise.reject(new Error('EIO'));
    });

    const outcomes = await Promise.allSettled([
      failing.write(() => insert('a')),
      failing.write(() => insert('b')),
    ]);
    const later = failing.write(() => insert('c'));

    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } },
      { status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } },
    ]);
    await expect(later).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(syncs).toBe(1);
  });

  it('lets no other writer of the file in after a sync that failed', async () => {
    const failing = new GroupWriter(database, lock, async () => {
      await Promise.reject(new Error('EIO'));
    });

    await expect(failing.write(() => insert('a'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });

    await expect(writer.write(() => insert('b'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    expect(values()).toStrictEqual(['a']); // in the file's cache, on the disk perhaps: nobody was told that it is
  });
});

describe('when SQLite itself fails', () => {
  /** A connection of which one statement fails. */
  function failingAt(statement: string, code: string): Database {
    return Object.assign(Object.create(database) as Database, {
      exec: (sql: string) => {
        if (sql === statement) throw Object.assign(new Error('disk I/O error'), { code });
        return database.exec(sql);
      },
    });
  }

  it.each([
    ['after a commit whose sync failed', 'COMMIT', 'SQLITE_IOERR_FSYNC'],
    ['after a commit whose folder was not synced', 'COMMIT', 'SQLITE_IOERR_DIR_FSYNC'],
  ])('refuses everything %s', async (_, statement, code) => {
    const failing = new GroupWriter(failingAt(statement, code), lock);

    await expect(failing.write(() => insert('a'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });

    await expect(writer.write(() => insert('b'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await expect(failing.close()).resolves.toBeUndefined();
  });

  it('goes on after a full disk', async () => {
    const failing = new GroupWriter(failingAt('COMMIT', 'SQLITE_FULL'), lock);

    await expect(failing.write(() => insert('a'))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });

    await expect(writer.write(() => insert('b'))).resolves.toBe('b');
    expect(values()).toStrictEqual(['b']);
  });

  it('refuses everything, and leaves nobody waiting, when it cannot even undo', async () => {
    const connection = failingAt('COMMIT', 'SQLITE_FULL');
    const failing = new GroupWriter(
      Object.assign(Object.create(connection) as Database, {
        exec: (sql: string) => {
          if (sql === 'ROLLBACK') throw new Error('disk I/O error');
          return connection.exec(sql);
        },
      }),
      lock,
    );

    const outcomes = await Promise.allSettled([failing.write(() => insert('a')), failing.close()]);

    expect(outcomes.map(({ status }) => status)).toStrictEqual(['rejected', 'fulfilled']);
    await expect(lock.acquire()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

describe('the write lock', () => {
  it('goes to those who wait, in their order', async () => {
    const order: number[] = [];

    await Promise.all(
      [1, 2, 3].map((number) =>
        lock.run(async () => {
          order.push(number);
          await new Promise((resolve) => setTimeout(resolve, 4 - number));
          order.push(-number);
        }),
      ),
    );

    expect(order).toStrictEqual([1, -1, 2, -2, 3, -3]);
  });

  it('is given back when the work throws', async () => {
    await expect(lock.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');

    await expect(lock.run(() => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('goes to nobody after a failure, those who wait included', async () => {
    const release = await lock.acquire();
    const waiting = lock.acquire();

    lock.fail(new Error('EIO'));
    release();

    await expect(waiting).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(lock.acquire()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(lock.failure).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('stays in use after errors that are no failed sync', async () => {
    const conflict = Object.assign(new Error('no'), { code: 'SQLITE_CONSTRAINT_UNIQUE' });
    await expect(lock.run(() => Promise.reject(conflict))).rejects.toThrow('no');

    expect(lock.failure).toBeNull();
  });
});
