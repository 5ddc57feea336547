import type { Database } from 'better-sqlite3';
import { openBytes, sealBytes, sealText, openText, type SealedPlace } from '../fieldEncryption.ts';
import type {
  NewReceiptRow,
  ReceiptEvidence,
  ReceiptFilter,
  ReceiptLicence,
  ReceiptState,
  ReceiptStore,
  StoredReceipt,
} from '../receipts.ts';
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

const MAX_OF_A_CASE = 1000;

interface ReceiptColumns {
  readonly id: string;
  readonly at: string;
  readonly clerkId: string;
  readonly organisation: string;
  readonly window: string | null;
  readonly matter: string | null;
  readonly caseId: string | null;
  readonly holderHash: string | null;
  readonly personId: string | null;
  readonly state: ReceiptState;
  readonly licences: string;
  readonly contentSealed: Uint8Array;
  readonly saltSecretSealed: Uint8Array;
  readonly evidenceSealed: Uint8Array | null;
  readonly pdfSignature: string | null;
}

const COLUMNS: Readonly<Record<keyof ReceiptColumns, true>> = {
  id: true,
  at: true,
  clerkId: true,
  organisation: true,
  window: true,
  matter: true,
  caseId: true,
  holderHash: true,
  personId: true,
  state: true,
  licences: true,
  contentSealed: true,
  saltSecretSealed: true,
  evidenceSealed: true,
  pdfSignature: true,
};
const NAMES = Object.keys(COLUMNS)
  .map((name) => `"${name}"`) // "window" is a word of SQL
  .join(', ');

type RowParts = Pick<SqliteParts, 'database' | 'keys' | 'dataKeys'>;

/** Inserts receipts, for whoever writes one together with the uses that it names. */
export class ReceiptRows {
  readonly #insert: ReturnType<typeof prepareInsert>;
  readonly #parts: RowParts;

  constructor(parts: RowParts) {
    this.#insert = prepareInsert(parts.database, 'Receipt', Object.keys(COLUMNS));
    this.#parts = parts;
  }

  /** Encrypts now. @returns what inserts the row, to be run inside a write. */
  prepare(receipt: NewReceiptRow): () => void {
    const row = toRow(this.#parts, receipt);
    return () => {
      this.#insert.run(row);
    };
  }
}

/** Receipts on prepared statements; ids are ULIDs, so they order every list. */
export function sqliteReceipts(parts: SqliteParts, rows: ReceiptRows): ReceiptStore {
  const { database, writer } = parts;
  const pages = statementCache(database);
  const select = `SELECT ${NAMES} FROM Receipt`;
  const find = database.prepare<[string], ReceiptColumns>(`${select} WHERE id = ?`);
  const byCase = database.prepare<[string, number], ReceiptColumns>(
    `${select} WHERE caseId = ? ORDER BY id LIMIT ?`,
  );
  const pending = database.prepare<[string, number], ReceiptColumns>(
    `${select} WHERE state = 'pending' AND id > ? ORDER BY id LIMIT ?`,
  );
  const toItem = (row: ReceiptColumns): StoredReceipt => toReceipt(parts, row);
  const list: ReceiptStore['list'] = async (filter, page) => {
    checkPage(page);
    const { where, values } = conditions(filter, page.cursor);
    const found = pages(`${select} WHERE ${where} ORDER BY id DESC LIMIT ?`).all(
      ...values,
      page.limit + 1,
    ) as ReceiptColumns[]; // the columns selected
    return await Promise.resolve(toPage(found, page.limit, ({ id }) => id, toItem));
  };
  return {
    add: async (receipt) => {
      const insert = rows.prepare(receipt);
      await writer.writeOne(insert);
    },
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toItem(row));
    },
    listByCase: async (caseId) =>
      await Promise.resolve(byCase.all(caseId, MAX_OF_A_CASE).map(toItem)),
    listByHolder: (holderHash, page) => list({ holderHash }, page),
    list,
    pending: async (after, limit) => await Promise.resolve(pending.all(after, limit).map(toItem)),
    saltSecret: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : openSaltSecret(parts, row));
    },
    ...changes(parts, database),
  };
}

function changes(
  { writer, keys }: Pick<SqliteParts, 'writer' | 'keys'>,
  database: Database,
): Pick<ReceiptStore, 'complete' | 'setPdf'> {
  const complete = database.prepare<[Uint8Array, string]>(
    `UPDATE Receipt SET state = 'complete', evidenceSealed = ?, pdfSignature = NULL
     WHERE id = ? AND state = 'pending'`,
  );
  const setPdf = database.prepare<[string, string, string]>(
    'UPDATE Receipt SET pdfSignature = ? WHERE id = ? AND state = ?',
  );
  return {
    complete: async (id, evidence) => {
      const sealed = sealText(
        serviceKey(keys, id),
        placeOf('evidenceSealed', id),
        JSON.stringify(evidence),
      );
      return await writer.write(() => complete.run(sealed, id).changes > 0);
    },
    setPdf: async (id, state, pdfSignature) => {
      await writer.write(() => {
        setPdf.run(pdfSignature, id, state);
      });
    },
  };
}

interface SealedContent {
  readonly jws: string;
  readonly purpose: string;
}

function toRow({ keys, dataKeys }: RowParts, receipt: NewReceiptRow): Row {
  const { id, at, jws, purpose, licences, saltSecret, ...columns } = receipt;
  const content: SealedContent = { jws, purpose };
  const person = receipt.holderHash === null ? null : dataKeys.findByHash(receipt.holderHash);
  return {
    ...{ id, at: toStoredTime(at), ...columns, state: 'pending' },
    licences: JSON.stringify(licences),
    personId: person?.personId ?? null,
    contentSealed: sealText(
      serviceKey(keys, id),
      placeOf('contentSealed', id),
      JSON.stringify(content),
    ),
    saltSecretSealed: sealBytes(
      person?.key ?? serviceKey(keys, id),
      placeOf('saltSecretSealed', id),
      saltSecret,
    ),
    evidenceSealed: null,
    pdfSignature: null,
  };
}

function toReceipt({ keys }: RowParts, row: ReceiptColumns): StoredReceipt {
  const { contentSealed, evidenceSealed } = row;
  const key = serviceKey(keys, row.id);
  const open = (column: keyof ReceiptColumns, sealed: Uint8Array): unknown =>
    JSON.parse(openText(key, placeOf(column, row.id), sealed));
  return {
    ...{ id: row.id, at: new Date(row.at), clerkId: row.clerkId, organisation: row.organisation },
    ...{ window: row.window, matter: row.matter, caseId: row.caseId, holderHash: row.holderHash },
    ...{ state: row.state, pdfSignature: row.pdfSignature },
    licences: JSON.parse(row.licences) as ReceiptLicence[], // what toRow wrote
    ...(open('contentSealed', contentSealed) as SealedContent), // what toRow wrote
    evidence:
      evidenceSealed === null ? null : (open('evidenceSealed', evidenceSealed) as ReceiptEvidence), // what complete wrote
  };
}

function openSaltSecret({ keys, dataKeys }: RowParts, row: ReceiptColumns): Uint8Array | null {
  const key = row.personId === null ? serviceKey(keys, row.id) : dataKeys.find(row.personId);
  if (key === null) return null;
  return new Uint8Array(openBytes(key, placeOf('saltSecretSealed', row.id), row.saltSecretSealed));
}

/** A key for every twelve days (2³⁰ ms, four characters of a ULID): random nonces allow 2³² messages a key. */
function serviceKey(keys: SqliteParts['keys'], id: string): ReturnType<typeof keys.serviceKey> {
  return keys.serviceKey(`receipt/${id.slice(0, 4)}`);
}

function placeOf(column: keyof ReceiptColumns, id: string): SealedPlace {
  return { table: 'Receipt', column, id };
}

function conditions(
  filter: ReceiptFilter,
  cursor: string | undefined,
): { readonly where: string; readonly values: readonly ColumnValue[] } {
  const { caseId, holderHash, organisations } = filter;
  const found: { readonly sql: string; readonly values: readonly string[] }[] = [];
  if (caseId !== undefined) found.push({ sql: 'caseId = ?', values: [caseId] });
  if (holderHash !== undefined) found.push({ sql: 'holderHash = ?', values: [holderHash] });
  if (organisations !== undefined) {
    const marks = organisations.map(() => '?').join(', ');
    found.push({ sql: `organisation IN (${marks})`, values: organisations });
  }
  if (cursor !== undefined) found.push({ sql: 'id < ?', values: [cursor] });
  return {
    where: found.length === 0 ? '1' : found.map(({ sql }) => sql).join(' AND '),
    values: found.flatMap(({ values }) => values),
  };
}
