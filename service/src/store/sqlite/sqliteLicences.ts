import type { DocumentFormat } from '@yinxin/chaincode/model';
import { ServiceError } from '../../errors.ts';
import type { IssuedDocument, LicenceFilter, LicenceState, LicenceStore } from '../licences.ts';
import type { FileName, FileRows } from './files.ts';
import { sqliteDrafts } from './licenceDrafts.ts';
import { sqliteIssues, type LicenceRows } from './licenceIssues.ts';
import {
  FACTS_COLUMNS,
  LICENCE_COLUMNS,
  openColumn,
  toFacts,
  toLicence,
  VISIBLE,
  type LicenceFactsRow,
  type LicenceRow,
} from './licenceRows.ts';
import { NOTICE_EVENTS, type NoticeEvent } from '../notices.ts';
import type { SqliteParts } from './parts.ts';
import {
  checkPage,
  statementCache,
  toPage,
  toStoredTime,
  type ColumnValue,
  type Row,
} from './rows.ts';

type Reads = Pick<
  LicenceStore,
  'facts' | 'holderHash' | 'factsByBase' | 'find' | 'list' | 'parts' | 'file' | 'countByState'
>;
type Changes = Pick<
  LicenceStore,
  'changeState' | 'stageDocument' | 'releaseDocument' | 'discardDocument'
>;

/** Licences on prepared statements. */
export function sqliteLicences(parts: SqliteParts, rows: LicenceRows): LicenceStore {
  return {
    ...sqliteDrafts(parts),
    ...sqliteIssues(parts, rows),
    ...changes(parts, rows),
    ...reads(parts, rows.files),
  };
}

function changes(parts: SqliteParts, rows: LicenceRows): Changes {
  const { files, stages, pending, typeChanges, notices } = rows;
  const { database, writer, dataKeys, clock } = parts;
  const change = database.prepare<[Row]>(
    `UPDATE Licence SET ledgerRoot = @root, ledgerPosition = @position, ledgerBlock = @block,
       changedAt = CASE WHEN state = @state THEN changedAt ELSE @at END, state = @state
     WHERE identifier = @identifier AND state <> 'staged'`,
  );
  const before = database.prepare<[string], { state: LicenceState; holderHash: string | null }>(
    'SELECT state, holderHash FROM Licence WHERE identifier = ?',
  );
  const find = database.prepare<[string], { personId: string | null; documents: string }>(
    `SELECT personId, documents FROM Licence WHERE identifier = ? AND state <> 'staged'`,
  );
  const setDocuments = database.prepare<[Row]>(
    `UPDATE Licence SET documents = @documents, ledgerRoot = @root, ledgerPosition = @position, ledgerBlock = @block
     WHERE identifier = @identifier`,
  );
  const require = (identifier: string): { personId: string | null; documents: string } => {
    const row = find.get(identifier);
    if (row === undefined) throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
    return row;
  };
  return {
    changeState: ({ identifier, state, ledger, stageId }) =>
      writer.write(() => {
        const was = before.get(identifier);
        const at = toStoredTime(clock.now());
        if (was === undefined || change.run({ identifier, state, at, ...ledger }).changes === 0)
          throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
        typeChanges.markOfLicence(identifier);
        if (stageId !== undefined) stages.remove(stageId);
        const event = was.state === state ? null : eventOf(state);
        if (event !== null)
          notices.add(was.holderHash, { kind: 'licence', event, subject: identifier });
      }),
    stageDocument: (identifier, file, act) =>
      writer.write(() => {
        const { personId } = require(identifier);
        const key = personId === null ? null : dataKeys.find(personId);
        if (personId === null || key === null)
          throw new ServiceError(
            'LICENCE_STATE_CONFLICT',
            `the holder of ${identifier} was erased`,
          );
        files.put(fileName(identifier, file.format, true), file.bytes, { personId, key });
        stages.add(identifier, act, parts.clock.now());
      }),
    releaseDocument: (identifier, document, { ledger, stageId }) =>
      writer.write(() => {
        const released = JSON.parse(require(identifier).documents) as readonly IssuedDocument[];
        const completed: IssuedDocument = { ...document, timeStamp: 'stamped' };
        const documents = JSON.stringify([
          ...released.filter(({ format }) => format !== document.format),
          completed,
        ]);
        setDocuments.run({ identifier, documents, ...ledger });
        files.release(fileName(identifier, document.format, false));
        pending.remove({ ownerKind: 'licence', ownerId: identifier, format: document.format });
        stages.remove(stageId);
      }),
    discardDocument: (identifier, format, stageId) =>
      writer.write(() => {
        files.remove(fileName(identifier, format, true));
        stages.remove(stageId);
      }),
  };
}

function reads(parts: SqliteParts, files: FileRows): Reads {
  const { database, dataKeys } = parts;
  const facts = FACTS_COLUMNS.join(', ');
  const factsOf = database.prepare<[string], LicenceFactsRow>(
    `SELECT ${facts} FROM Licence WHERE identifier = ? AND ${VISIBLE}`,
  );
  const holderHash = database
    .prepare<[string], string | null>(
      `SELECT holderHash FROM Licence WHERE identifier = ? AND ${VISIBLE}`,
    )
    .pluck();
  const factsOfBase = database.prepare<[string], LicenceFactsRow>(
    `SELECT ${facts} FROM Licence WHERE base = ? AND ${VISIBLE} ORDER BY version DESC`,
  );
  const find = database.prepare<[string], LicenceRow>(
    `SELECT ${LICENCE_COLUMNS.join(', ')} FROM Licence WHERE identifier = ? AND ${VISIBLE}`,
  );
  const released = database.prepare<
    [string],
    { personId: string | null; partsSealed: Uint8Array | null }
  >(`SELECT personId, partsSealed FROM Licence WHERE identifier = ? AND state <> 'staged'`);
  const counts = statementCache(database);
  const pages = statementCache(database);
  const keyOf = (personId: string | null): ReturnType<typeof dataKeys.find> =>
    personId === null ? null : dataKeys.find(personId);
  return {
    facts: async (identifier) => {
      const row = factsOf.get(identifier);
      return await Promise.resolve(row === undefined ? null : toFacts(row));
    },
    holderHash: async (identifier) => await Promise.resolve(holderHash.get(identifier) ?? null),
    factsByBase: async (base) => await Promise.resolve(factsOfBase.all(base).map(toFacts)),
    find: async (identifier) => {
      const row = find.get(identifier);
      return await Promise.resolve(row === undefined ? null : toLicence(row, keyOf(row.personId)));
    },
    list: async (filter, page) => {
      checkPage(page);
      const { where, values } = conditions(filter, page.cursor);
      const rows = pages(
        `SELECT ${LICENCE_COLUMNS.join(', ')} FROM Licence WHERE ${where} ORDER BY listId DESC LIMIT ?`,
      ).all(...values, page.limit + 1) as LicenceRow[]; // the columns selected
      return await Promise.resolve(
        toPage(
          rows,
          page.limit,
          (row) => row.listId,
          (row) => toLicence(row, keyOf(row.personId)),
        ),
      );
    },
    parts: async (identifier) => {
      const row = released.get(identifier);
      if (row === undefined) return null;
      const key = keyOf(row.personId);
      return await Promise.resolve(openColumn(key, 'partsSealed', identifier, row.partsSealed));
    },
    file: async (identifier, format) => {
      if (released.get(identifier) === undefined) return null;
      return await Promise.resolve(files.get(fileName(identifier, format, false)));
    },
    countByState: async (typeCode) => {
      const where = typeCode === undefined ? '' : 'AND typeCode = ?';
      const rows = counts(
        `SELECT state, count(*) AS count FROM Licence WHERE state <> 'staged' ${where} GROUP BY state`,
      ).all(...(typeCode === undefined ? [] : [typeCode])) as {
        state: LicenceState;
        count: number;
      }[];
      return await Promise.resolve(
        Object.fromEntries(rows.map(({ state, count }) => [state, count])),
      );
    },
  };
}

function conditions(
  filter: LicenceFilter,
  cursor: string | undefined,
): { readonly where: string; readonly values: readonly ColumnValue[] } {
  const parts: { readonly sql: string; readonly values: readonly ColumnValue[] }[] = [
    { sql: VISIBLE, values: [] },
  ];
  const anyOf = (column: string, values: readonly string[] | undefined): void => {
    if (values !== undefined)
      parts.push({ sql: `${column} IN (${values.map(() => '?').join(', ')})`, values });
  };
  anyOf('holderHash', filter.holderHashes);
  anyOf('issuer', filter.issuers);
  anyOf('state', filter.states);
  if (filter.isIssued === true)
    parts.push({ sql: `state NOT IN ('drafted', 'returned')`, values: [] });
  if (filter.makerId !== undefined) parts.push({ sql: 'makerId = ?', values: [filter.makerId] });
  if (filter.otherMakerThan !== undefined)
    parts.push({ sql: 'makerId <> ?', values: [filter.otherMakerThan] });
  if (filter.typeCode !== undefined) parts.push({ sql: 'typeCode = ?', values: [filter.typeCode] });
  if (filter.state !== undefined) parts.push({ sql: 'state = ?', values: [filter.state] });
  if (cursor !== undefined) parts.push({ sql: 'listId < ?', values: [cursor] });
  return {
    where: parts.map(({ sql }) => sql).join(' AND '),
    values: parts.flatMap(({ values }) => values),
  };
}

/** @returns null for a state that holders are told of by another act: that of the next version. */
function eventOf(state: LicenceState): NoticeEvent | null {
  if (state === 'issued') return 'reinstated';
  return NOTICE_EVENTS.find((event) => event === state) ?? null;
}

function fileName(identifier: string, format: DocumentFormat, isStaged: boolean): FileName {
  return { ownerKind: 'licence', ownerId: identifier, format, isStaged };
}
