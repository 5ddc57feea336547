import { canonicalBytes, leafHash } from '@yinxin/chaincode/model';
import { freshBytes } from '../../freshBytes.ts';
import { ulid } from '../../ulid.ts';
import type {
  AdministeredKind,
  AdministrationEntry,
  AdministrationFilter,
  AdministrationStore,
  AdministrativeAction,
  AdministrativeChange,
  ChangeOrder,
} from '../administration.ts';
import { openBytes, sealBytes, type FieldKeys, type SealedPlace } from '../fieldEncryption.ts';
import {
  changeApplier,
  factReader,
  requireFitting,
  stateReader,
  subjectOf,
} from './administrativeChanges.ts';
import type { SqliteParts } from './parts.ts';
import {
  checkPage,
  prepareInsert,
  statementCache,
  toPage,
  toStoredTime,
  type ColumnValue,
  type Row,
} from './rows.ts';

const SALT_BYTES = 16;

interface EntryRow {
  readonly number: number;
  readonly id: string;
  readonly at: string;
  readonly actorId: string;
  readonly action: AdministrativeAction;
  readonly subjectKind: AdministeredKind;
  readonly subjectId: string;
  readonly leafHash: string;
  readonly anchorRoot: string | null;
  readonly anchorPosition: number | null;
  readonly contentSealed: Uint8Array;
}

/** Administrative changes on prepared statements: each is one transaction with its entry, which names the one before. */
export function sqliteAdministration(parts: SqliteParts): AdministrationStore {
  const { database, writer, keys } = parts;
  const write = entryWriter(parts);
  const apply = changeApplier(parts);
  const readFacts = factReader(database);
  const state = stateReader(database, keys);
  const find = database.prepare<[string], EntryRow>(
    'SELECT * FROM AdministrationEntry WHERE id = ?',
  );
  const pending = database.prepare<[number], { id: string; leafHash: string }>(
    'SELECT id, leafHash FROM AdministrationEntry WHERE anchorRoot IS NULL ORDER BY number LIMIT ?',
  );
  const anchor = database.prepare<[string, number, string]>(
    'UPDATE AdministrationEntry SET anchorRoot = ?, anchorPosition = ? WHERE id = ? AND anchorRoot IS NULL',
  );
  const pages = statementCache(database);
  return {
    change: (change, order) =>
      writer.write(() => {
        const subject = subjectOf(change);
        const before = readFacts(subject);
        requireFitting(change, subject, before);
        order.check?.(state);
        apply(change);
        write(change, order, { before, after: readFacts(subject) });
      }),
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toEntry(keys, row));
    },
    list: async (filter, page) => {
      checkPage(page);
      const { where, values } = conditions(filter, page.cursor);
      const rows = pages(
        `SELECT * FROM AdministrationEntry WHERE ${where} ORDER BY number DESC LIMIT ?`,
      ).all(...values, page.limit + 1) as EntryRow[]; // all its columns
      return await Promise.resolve(
        toPage(
          rows,
          page.limit,
          (row) => String(row.number),
          (row) => toEntry(keys, row),
        ),
      );
    },
    pending: async (limit) => await Promise.resolve(pending.all(limit)),
    markAnchored: (root, ids) =>
      writer.write(() => {
        ids.forEach((id, position) => anchor.run(root, position, id));
      }),
  };
}

interface Facts {
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** @returns what writes the entry of a change; it must run in the transaction of the change. */
function entryWriter({
  database,
  keys,
}: SqliteParts): (change: AdministrativeChange, order: ChangeOrder, facts: Facts) => void {
  const newest = database.prepare<[], { number: number; leafHash: string }>(
    'SELECT number, leafHash FROM AdministrationEntry ORDER BY number DESC LIMIT 1',
  );
  const insert = prepareInsert(database, 'AdministrationEntry', [
    ...['number', 'id', 'at', 'actorId', 'action', 'subjectKind', 'subjectId', 'leafHash'],
    'contentSealed',
  ]);
  return (change, { actor, at }, facts) => {
    const last = newest.get();
    const number = (last?.number ?? 0) + 1;
    const id = ulid(at);
    const { action } = change;
    const subject = subjectOf(change);
    const record = canonicalBytes({
      ...{ number, id, at: at.toISOString(), actor, action, subject: { ...subject } },
      ...facts,
      ...reasonOf(change),
      previous: last?.leafHash ?? null,
    });
    const salt = freshBytes(SALT_BYTES);
    const hash = Buffer.from(leafHash(Buffer.concat([salt, record]))).toString('hex');
    const row: Row = {
      ...{ number, id, at: toStoredTime(at), actorId: actor, action },
      ...{ subjectKind: subject.kind, subjectId: subject.id, leafHash: hash },
      contentSealed: sealBytes(keyOf(keys), placeOf(id), Buffer.concat([salt, record])),
    };
    insert.run(row);
  };
}

function reasonOf(change: AdministrativeChange): { readonly reason?: string } {
  const reason = change.action === 'person.disable' ? change.reason : undefined;
  return reason === undefined ? {} : { reason };
}

function toEntry(keys: FieldKeys, row: EntryRow): AdministrationEntry {
  const plain = openBytes(keyOf(keys), placeOf(row.id), row.contentSealed);
  const { anchorRoot, anchorPosition } = row;
  return {
    ...{ number: row.number, id: row.id, at: new Date(row.at), actor: row.actorId },
    ...{ action: row.action, subject: { kind: row.subjectKind, id: row.subjectId } },
    salt: new Uint8Array(plain.subarray(0, SALT_BYTES)),
    record: new Uint8Array(plain.subarray(SALT_BYTES)),
    leafHash: row.leafHash,
    anchor:
      anchorRoot === null || anchorPosition === null
        ? null
        : { root: anchorRoot, position: anchorPosition },
  };
}

function keyOf(keys: FieldKeys): ReturnType<FieldKeys['serviceKey']> {
  return keys.serviceKey('administration');
}

function placeOf(id: string): SealedPlace {
  return { table: 'AdministrationEntry', column: 'contentSealed', id };
}

function conditions(
  { actor, subject, from, until }: AdministrationFilter,
  cursor: string | undefined,
): { readonly where: string; readonly values: readonly ColumnValue[] } {
  const asked: readonly (readonly [sql: string, value: ColumnValue | undefined])[] = [
    ['actorId = ?', actor],
    ['subjectId = ?', subject],
    ['at >= ?', from === undefined ? undefined : toStoredTime(from)],
    ['at < ?', until === undefined ? undefined : toStoredTime(until)],
    ['number < ?', cursor === undefined ? undefined : Number(cursor)],
  ];
  const given = asked.filter((one): one is readonly [string, ColumnValue] => one[1] !== undefined);
  return {
    where: ['1', ...given.map(([sql]) => sql)].join(' AND '),
    values: given.map(([, value]) => value),
  };
}
