/** Reads and statements behind administrative changes; all of them run inside one write. */
import type { Database } from 'better-sqlite3';
import { ServiceError, type ErrorCode } from '../../errors.ts';
import { sealDisplayName, toAccount, type AccountRow } from '../accountRow.ts';
import type {
  AdministeredKind,
  AdministeredState,
  AdministrativeAction,
  AdministrativeChange,
} from '../administration.ts';
import type { FieldKeys } from '../fieldEncryption.ts';
import type { Account, Organisation, Window } from '../people.ts';
import {
  parentsFirst,
  toOrganisation,
  toWindow,
  type OrganisationRow,
  type WindowRow,
} from '../organisationRow.ts';
import { clientAppliers, clientReader } from './clientChanges.ts';
import type { SqliteParts } from './parts.ts';
import { isUniqueViolation, prepareInsert, toStoredTime, toStoredTimeOrNull } from './rows.ts';

export interface Subject {
  readonly kind: AdministeredKind;
  readonly id: string;
}

type Facts = Readonly<Record<string, unknown>> | null;

/** What a change is about. */
export function subjectOf(change: AdministrativeChange): Subject {
  if (change.action === 'client.add') return { kind: 'client', id: change.client.id };
  if ('client' in change) return { kind: 'client', id: change.client };
  if (change.action === 'person.add') return { kind: 'person', id: change.account.id };
  if (change.action === 'organisation.add')
    return { kind: 'organisation', id: change.organisation.creditCode };
  if (change.action === 'window.add') return { kind: 'window', id: change.window.code };
  if ('id' in change) return { kind: 'person', id: change.id };
  return 'creditCode' in change
    ? { kind: 'organisation', id: change.creditCode }
    : { kind: 'window', id: change.code };
}

const NOT_FOUND: Readonly<Record<AdministeredKind, ErrorCode>> = {
  person: 'ACCOUNT_NOT_FOUND',
  organisation: 'ORGANISATION_NOT_FOUND',
  window: 'WINDOW_NOT_FOUND',
  client: 'CLIENT_NOT_FOUND',
};

/** @throws ServiceError if there is no such subject, or (for what is added) if there is one. */
export function requireFitting(
  change: AdministrativeChange,
  { kind, id }: Subject,
  before: Facts,
): void {
  if (change.action.endsWith('.add') || before !== null) return;
  throw new ServiceError(NOT_FOUND[kind], `no ${kind} ${id}`);
}

/** Tells what stands, as far as the trail holds it: no names of people, no passwords. */
export function factReader(database: Database): (subject: Subject) => Facts {
  const person = database.prepare<
    [string],
    {
      roles: string;
      windowCode: string | null;
      disabledAt: string | null;
      passwordUntil: string | null;
      issuer: string | null;
      sessions: number;
    }
  >(
    `SELECT a.roles, a.windowCode, a.disabledAt, a.passwordUntil, e.issuer,
       (SELECT count(*) FROM Session s WHERE s.accountId = a.id) AS sessions
     FROM Account a LEFT JOIN ExternalIdentity e ON e.accountId = a.id WHERE a.id = ?`,
  );
  const organisation = database.prepare<[string], Record<string, string | null>>(
    'SELECT name, parent, kind, level, closedAt FROM Organisation WHERE creditCode = ?',
  );
  const window = database.prepare<[string], Record<string, string | null>>(
    'SELECT name, organisation, closedAt FROM Window WHERE code = ?',
  );
  const readers: Readonly<Record<AdministeredKind, (id: string) => Facts>> = {
    person: (id) => {
      const row = person.get(id);
      if (row === undefined) return null;
      const { roles, windowCode, disabledAt, passwordUntil, issuer, sessions } = row;
      return {
        roles: JSON.parse(roles) as unknown, // written by us
        ...{ windowCode, disabledAt, passwordUntil, identityIssuer: issuer, sessions },
      };
    },
    organisation: (id) => organisation.get(id) ?? null,
    window: (id) => window.get(id) ?? null,
    client: clientReader(database),
  };
  return ({ kind, id }) => readers[kind](id);
}

/** What rules may look at, read when it is asked for. */
export function stateReader(database: Database, keys: FieldKeys): AdministeredState {
  const organisations = database.prepare<[], OrganisationRow>(
    'SELECT * FROM Organisation ORDER BY creditCode',
  );
  const window = database.prepare<[string], WindowRow>('SELECT * FROM Window WHERE code = ?');
  const account = database.prepare<[string], AccountRow>('SELECT * FROM Account WHERE id = ?');
  const identity = database
    .prepare<[string], string>('SELECT subjectHash FROM ExternalIdentity WHERE accountId = ?')
    .pluck();
  const accountsOf = database.prepare<[string], AccountRow>(
    'SELECT * FROM Account WHERE holderHash = ? ORDER BY id',
  );
  return {
    organisations: (): readonly Organisation[] =>
      parentsFirst(organisations.all().map(toOrganisation)),
    window(code): Window | null {
      const row = window.get(code);
      return row === undefined ? null : toWindow(row);
    },
    account(id): Account | null {
      const row = account.get(id);
      return row === undefined ? null : toAccount(keys, row);
    },
    identityOf: (id) => identity.get(id) ?? null,
    accountsOf: (holderHash) => accountsOf.all(holderHash).map((row) => toAccount(keys, row)),
  };
}

export type Appliers = {
  readonly [A in AdministrativeAction]: (
    change: Extract<AdministrativeChange, { readonly action: A }>,
  ) => void;
};

/** @returns what carries out a change. */
export function changeApplier(parts: SqliteParts): (change: AdministrativeChange) => void {
  const accounts = accountAppliers(parts);
  const appliers: Appliers = {
    ...accounts,
    ...clientAppliers(parts, accounts['person.add']),
    ...passwordAppliers(parts),
    ...identityAppliers(parts),
    ...organisationAppliers(parts),
    ...windowAppliers(parts),
  };
  return (change) => {
    const apply = appliers[change.action] as (change: AdministrativeChange) => void; // the one of its action
    apply(change);
  };
}

function accountAppliers({
  database,
  keys,
}: SqliteParts): Pick<
  Appliers,
  'person.add' | 'person.setRoles' | 'person.disable' | 'person.enable' | 'person.endSessions'
> {
  const insert = prepareInsert(database, 'Account', [
    ...['id', 'username', 'passwordHash', 'displayNameSealed', 'roles', 'windowCode'],
    ...['holderHash', 'createdAt', 'disabledAt', 'passwordUntil'],
  ]);
  const setRoles = database.prepare<[string, string | null, string]>(
    'UPDATE Account SET roles = ?, windowCode = ? WHERE id = ?',
  );
  const disable = database.prepare<[string, string]>(
    'UPDATE Account SET disabledAt = ? WHERE id = ? AND disabledAt IS NULL',
  );
  const enable = database.prepare<[string]>('UPDATE Account SET disabledAt = NULL WHERE id = ?');
  const endSessions = database.prepare<[string, string, string]>(
    'DELETE FROM Session WHERE accountId = ? AND substr(tokenHash, 1, length(?)) = ?',
  );
  return {
    'person.add': ({ account }) => {
      const { displayName, roles, createdAt, disabledAt, passwordUntil, ...columns } = account;
      refusing('ACCOUNT_ALREADY_EXISTS', `account ${account.username} exists already`, () => {
        insert.run({
          ...columns,
          displayNameSealed: sealDisplayName(keys, account.id, displayName),
          roles: JSON.stringify(roles),
          createdAt: toStoredTime(createdAt),
          disabledAt: toStoredTimeOrNull(disabledAt),
          passwordUntil: toStoredTimeOrNull(passwordUntil ?? null),
        });
      });
    },
    'person.setRoles': ({ id, roles, windowCode }) => {
      setRoles.run(JSON.stringify(roles), windowCode, id);
    },
    'person.disable': ({ id, at }) => {
      disable.run(toStoredTime(at), id);
      endSessions.run(id, '', '');
    },
    'person.enable': ({ id }) => {
      enable.run(id);
    },
    'person.endSessions': ({ id, session }) => {
      endSessions.run(id, session ?? '', session ?? '');
    },
  };
}

function passwordAppliers({
  database,
}: SqliteParts): Pick<Appliers, 'person.changePassword' | 'person.resetPassword'> {
  const setPassword = database.prepare<[string, string | null, string]>(
    'UPDATE Account SET passwordHash = ?, passwordUntil = ? WHERE id = ?',
  );
  const endOthers = database.prepare<[string, string]>(
    'DELETE FROM Session WHERE accountId = ? AND tokenHash <> ?',
  );
  return {
    'person.changePassword': ({ id, passwordHash, keep }) => {
      setPassword.run(passwordHash, null, id);
      endOthers.run(id, keep ?? '');
    },
    'person.resetPassword': ({ id, passwordHash, until }) => {
      setPassword.run(passwordHash, toStoredTime(until), id);
      endOthers.run(id, '');
    },
  };
}

function identityAppliers({
  database,
}: SqliteParts): Pick<Appliers, 'person.bindIdentity' | 'person.unbindIdentity'> {
  const unbind = database.prepare<[string]>('DELETE FROM ExternalIdentity WHERE accountId = ?');
  const bind = database.prepare<[string, string, string, string]>(
    'INSERT INTO ExternalIdentity (subjectHash, accountId, issuer, boundAt) VALUES (?, ?, ?, ?)',
  );
  const endSessions = database.prepare<[string]>('DELETE FROM Session WHERE accountId = ?');
  return {
    'person.bindIdentity': ({ id, issuer, subjectHash, at }) => {
      unbind.run(id);
      refusing('IDENTITY_ALREADY_BOUND', 'this identity is bound to another account', () => {
        bind.run(subjectHash, id, issuer, toStoredTime(at));
      });
    },
    'person.unbindIdentity': ({ id }) => {
      unbind.run(id);
      endSessions.run(id);
    },
  };
}

function organisationAppliers({
  database,
}: SqliteParts): Pick<
  Appliers,
  'organisation.add' | 'organisation.change' | 'organisation.close' | 'organisation.reopen'
> {
  const columns = ['creditCode', 'name', 'parent', 'kind', 'level', 'createdAt', 'closedAt'];
  const insert = prepareInsert(database, 'Organisation', columns);
  const find = database.prepare<[string], OrganisationRow>(
    'SELECT * FROM Organisation WHERE creditCode = ?',
  );
  const update = database.prepare<[string, string | null, string, string | null, string]>(
    'UPDATE Organisation SET name = ?, parent = ?, kind = ?, level = ? WHERE creditCode = ?',
  );
  const close = database.prepare<[string | null, string]>(
    'UPDATE Organisation SET closedAt = ? WHERE creditCode = ?',
  );
  const closeWindows = database.prepare<[string, string]>(
    'UPDATE Window SET closedAt = ? WHERE organisation = ? AND closedAt IS NULL',
  );
  return {
    'organisation.add': ({ organisation }) => {
      const { level, closedAt, createdAt, ...rest } = organisation;
      const said = `organisation ${organisation.creditCode} exists already`;
      refusing('ORGANISATION_ALREADY_EXISTS', said, () => {
        insert.run({
          ...rest,
          level: level ?? null,
          createdAt: toStoredTime(createdAt),
          closedAt: toStoredTimeOrNull(closedAt ?? null),
        });
      });
    },
    'organisation.change': ({ creditCode, ...changed }) => {
      const row = find.get(creditCode);
      if (row === undefined) return; // asked before
      const { name = row.name, parent = row.parent, kind = row.kind, level = row.level } = changed;
      update.run(name, parent, kind, level, creditCode);
    },
    'organisation.close': ({ creditCode, at }) => {
      close.run(toStoredTime(at), creditCode);
      closeWindows.run(toStoredTime(at), creditCode);
    },
    'organisation.reopen': ({ creditCode }) => {
      close.run(null, creditCode);
    },
  };
}

function windowAppliers({
  database,
}: SqliteParts): Pick<Appliers, 'window.add' | 'window.change' | 'window.close' | 'window.reopen'> {
  const insert = prepareInsert(database, 'Window', ['code', 'name', 'organisation', 'closedAt']);
  const update = database.prepare<[string | null, string | null, string]>(
    'UPDATE Window SET name = coalesce(?, name), organisation = coalesce(?, organisation) WHERE code = ?',
  );
  const close = database.prepare<[string | null, string]>(
    'UPDATE Window SET closedAt = ? WHERE code = ?',
  );
  return {
    'window.add': ({ window }) => {
      const { code, name, organisation } = window;
      refusing('WINDOW_ALREADY_EXISTS', `window ${code} exists already`, () => {
        insert.run({ code, name, organisation, closedAt: null });
      });
    },
    'window.change': ({ code, name, organisation }) => {
      update.run(name ?? null, organisation ?? null, code);
    },
    'window.close': ({ code, at }) => {
      close.run(toStoredTime(at), code);
    },
    'window.reopen': ({ code }) => {
      close.run(null, code);
    },
  };
}

function refusing(code: ErrorCode, message: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    throw isUniqueViolation(error) ? new ServiceError(code, message) : error;
  }
}
