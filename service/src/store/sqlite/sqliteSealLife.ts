import type { Mandate } from '@yinxin/chaincode/model';
import { openText, sealText, type FieldKeys, type SealedPlace } from '../fieldEncryption.ts';
import type {
  SealApplication,
  SealApplicationState,
  SealApplicationStore,
  SealingRequest,
  SealingRequestState,
  SealingRequestStore,
} from '../sealLife.ts';
import type { FileName, FileRows } from './files.ts';
import type { SqliteParts } from './parts.ts';
import {
  checkPage,
  fromStoredTimeOrNull,
  prepareInsert,
  statementCache,
  toPage,
  toStoredTime,
  toStoredTimeOrNull,
  type ColumnValue,
} from './rows.ts';

type Table = 'SealApplication' | 'SealingRequest';

/** What both tables have. */
interface WishRow {
  readonly id: string;
  readonly state: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly noteSealed: Uint8Array | null;
}

interface ApplicationRow extends WishRow {
  readonly organisation: string;
  readonly holderCreditCode: string;
  readonly holderName: string;
  readonly kind: string;
  readonly name: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly mandate: string | null;
  readonly predecessor: string | null;
  readonly groundsSealed: Uint8Array;
  readonly applicantId: string;
  readonly createdAt: string;
  readonly esId: string | null;
}

interface RequestRow extends WishRow {
  readonly esId: string;
  readonly holderCreditCode: string;
  readonly format: SealingRequest['format'];
  readonly sha256: string;
  readonly size: number;
  readonly place: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly signatureId: string | null;
}

const WISH_COLUMNS = ['id', 'state', 'decidedBy', 'decidedAt', 'noteSealed'] as const;
const APPLICATION_COLUMNS = [
  ...WISH_COLUMNS,
  ...['organisation', 'holderCreditCode', 'holderName', 'kind', 'name', 'validFrom', 'validUntil'],
  ...['mandate', 'predecessor', 'groundsSealed', 'applicantId', 'createdAt', 'esId'],
];
const REQUEST_COLUMNS = [
  ...WISH_COLUMNS,
  ...['esId', 'holderCreditCode', 'format', 'sha256', 'size', 'place', 'requestedBy'],
  ...['requestedAt', 'signatureId'],
];

/** Applications for seals; ids are ULIDs, so they order the list. */
export function sqliteSealApplications(parts: SqliteParts): SealApplicationStore {
  const { database, writer, keys } = parts;
  const insert = prepareInsert(database, 'SealApplication', APPLICATION_COLUMNS);
  const find = database.prepare<[string], ApplicationRow>(
    'SELECT * FROM SealApplication WHERE id = ?',
  );
  const list = prepareList(parts, 'SealApplication', 'organisation');
  const decide = prepareDecision(parts, 'SealApplication');
  const toApplication = (row: ApplicationRow): SealApplication => ({
    ...toWish(keys, 'SealApplication', row),
    state: row.state as SealApplicationState, // as it was written
    organisation: row.organisation,
    holder: { creditCode: row.holderCreditCode, name: row.holderName },
    kind: row.kind,
    name: row.name,
    validFrom: new Date(row.validFrom),
    validUntil: new Date(row.validUntil),
    mandate: row.mandate === null ? null : (JSON.parse(row.mandate) as Mandate),
    predecessor: row.predecessor,
    grounds: openText(
      keys.serviceKey('sealApplication'),
      placeOf('SealApplication', 'groundsSealed', row.id),
      row.groundsSealed,
    ),
    applicantId: row.applicantId,
    createdAt: new Date(row.createdAt),
    esId: row.esId,
  });
  return {
    add: ({ holder, grounds, ...application }) =>
      writer.write(() => {
        const { id } = application;
        insert.run({
          ...application,
          holderCreditCode: holder.creditCode,
          holderName: holder.name,
          validFrom: toStoredTime(application.validFrom),
          validUntil: toStoredTime(application.validUntil),
          mandate: application.mandate === null ? null : JSON.stringify(application.mandate),
          groundsSealed: sealNote(keys, 'SealApplication', 'groundsSealed', id, grounds),
          createdAt: toStoredTime(application.createdAt),
          decidedAt: toStoredTimeOrNull(application.decidedAt),
          noteSealed: null,
        });
      }),
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toApplication(row));
    },
    decide,
    list: async ({ organisations, state }, page) => {
      const rows = list(organisations, state, page) as readonly ApplicationRow[]; // all its columns
      return await Promise.resolve(toPage(rows, page.limit, (row) => row.id, toApplication));
    },
  };
}

/** Documents that wait for a second person. */
export function sqliteSealingRequests(parts: SqliteParts, files: FileRows): SealingRequestStore {
  const { database, writer, keys } = parts;
  const insert = prepareInsert(database, 'SealingRequest', REQUEST_COLUMNS);
  const find = database.prepare<[string], RequestRow>('SELECT * FROM SealingRequest WHERE id = ?');
  const list = prepareList(parts, 'SealingRequest', 'holderCreditCode');
  const decide = prepareDecision(parts, 'SealingRequest', (id) => {
    files.removeAll('sealingRequest', id);
  });
  const toRequest = (row: RequestRow): SealingRequest => ({
    ...toWish(keys, 'SealingRequest', row),
    state: row.state as SealingRequestState, // as it was written
    esId: row.esId,
    holder: row.holderCreditCode,
    format: row.format,
    sha256: row.sha256,
    size: row.size,
    place: row.place,
    requestedBy: row.requestedBy,
    requestedAt: new Date(row.requestedAt),
    signatureId: row.signatureId,
  });
  return {
    add: ({ holder, ...request }, file) =>
      writer.write(() => {
        insert.run({
          ...request,
          holderCreditCode: holder,
          requestedAt: toStoredTime(request.requestedAt),
          decidedAt: toStoredTimeOrNull(request.decidedAt),
          noteSealed: null,
        });
        files.put(fileOf(request), file, null);
      }),
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toRequest(row));
    },
    file: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : files.get(fileOf(row)));
    },
    decide,
    list: async ({ holders, state }, page) => {
      const rows = list(holders, state, page) as readonly RequestRow[]; // all its columns
      return await Promise.resolve(toPage(rows, page.limit, (row) => row.id, toRequest));
    },
  };
}

function toWish(
  keys: FieldKeys,
  table: Table,
  row: WishRow,
): Readonly<{
  id: string;
  decidedBy: string | null;
  decidedAt: Date | null;
  note: string | null;
}> {
  const { id, decidedBy, noteSealed } = row;
  const note =
    noteSealed === null
      ? null
      : openText(keys.serviceKey(labelOf(table)), placeOf(table, 'noteSealed', id), noteSealed);
  const decidedAt = fromStoredTimeOrNull(row.decidedAt);
  return { id, decidedBy, decidedAt, note };
}

interface StoredDecision {
  readonly id: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly decidedBy: string;
  readonly decidedAt: Date;
  readonly note?: string;
}

function prepareDecision(
  { database, writer, keys }: SqliteParts,
  table: Table,
  onFinal: (id: string) => void = () => undefined,
): (decision: StoredDecision) => Promise<boolean> {
  const statements = statementCache(database);
  return ({ id, from, to, decidedBy, decidedAt, note }) =>
    writer.write(() => {
      const noteSealed = note === undefined ? null : sealNote(keys, table, 'noteSealed', id, note);
      const { changes } = statements(
        `UPDATE ${table} SET state = ?, decidedBy = ?, decidedAt = ?, noteSealed = ?
         WHERE id = ? AND state IN (${from.map(() => '?').join(', ')})`,
      ).run(to, decidedBy, toStoredTime(decidedAt), noteSealed, id, ...from);
      if (changes === 1 && FINAL.has(to)) onFinal(id);
      return changes === 1;
    });
}

/** What is fulfilled is settled with what fulfils it (`WishRows`). */
const FINAL: ReadonlySet<string> = new Set(['withdrawn']);

function prepareList(
  { database }: SqliteParts,
  table: Table,
  ownerColumn: string,
): (
  owners: readonly string[] | undefined,
  state: string | undefined,
  page: { readonly limit: number; readonly cursor?: string },
) => readonly unknown[] {
  const statements = statementCache(database);
  return (owners, state, page) => {
    checkPage(page);
    const conditions: string[] = ['id < ?'];
    const values: ColumnValue[] = [page.cursor ?? '~']; // ~ sorts after every id
    if (owners !== undefined) {
      conditions.push(`${ownerColumn} IN (${owners.map(() => '?').join(', ')})`);
      values.push(...owners);
    }
    if (state !== undefined) {
      conditions.push('state = ?');
      values.push(state);
    }
    return statements(
      `SELECT * FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`,
    ).all(...values, page.limit + 1); // all columns of the table
  };
}

function sealNote(
  keys: FieldKeys,
  table: Table,
  column: string,
  id: string,
  text: string,
): Uint8Array {
  return sealText(keys.serviceKey(labelOf(table)), placeOf(table, column, id), text);
}

function labelOf(table: Table): string {
  return table === 'SealApplication' ? 'sealApplication' : 'sealingRequest';
}

function placeOf(table: Table, column: string, id: string): SealedPlace {
  return { table, column, id };
}

function fileOf({ id, format }: Pick<SealingRequest, 'id' | 'format'>): FileName {
  return { ownerKind: 'sealingRequest', ownerId: id, format, isStaged: false };
}
