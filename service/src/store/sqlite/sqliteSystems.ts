import type {
  ClientScope,
  ClientTerms,
  ClientToken,
  ClientVersion,
  SystemClient,
  SystemStore,
} from '../systems.ts';
import type { SqliteParts } from './parts.ts';
import { fromStoredTimeOrNull, toStoredTime } from './rows.ts';
import { SlidingCounts } from './slidingCounts.ts';

interface ClientRow {
  readonly id: string;
  readonly accountId: string;
  readonly organisation: string;
  readonly name: string;
  readonly createdAt: string;
  readonly secretHash: string;
  readonly secretSince: string;
  readonly formerHash: string | null;
  readonly formerUntil: string | null;
  readonly version: number;
  readonly terms: string;
}

interface VersionRow {
  readonly version: number;
  readonly terms: string;
  readonly at: string;
  readonly by: string;
}

interface TokenRow {
  readonly tokenHash: string;
  readonly clientId: string;
  readonly scopes: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

const SELECT = `SELECT c.*, v.version, v.terms FROM SystemClient c JOIN SystemClientVersion v ON v.clientId = c.id
  AND v.version = (SELECT max(version) FROM SystemClientVersion WHERE clientId = c.id)`;

/** Clients and their calls on prepared statements: each call asks for its token, its terms and its quota. */
export function sqliteSystems({ database, writer }: SqliteParts): SystemStore {
  const counts = new SlidingCounts(database);
  const addSession = database.prepare<[string, string, string, string]>(
    'INSERT INTO Session (tokenHash, accountId, createdAt, expiresAt) VALUES (?, ?, ?, ?)',
  );
  const addToken = database.prepare<[string, string, string, string, string]>(
    'INSERT INTO ClientToken (tokenHash, clientId, scopes, createdAt, expiresAt) VALUES (?, ?, ?, ?, ?)',
  );
  const sweep = database.prepare<[string]>(
    'DELETE FROM ClientToken WHERE rowid IN (SELECT rowid FROM ClientToken WHERE expiresAt <= ? LIMIT 16)',
  );
  const find = database.prepare<[string], ClientRow>(`${SELECT} WHERE c.id = ?`);
  const list = database.prepare<[], ClientRow>(`${SELECT} ORDER BY c.name, c.id`);
  const versions = database.prepare<[string], VersionRow>(
    'SELECT version, terms, at, "by" FROM SystemClientVersion WHERE clientId = ? ORDER BY version DESC',
  );
  const findToken = database.prepare<[string, string], TokenRow>(
    'SELECT * FROM ClientToken WHERE tokenHash = ? AND expiresAt > ?',
  );
  const one = (row: ClientRow | undefined): SystemClient | null =>
    row === undefined ? null : toClient(row);
  return {
    find: async (id) => await Promise.resolve(one(find.get(id))),
    list: async () => await Promise.resolve(list.all().map(toClient)),
    versions: async (id) => await Promise.resolve(versions.all(id).map(toVersion)),
    addToken: ({ tokenHash, clientId, scopes, createdAt, expiresAt }, accountId) =>
      writer.write(() => {
        const [from, until] = [toStoredTime(createdAt), toStoredTime(expiresAt)];
        sweep.run(from);
        addSession.run(tokenHash, accountId, from, until);
        addToken.run(tokenHash, clientId, JSON.stringify(scopes), from, until);
      }),
    findToken: async (tokenHash, at) => {
      const row = findToken.get(tokenHash, toStoredTime(at));
      return await Promise.resolve(row === undefined ? null : toToken(row));
    },
    countCalls: ({ id, terms }, calls, at) =>
      writer.write(() => counts.take(id, terms.quota, calls, at)),
  };
}

function toClient(row: ClientRow): SystemClient {
  const { id, accountId, organisation, name, secretHash, formerHash, version } = row;
  const until = fromStoredTimeOrNull(row.formerUntil);
  return {
    ...{ id, accountId, organisation, name, secretHash, version },
    createdAt: new Date(row.createdAt),
    secretSince: new Date(row.secretSince),
    former: formerHash === null || until === null ? null : { secretHash: formerHash, until },
    terms: JSON.parse(row.terms) as ClientTerms, // as it was written
  };
}

function toVersion({ version, terms, at, by }: VersionRow): ClientVersion {
  return { version, terms: JSON.parse(terms) as ClientTerms, at: new Date(at), by };
}

function toToken(row: TokenRow): ClientToken {
  return {
    tokenHash: row.tokenHash,
    clientId: row.clientId,
    scopes: JSON.parse(row.scopes) as readonly ClientScope[], // as it was written
    createdAt: new Date(row.createdAt),
    expiresAt: new Date(row.expiresAt),
  };
}
