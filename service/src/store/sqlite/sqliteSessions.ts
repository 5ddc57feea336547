import { ServiceError } from '../../errors.ts';
import { toAccount, type AccountRow } from '../accountRow.ts';
import { openText, sealText, type SealedPlace } from '../fieldEncryption.ts';
import type {
  IdempotencyAnswer,
  IdempotencyClaim,
  IdempotencyStore,
  Session,
  SessionStore,
} from '../people.ts';
import type { Owner } from './owners.ts';
import type { SqliteParts } from './parts.ts';
import { fromStoredTimeOrNull, toStoredTime } from './rows.ts';

/** Sessions on prepared statements: one is looked up with every request. */
export function sqliteSessions({ database, writer, keys }: SqliteParts): SessionStore {
  const insert = database.prepare<[string, string, string, string, string | null]>(
    'INSERT INTO Session (tokenHash, accountId, createdAt, expiresAt, method) VALUES (?, ?, ?, ?, ?)',
  );
  const find = database.prepare<
    [string, string],
    AccountRow & SessionRow & { windowClosedAt: string | null }
  >(
    `SELECT a.*, s.tokenHash, s.accountId, s.createdAt AS sessionCreatedAt, s.expiresAt, s.method, s.lastUsedAt,
       w.closedAt AS windowClosedAt
     FROM Session s JOIN Account a ON a.id = s.accountId LEFT JOIN Window w ON w.code = a.windowCode
     WHERE s.tokenHash = ? AND s.expiresAt > ? AND a.disabledAt IS NULL`,
  );
  const list = database.prepare<[string, string], SessionRow>(
    `SELECT tokenHash, accountId, createdAt AS sessionCreatedAt, expiresAt, method, lastUsedAt FROM Session
     WHERE accountId = ? AND expiresAt > ? ORDER BY createdAt DESC`,
  );
  const touch = database.prepare<[string, string, string]>(
    'UPDATE Session SET lastUsedAt = ? WHERE tokenHash = ? AND (lastUsedAt IS NULL OR lastUsedAt <= ?)',
  );
  const remove = database.prepare<[string]>('DELETE FROM Session WHERE tokenHash = ?');
  const removeExpired = database.prepare<[string]>('DELETE FROM Session WHERE expiresAt <= ?');
  return {
    add: ({ tokenHash, accountId, createdAt, expiresAt, method }) =>
      writer.writeOne(() => {
        const [from, until] = [toStoredTime(createdAt), toStoredTime(expiresAt)];
        insert.run(tokenHash, accountId, from, until, method ?? null);
      }),
    listOf: async (accountId, at) =>
      await Promise.resolve(list.all(accountId, toStoredTime(at)).map(toSession)),
    find: async (tokenHash, at) => {
      const row = find.get(tokenHash, toStoredTime(at));
      if (row === undefined) return null;
      const account = toAccount(keys, row);
      const isAtWindow = row.windowClosedAt === null;
      return await Promise.resolve({
        session: toSession(row),
        account: isAtWindow ? account : { ...account, windowCode: null },
      });
    },
    touch: (tokenHash, at, before) =>
      writer.writeOne(() => {
        touch.run(toStoredTime(at), tokenHash, toStoredTime(before));
      }),
    remove: (tokenHash) =>
      writer.writeOne(() => {
        remove.run(tokenHash);
      }),
    removeExpired: (at) => writer.writeOne(() => removeExpired.run(toStoredTime(at)).changes),
  };
}

interface SessionRow {
  readonly tokenHash: string;
  readonly accountId: string;
  readonly sessionCreatedAt: string;
  readonly expiresAt: string;
  readonly method: string | null;
  readonly lastUsedAt: string | null;
}

function toSession(row: SessionRow): Session {
  const { tokenHash, accountId, sessionCreatedAt, expiresAt, method, lastUsedAt } = row;
  return {
    ...{ tokenHash, accountId },
    createdAt: new Date(sessionCreatedAt),
    expiresAt: new Date(expiresAt),
    ...(method === 'external' ? { method } : {}),
    ...(lastUsedAt === null ? {} : { lastUsedAt: new Date(lastUsedAt) }),
  };
}

interface ClaimRow {
  readonly requestDigest: string;
  readonly ownerId: string | null;
  readonly status: number | null;
  readonly bodySealed: Uint8Array | null;
  readonly expiresAt: string;
}

/** Idempotency keys on prepared statements. */
export function sqliteIdempotency(parts: SqliteParts, owner: Owner): IdempotencyStore {
  const { database, writer, keys, clock } = parts;
  const find = database.prepare<[string, string], ClaimRow>(
    'SELECT requestDigest, ownerId, status, bodySealed, expiresAt FROM IdempotencyKey WHERE scope = ? AND key = ?',
  );
  const put = database.prepare<[string, string, string, string, string]>(
    `INSERT OR REPLACE INTO IdempotencyKey (scope, key, requestDigest, ownerId, expiresAt) VALUES (?, ?, ?, ?, ?)`,
  );
  const complete = database.prepare<[number, Uint8Array, string, string]>(
    'UPDATE IdempotencyKey SET status = ?, bodySealed = ?, ownerId = NULL WHERE scope = ? AND key = ?',
  );
  const remove = database.prepare<[string, string]>(
    'DELETE FROM IdempotencyKey WHERE scope = ? AND key = ?',
  );
  const sweep = database.prepare<[string]>(
    'DELETE FROM IdempotencyKey WHERE rowid IN (SELECT rowid FROM IdempotencyKey WHERE expiresAt <= ? LIMIT 16)',
  );
  const ownerLives = database
    .prepare<[string | null], number>('SELECT count(*) FROM Owner WHERE id = ?')
    .pluck();
  const isAbandoned = (row: ClaimRow): boolean => {
    if (row.ownerId === owner.id) return false;
    owner.forgetGone();
    return ownerLives.get(row.ownerId) === 0;
  };
  const answerTo = (row: ClaimRow | undefined, claim: IdempotencyClaim): IdempotencyAnswer => {
    const now = clock.now();
    const isFree = row === undefined || (fromStoredTimeOrNull(row.expiresAt) ?? now) <= now;
    if (!isFree && row.requestDigest !== claim.requestDigest)
      throw new ServiceError('IDEMPOTENCY_KEY_REUSED', 'this key was used with another request');
    if (!isFree && row.status !== null && row.bodySealed !== null) {
      const body = openText(keys.serviceKey('idempotency'), placeOfBody(claim), row.bodySealed);
      return { outcome: 'completed', status: row.status, body };
    }
    return isFree || isAbandoned(row) ? { outcome: 'reserved' } : { outcome: 'running' };
  };
  return {
    reserve: (claim) =>
      writer.write(() => {
        const answer = answerTo(find.get(claim.scope, claim.key), claim);
        if (answer.outcome !== 'reserved') return answer;
        sweep.run(toStoredTime(clock.now()));
        const { scope, key, requestDigest, expiresAt } = claim;
        put.run(scope, key, requestDigest, owner.id, toStoredTime(expiresAt));
        return answer;
      }),
    complete: (claim, { status, body }) => {
      const sealed = sealText(keys.serviceKey('idempotency'), placeOfBody(claim), body);
      return writer.writeOne(() => {
        complete.run(status, sealed, claim.scope, claim.key);
      });
    },
    abandon: ({ scope, key }) =>
      writer.writeOne(() => {
        remove.run(scope, key);
      }),
  };
}

function placeOfBody({ scope, key }: Pick<IdempotencyClaim, 'scope' | 'key'>): SealedPlace {
  return { table: 'IdempotencyKey', column: 'bodySealed', id: `${scope}\0${key}` };
}
