import type { KeyObject } from 'node:crypto';
import { ServiceError } from '../../errors.ts';
import { openText, sealText, type SealedPlace } from '../fieldEncryption.ts';
import type { Grant, GrantEnd, GrantKind, GrantScope, GrantStore, NamedGrant } from '../grants.ts';
import type { Holder } from '../people.ts';
import type { DataKeys, PersonKey } from './dataKeys.ts';
import type { SqliteParts } from './parts.ts';
import { checkPage, prepareInsert, toPage, toStoredTime, toStoredTimeOrNull } from './rows.ts';
import type { UsageRows } from './sqliteUsage.ts';

interface GrantRow {
  readonly id: string;
  readonly kind: GrantKind;
  readonly holderHash: string | null;
  readonly agentHash: string | null;
  readonly holderPersonId: string;
  readonly agentPersonId: string;
  readonly scope: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly window: string | null;
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly endedHow: GrantEnd | null;
  readonly holderSealed: Uint8Array;
  readonly agentSealed: Uint8Array;
  readonly noteSealed: Uint8Array | null;
}

const COLUMNS: Readonly<Record<keyof GrantRow, true>> = {
  id: true,
  kind: true,
  holderHash: true,
  agentHash: true,
  holderPersonId: true,
  agentPersonId: true,
  scope: true,
  validFrom: true,
  validUntil: true,
  createdBy: true,
  createdAt: true,
  window: true,
  endedAt: true,
  endedBy: true,
  endedHow: true,
  holderSealed: true,
  agentSealed: true,
  noteSealed: true,
};

type SealedColumn = 'holderSealed' | 'agentSealed' | 'noteSealed';

/** What is sealed under the holder's key: who they are, and on what the grant rests. */
interface HolderPart {
  readonly holder: Holder;
  readonly basis: string | null;
}

/** Grants on prepared statements; ids are ULIDs, so they order the lists. Each person's data is under their own key. */
export function sqliteGrants(parts: SqliteParts, usage: UsageRows): GrantStore {
  const { database, writer, dataKeys } = parts;
  const insert = prepareInsert(database, 'Grant', Object.keys(COLUMNS));
  const find = database.prepare<[string], GrantRow>('SELECT * FROM "Grant" WHERE id = ?');
  const inForce = database.prepare<[string, string, string, string], GrantRow>(
    `SELECT * FROM "Grant" WHERE agentHash = ? AND holderHash = ? AND endedAt IS NULL
     AND validFrom <= ? AND (validUntil IS NULL OR validUntil >= ?) ORDER BY id LIMIT 1000`,
  );
  const list = database.prepare<[string, string, string, number], GrantRow>(
    `SELECT * FROM "Grant" WHERE (holderHash = ? OR agentHash = ?) AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const listRegistered = database.prepare<[string, string, number], GrantRow>(
    `SELECT * FROM "Grant" WHERE holderHash = ? AND kind <> 'delegation' AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const end = database.prepare<[string, string, GrantEnd, Uint8Array | null, string]>(
    `UPDATE "Grant" SET endedAt = ?, endedBy = ?, endedHow = ?, noteSealed = ? WHERE id = ? AND endedAt IS NULL`,
  );
  const supersede = database.prepare<[string, string, string]>(
    `UPDATE "Grant" SET endedAt = ?, endedBy = ?, endedHow = 'superseded'
     WHERE holderHash = ? AND kind = 'legalRepresentative' AND endedAt IS NULL`,
  );
  const named = (row: GrantRow): NamedGrant => toNamedGrant(dataKeys, row);
  return {
    add: (grant, use) => {
      const record = usage.prepare(use);
      return writer.write(() => {
        const { holder, agent, basis, createdAt, ...columns } = grant;
        const holderKey = dataKeys.ensure(holder, createdAt);
        const agentKey = dataKeys.ensure(agent, createdAt);
        const at = toStoredTime(createdAt);
        if (grant.kind === 'legalRepresentative')
          supersede.run(at, grant.createdBy, holderKey.holderHash);
        insert.run({
          ...columns,
          createdAt: at,
          ...{ holderHash: holderKey.holderHash, agentHash: agentKey.holderHash },
          ...{ holderPersonId: holderKey.personId, agentPersonId: agentKey.personId },
          scope: JSON.stringify(grant.scope),
          validFrom: toStoredTime(grant.validFrom),
          validUntil: toStoredTimeOrNull(grant.validUntil),
          ...{ endedAt: null, endedBy: null, endedHow: null, noteSealed: null },
          holderSealed: seal(holderKey, grant.id, 'holderSealed', { holder, basis }),
          agentSealed: seal(agentKey, grant.id, 'agentSealed', agent),
        });
        record();
      });
    },
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : named(row));
    },
    end: (id, { at, by, how, note }, use) => {
      const record = usage.prepare(use);
      return writer.write(() => {
        const row = find.get(id);
        const key = row === undefined ? null : dataKeys.find(row.holderPersonId);
        const sealed =
          note === null || key === null ? null : sealText(key, placeOf('noteSealed', id), note);
        if (end.run(toStoredTime(at), by, how, sealed, id).changes === 0)
          throw new ServiceError('GRANT_STATE_CONFLICT', `grant ${id} has ended`);
        record();
      });
    },
    inForce: async ({ holderHash, agentHash }, at) => {
      const time = toStoredTime(at);
      return await Promise.resolve(inForce.all(agentHash, holderHash, time, time).map(toGrant));
    },
    list: async (party, page) => {
      checkPage(page);
      const rows = list.all(party, party, page.cursor ?? 'Z', page.limit + 1);
      return await Promise.resolve(toPage(rows, page.limit, (row) => row.id, named));
    },
    listRegistered: async (holderHash, page) => {
      checkPage(page);
      const rows = listRegistered.all(holderHash, page.cursor ?? 'Z', page.limit + 1);
      return await Promise.resolve(toPage(rows, page.limit, (row) => row.id, named));
    },
  };
}

function seal(
  { key }: PersonKey,
  id: string,
  column: SealedColumn,
  content: HolderPart | Holder,
): Buffer {
  return sealText(key, placeOf(column, id), JSON.stringify(content));
}

function placeOf(column: SealedColumn, id: string): SealedPlace {
  return { table: 'Grant', column, id };
}

function toGrant(row: GrantRow): Grant {
  const { endedAt, endedBy, endedHow } = row;
  return {
    id: row.id,
    kind: row.kind,
    holderHash: row.holderHash,
    agentHash: row.agentHash,
    scope: JSON.parse(row.scope) as GrantScope, // as it was written
    validFrom: new Date(row.validFrom),
    validUntil: row.validUntil === null ? null : new Date(row.validUntil),
    createdBy: row.createdBy,
    createdAt: new Date(row.createdAt),
    window: row.window,
    ended:
      endedAt === null || endedBy === null || endedHow === null
        ? null
        : { at: new Date(endedAt), by: endedBy, how: endedHow },
  };
}

function toNamedGrant(dataKeys: DataKeys, row: GrantRow): NamedGrant {
  const holderKey = dataKeys.find(row.holderPersonId);
  const agentKey = dataKeys.find(row.agentPersonId);
  const open = (key: KeyObject | null, column: SealedColumn): string | null => {
    const sealed = row[column];
    return key === null || sealed === null ? null : openText(key, placeOf(column, row.id), sealed);
  };
  const ofHolder = open(holderKey, 'holderSealed');
  const ofAgent = open(agentKey, 'agentSealed');
  const holderPart = ofHolder === null ? null : (JSON.parse(ofHolder) as HolderPart);
  return {
    ...toGrant(row),
    holder: holderPart?.holder ?? null,
    basis: holderPart?.basis ?? null,
    agent: ofAgent === null ? null : (JSON.parse(ofAgent) as Holder),
    note: open(holderKey, 'noteSealed'),
  };
}
