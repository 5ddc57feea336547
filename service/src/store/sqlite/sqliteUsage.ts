import { ServiceError } from '../../errors.ts';
import { openBytes, sealBytes, type FieldKeys, type SealedPlace } from '../fieldEncryption.ts';
import type {
  StoredUsage,
  UsageKind,
  UsageOutcome,
  UsageRecord,
  UsageStore,
} from '../usageRecords.ts';
import type { NoticeRows } from './noticeRows.ts';
import type { SqliteParts } from './parts.ts';
import {
  checkPage,
  prepareInsert,
  statementCache,
  toPage,
  toStoredTime,
  type Row,
} from './rows.ts';
import { usageQuery } from './usageQuery.ts';

const SALT_BYTES = 16;

interface UsageRow {
  readonly id: string;
  readonly at: string;
  readonly kind: UsageKind;
  readonly outcome: UsageOutcome;
  readonly reason: string | null;
  readonly subjectKind: string;
  readonly subjectIdentifier: string;
  readonly licence: string | null;
  readonly esId: string | null;
  readonly channel: string;
  readonly window: string | null;
  readonly clerk: string | null;
  readonly matter: string | null;
  readonly indication: string | null;
  readonly holderHash: string | null;
  readonly leafHash: string;
  readonly anchorRoot: string | null;
  readonly anchorPosition: number | null;
  readonly contentSealed: Uint8Array;
}

const COLUMNS: Readonly<Record<keyof UsageRow, true>> = {
  id: true,
  at: true,
  kind: true,
  outcome: true,
  reason: true,
  subjectKind: true,
  subjectIdentifier: true,
  licence: true,
  esId: true,
  channel: true,
  window: true,
  clerk: true,
  matter: true,
  indication: true,
  holderHash: true,
  leafHash: true,
  anchorRoot: true,
  anchorPosition: true,
  contentSealed: true,
};
const NAMES = Object.keys(COLUMNS).map((name) => `"${name}"`); // "window" is a word of SQL

/** Inserts usage records, each with its notice to the holder, for whoever writes one together with what it tells of. */
export class UsageRows {
  readonly #insert: ReturnType<typeof prepareInsert>;
  readonly #keys: FieldKeys;
  readonly #notices: NoticeRows;

  constructor({ database, keys }: Pick<SqliteParts, 'database' | 'keys'>, notices: NoticeRows) {
    this.#insert = prepareInsert(database, 'UsageRecord', Object.keys(COLUMNS));
    this.#keys = keys;
    this.#notices = notices;
  }

  /** Encrypts now. @returns what inserts the rows, to be run inside a write. */
  prepare(record: UsageRecord): () => void {
    const inserts = this.inserts(record);
    return () => {
      for (const insert of inserts) insert();
    };
  }

  /** As {@link UsageRows.prepare}. @returns one insert, or two. */
  inserts(record: UsageRecord): readonly (() => void)[] {
    const row = toRow(this.#keys, record);
    const notice = this.#notices.ofUse(record);
    const insert = (): void => {
      this.#insert.run(row);
    };
    return notice === null ? [insert] : [insert, notice];
  }
}

/** Usage records on prepared statements; concurrent appends share a commit. */
export function sqliteUsage(parts: SqliteParts, rows: UsageRows): UsageStore {
  const { database, writer, keys } = parts;
  const pending = database.prepare<[number], { id: string; leafHash: string }>(
    `SELECT id, leafHash FROM UsageRecord WHERE anchorRoot IS NULL AND anchorPosition IS NULL
     ORDER BY rowid LIMIT ?`,
  );
  const countPending = database
    .prepare<[], number>('SELECT count(*) FROM UsageRecord WHERE anchorRoot IS NULL')
    .pluck();
  const anchor = database.prepare<[string, number, string]>(
    'UPDATE UsageRecord SET anchorRoot = ?, anchorPosition = ? WHERE id = ? AND anchorRoot IS NULL',
  );
  const leaves = database
    .prepare<[string], string>(
      'SELECT leafHash FROM UsageRecord WHERE anchorRoot = ? ORDER BY anchorPosition',
    )
    .pluck();
  const find = database.prepare<[string], UsageRow>(
    `SELECT ${NAMES.join(', ')} FROM UsageRecord WHERE id = ?`,
  );
  const pages = statementCache(database);
  return {
    append: async (record) => {
      const [insert, notice] = rows.inserts(record);
      if (insert === undefined) return;
      if (notice === undefined) await writer.writeOne(insert);
      else
        await writer.write(() => {
          insert();
          notice();
        });
    },
    pending: async (limit) => await Promise.resolve(pending.all(limit)),
    countPending: async () => await Promise.resolve(countPending.get() ?? 0),
    markAnchored: (root, ids) =>
      writer.write(() => {
        ids.forEach((id, position) => anchor.run(root, position, id));
      }),
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toUsage(keys, row));
    },
    list: async (filter, page) => {
      checkPage(page);
      const { sql, values } = usageQuery(NAMES, filter, page);
      const rows = pages(sql).all(...values) as UsageRow[]; // the columns selected
      return await Promise.resolve(
        toPage(
          rows,
          page.limit,
          (row) => row.id,
          (row) => toUsage(keys, row),
        ),
      );
    },
    count: async (filter, most) => {
      const { sql, values } = usageQuery(['id'], filter, { limit: most - 1 });
      const row = pages(`SELECT count(*) AS found FROM (${sql})`).get(...values);
      return await Promise.resolve((row as { found: number }).found); // the column selected
    },
    leaves: async (root) => await Promise.resolve(leaves.all(root)),
  };
}

function toRow(keys: FieldKeys, record: UsageRecord): Row {
  if (record.salt.length !== SALT_BYTES)
    throw new ServiceError('INTERNAL', 'a usage record’s salt must have 16 bytes');
  const { salt, record: bytes, purpose, subject, at, ...columns } = record;
  return {
    ...columns,
    at: toStoredTime(at),
    subjectKind: subject.kind,
    subjectIdentifier: subject.identifier,
    anchorRoot: null,
    anchorPosition: null,
    contentSealed: sealContent(keys, record.id, { salt, bytes, purpose }),
  };
}

interface SealedContent {
  readonly salt: Uint8Array;
  readonly bytes: Uint8Array;
  readonly purpose: string | null;
}

/** Layout: salt (16) ‖ length of purpose + 1, or 0 for none (4, big-endian) ‖ purpose ‖ record bytes. */
function sealContent(keys: FieldKeys, id: string, content: SealedContent): Uint8Array {
  const purpose = Buffer.from(content.purpose ?? '', 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.purpose === null ? 0 : purpose.length + 1);
  const plain = Buffer.concat([content.salt, length, purpose, content.bytes]);
  return sealBytes(keyFor(keys, id), placeOf(id), plain);
}

function openContent(keys: FieldKeys, id: string, sealed: Uint8Array): SealedContent {
  const plain = openBytes(keyFor(keys, id), placeOf(id), sealed);
  const length = plain.readUInt32BE(SALT_BYTES);
  const start = SALT_BYTES + 4;
  const end = start + Math.max(0, length - 1);
  return {
    salt: new Uint8Array(plain.subarray(0, SALT_BYTES)),
    bytes: new Uint8Array(plain.subarray(end)),
    purpose: length === 0 ? null : plain.toString('utf8', start, end),
  };
}

/** A key for every twelve days (2³⁰ ms, four characters of a ULID): random nonces allow 2³² messages a key. */
function keyFor(keys: FieldKeys, id: string): ReturnType<FieldKeys['serviceKey']> {
  return keys.serviceKey(`usage/${id.slice(0, 4)}`);
}

function placeOf(id: string): SealedPlace {
  return { table: 'UsageRecord', column: 'contentSealed', id };
}

function toUsage(keys: FieldKeys, row: UsageRow): StoredUsage {
  const { salt, bytes, purpose } = openContent(keys, row.id, row.contentSealed);
  const { anchorRoot, anchorPosition } = row;
  return {
    id: row.id,
    at: new Date(row.at),
    kind: row.kind,
    outcome: row.outcome,
    reason: row.reason,
    subject: { kind: row.subjectKind, identifier: row.subjectIdentifier },
    licence: row.licence,
    esId: row.esId,
    channel: row.channel,
    window: row.window,
    clerk: row.clerk,
    matter: row.matter,
    purpose,
    indication: row.indication,
    holderHash: row.holderHash,
    salt,
    record: bytes,
    leafHash: row.leafHash,
    anchor:
      anchorRoot === null || anchorPosition === null
        ? null
        : { root: anchorRoot, position: anchorPosition },
  };
}
