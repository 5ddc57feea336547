/** Single reads that requests make by the thousand; the rest of their repositories is Prisma's. */
import type { Database } from 'better-sqlite3';
import type { LicenceType, LicenceTypeStore } from '../catalogue.ts';
import { toLicenceType } from '../licenceTypeRow.ts';
import {
  toOrganisation,
  toWindow,
  type OrganisationRow,
  type WindowRow,
} from '../organisationRow.ts';
import type { OrganisationStore, WindowStore } from '../people.ts';

const KEPT_TYPES = 1000;

interface TypeRow {
  readonly typeCode: string;
  readonly version: number;
  readonly name: string;
  readonly issuer: string | null;
  readonly definition: string;
  readonly updatedAt: string;
}

/** Finds licence types. A version never changes once it is there, so it is parsed once; the newest is asked for each time. */
export function findLicenceType(database: Database): LicenceTypeStore['find'] {
  const newest = database
    .prepare<[string], number | null>('SELECT max(version) FROM LicenceType WHERE typeCode = ?')
    .pluck();
  const find = database.prepare<[string, number], TypeRow>(
    'SELECT typeCode, version, name, issuer, definition, updatedAt FROM LicenceType WHERE typeCode = ? AND version = ?',
  );
  const kept = new Map<string, LicenceType>();
  const read = (typeCode: string, version: number): LicenceType | null => {
    const name = `${typeCode}/${version}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const row = find.get(typeCode, version);
    if (row === undefined) return null;
    if (kept.size >= KEPT_TYPES) kept.clear();
    const type = toLicenceType({ ...row, updatedAt: new Date(row.updatedAt) });
    kept.set(name, type);
    return type;
  };
  return async (typeCode, version) => {
    const wanted = version ?? newest.get(typeCode) ?? null;
    return await Promise.resolve(wanted === null ? null : read(typeCode, wanted));
  };
}

/** Tells whether licence types were put since: versions are only ever added. */
export function licenceTypeRevision(database: Database): LicenceTypeStore['revision'] {
  const newest = database.prepare<[], number | null>('SELECT max(rowid) FROM LicenceType').pluck();
  return async () => await Promise.resolve(newest.get() ?? 0);
}

/** Finds organisations by credit code. */
export function findOrganisation(database: Database): OrganisationStore['find'] {
  const find = database.prepare<[string], OrganisationRow>(
    'SELECT * FROM Organisation WHERE creditCode = ?',
  );
  return async (creditCode) => {
    const row = find.get(creditCode);
    return await Promise.resolve(row === undefined ? null : toOrganisation(row));
  };
}

/** Finds windows by code. */
export function findWindow(database: Database): WindowStore['find'] {
  const find = database.prepare<[string], WindowRow>('SELECT * FROM "Window" WHERE code = ?');
  return async (code) => {
    const row = find.get(code);
    return await Promise.resolve(row === undefined ? null : toWindow(row));
  };
}
