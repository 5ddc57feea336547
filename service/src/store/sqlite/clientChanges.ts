/** Changes of clients; all of it runs inside one write. */
import type { Database } from 'better-sqlite3';
import type { AdministrativeChange } from '../administration.ts';
import type { ClientChange } from '../systems.ts';
import type { SqliteParts } from './parts.ts';
import { toStoredTime, toStoredTimeOrNull } from './rows.ts';

type Change<A extends ClientChange['action']> = Extract<ClientChange, { readonly action: A }>;
type AddAccount = (change: Extract<AdministrativeChange, { action: 'person.add' }>) => void;

interface FactsRow {
  readonly terms: string;
  readonly version: number;
}

/** Tells what the trail holds of a client: everything but its secret. */
export function clientReader(
  database: Database,
): (id: string) => Readonly<Record<string, unknown>> | null {
  const find = database.prepare<[string], FactsRow>(
    `SELECT c.accountId, c.organisation, c.name, c.secretSince, c.formerUntil, v.version, v.terms
     FROM SystemClient c JOIN SystemClientVersion v ON v.clientId = c.id WHERE c.id = ?
     ORDER BY v.version DESC LIMIT 1`,
  );
  return (id) => {
    const row = find.get(id);
    return row === undefined ? null : { ...row, terms: JSON.parse(row.terms) as unknown }; // written by us
  };
}

/** @param addAccount - adds the account by which a client acts. */
export function clientAppliers(
  { database }: Pick<SqliteParts, 'database'>,
  addAccount: AddAccount,
): { readonly [A in ClientChange['action']]: (change: Change<A>) => void } {
  const insert = database.prepare<string[]>(
    `INSERT INTO SystemClient (id, accountId, organisation, name, createdAt, secretHash, secretSince)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const putVersion = database.prepare<[string, string, string, string, string]>(
    `INSERT INTO SystemClientVersion (clientId, version, terms, at, "by")
     SELECT ?, coalesce(max(version), 0) + 1, ?, ?, ? FROM SystemClientVersion WHERE clientId = ?`,
  );
  const putSecret = database.prepare<[string | null, string, string, string]>(
    `UPDATE SystemClient SET formerHash = secretHash, formerUntil = ?, secretHash = ?, secretSince = ? WHERE id = ?`,
  );
  return {
    'client.add': ({ client, account, by }) => {
      addAccount({ action: 'person.add', account });
      const { id, accountId, organisation, name, secretHash } = client;
      const [at, since] = [toStoredTime(client.createdAt), toStoredTime(client.secretSince)];
      insert.run(id, accountId, organisation, name, at, secretHash, since);
      putVersion.run(id, JSON.stringify(client.terms), at, by, id);
    },
    'client.putTerms': ({ client, terms, at, by }) => {
      putVersion.run(client, JSON.stringify(terms), toStoredTime(at), by, client);
    },
    'client.putSecret': ({ client, secretHash, at, formerUntil }) => {
      putSecret.run(toStoredTimeOrNull(formerUntil), secretHash, toStoredTime(at), client);
    },
  };
}
