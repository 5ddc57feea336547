/** Rows of organisations and windows, whichever way they are read. */
import type { Organisation, OrganisationLevel, Window } from './people.ts';

export interface OrganisationRow {
  readonly creditCode: string;
  readonly name: string;
  readonly parent: string | null;
  readonly kind: string;
  readonly level: string | null;
  readonly createdAt: string | Date;
  readonly closedAt: string | Date | null;
}

export interface WindowRow {
  readonly code: string;
  readonly name: string;
  readonly organisation: string;
  readonly closedAt: string | Date | null;
}

export function toOrganisation(row: OrganisationRow): Organisation {
  const { level, createdAt, closedAt, creditCode, name, parent, kind } = row;
  return {
    ...{ creditCode, name, parent, kind },
    ...(level === null ? {} : { level: level as OrganisationLevel }), // written by us
    createdAt: new Date(createdAt),
    ...(closedAt === null ? {} : { closedAt: new Date(closedAt) }),
  };
}

export function toWindow({ closedAt, code, name, organisation }: WindowRow): Window {
  return {
    ...{ code, name, organisation },
    ...(closedAt === null ? {} : { closedAt: new Date(closedAt) }),
  };
}

/** Puts parents before children, keeping the order otherwise. */
export function parentsFirst(organisations: readonly Organisation[]): readonly Organisation[] {
  const below = Map.groupBy(organisations, ({ parent }) => parent);
  const walk = (parent: string | null): readonly Organisation[] =>
    (below.get(parent) ?? []).flatMap((one) => [one, ...walk(one.creditCode)]);
  return walk(null);
}
