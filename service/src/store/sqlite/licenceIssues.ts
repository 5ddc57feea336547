import { isDeepStrictEqual } from 'node:util';
import type { LicenceBody } from '@yinxin/chaincode/model';
import { ServiceError } from '../../errors.ts';
import type { LicenceOperation, LicenceStore, StagedIssue } from '../licences.ts';
import type { FileRows } from './files.ts';
import { DRAFT_COLUMNS, draftRow, refuseTaken } from './licenceDrafts.ts';
import { LICENCE_COLUMNS, sealColumn, toLicence, type LicenceRow } from './licenceRows.ts';
import type { NoticeRows } from './noticeRows.ts';
import type { SqliteParts } from './parts.ts';
import { prepareInsert, toStoredTime, type Row } from './rows.ts';
import type { PendingRows } from './sqliteTimeStamps.ts';
import type { StageRows } from './stages.ts';
import type { TypeChanges } from './typeChanges.ts';

type Issues = Pick<LicenceStore, 'stageIssue' | 'releaseIssue' | 'discardIssue'>;

/** What an issue adds to a draft's columns. */
const ISSUE_COLUMNS = [
  'state',
  'stagedFrom',
  'approverId',
  'documents',
  'contentDigest',
  'statusList',
  'statusIndex',
  'partsSealed',
  'sealEsId',
  'sealActId',
] as const;

interface StagedRow {
  readonly state: string;
  readonly stagedFrom: string | null;
  readonly supersedes: string | null;
  readonly holderHash: string | null;
  readonly operation: LicenceOperation | null;
}

/** Rows of other tables that are written together with licences. */
export interface LicenceRows {
  readonly files: FileRows;
  readonly stages: StageRows;
  readonly pending: PendingRows;
  readonly typeChanges: TypeChanges;
  readonly notices: NoticeRows;
}

/** Issuing: stage, then release or discard. */
export function sqliteIssues(parts: SqliteParts, rows: LicenceRows): Issues {
  const { database, writer } = parts;
  const { files, stages, pending, typeChanges, notices } = rows;
  const stage = prepareStaging(parts);
  const assertPredecessor = preparePredecessorCheck(parts);
  const find = database.prepare<[string], StagedRow>(
    'SELECT state, stagedFrom, supersedes, holderHash, operation FROM Licence WHERE identifier = ?',
  );
  const release = database.prepare<[Row]>(
    `UPDATE Licence SET state = 'issued', stagedFrom = NULL, issuedAt = @issuedAt, ledgerRoot = @root,
       ledgerPosition = @position, ledgerBlock = @block
     WHERE identifier = @identifier`,
  );
  const supersede = database.prepare<[string, string]>(
    `UPDATE Licence SET supersededBy = ?,
       state = CASE WHEN state IN ('issued', 'suspended') THEN 'superseded' ELSE state END
     WHERE identifier = ?`,
  );
  const remove = database.prepare<[string]>('DELETE FROM Licence WHERE identifier = ?');
  const backToDraft = database.prepare<[string]>(
    `UPDATE Licence SET state = stagedFrom, stagedFrom = NULL, approverId = NULL, documents = '[]',
       contentDigest = NULL, statusList = NULL, statusIndex = NULL, partsSealed = NULL, sealEsId = NULL,
       sealActId = NULL
     WHERE identifier = ?`,
  );
  return {
    stageIssue: (issue) =>
      writer.write(() => {
        assertPredecessor(issue);
        const key = stage(issue);
        for (const file of issue.files)
          files.put(
            {
              ownerKind: 'licence',
              ownerId: issue.identifier,
              format: file.format,
              isStaged: false,
            },
            file.bytes,
            key,
          );
        for (const { format, timeStamp } of issue.documents)
          if (timeStamp === 'pending')
            pending.add(
              { ownerKind: 'licence', ownerId: issue.identifier, format },
              parts.clock.now(),
            );
        stages.add(issue.identifier, issue.act, parts.clock.now());
      }),
    releaseIssue: (identifier, { ledger, issuedAt }) =>
      writer.write(() => {
        const row = find.get(identifier);
        if (row === undefined)
          throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
        if (row.state !== 'staged') return;
        release.run({ identifier, ...ledger, issuedAt: toStoredTime(issuedAt) });
        typeChanges.markOfLicence(identifier);
        if (row.supersedes !== null) {
          supersede.run(identifier, row.supersedes);
          typeChanges.markOfLicence(row.supersedes);
        }
        stages.removeBySubject(identifier);
        const event = row.operation ?? 'issue';
        notices.add(row.holderHash, { kind: 'licence', event, subject: identifier });
      }),
    discardIssue: (identifier) =>
      writer.write(() => {
        const row = find.get(identifier);
        if (row?.state !== 'staged') return;
        (row.stagedFrom === null ? remove : backToDraft).run(identifier);
        files.removeAll('licence', identifier);
        pending.removeAll('licence', identifier);
        stages.removeBySubject(identifier);
      }),
  };
}

/** @returns a function that writes the staged row and gives the key that seals its files. */
function prepareStaging(
  parts: SqliteParts,
): (issue: StagedIssue) => ReturnType<SqliteParts['dataKeys']['ensure']> {
  const { database, dataKeys } = parts;
  const insert = prepareInsert(database, 'Licence', DRAFT_COLUMNS);
  const draft = database.prepare<[string], LicenceRow>(
    `SELECT ${LICENCE_COLUMNS.join(', ')} FROM Licence WHERE identifier = ?`,
  );
  const approve = database.prepare<[Row]>(
    `UPDATE Licence SET ${ISSUE_COLUMNS.map((column) => `${column} = @${column}`).join(', ')}
     WHERE identifier = @identifier`,
  );
  return (issue) => {
    const { identifier } = issue;
    const person = dataKeys.ensure(issue.holder, issue.createdAt);
    const added: Row = {
      state: 'staged',
      stagedFrom: issue.approverId === null ? null : 'drafted',
      approverId: issue.approverId,
      documents: JSON.stringify(issue.documents),
      contentDigest: issue.contentDigest,
      statusList: issue.status.list,
      statusIndex: issue.status.index,
      partsSealed: sealColumn(person.key, 'partsSealed', identifier, issue.parts),
      ...sealingColumns(issue),
    };
    if (issue.approverId === null) {
      refuseTaken(identifier, () => {
        insert.run({ ...draftRow(parts, issue), ...added });
      });
    } else {
      assertSameDraft(parts, draft.get(identifier), issue);
      approve.run({ identifier, ...added });
    }
    return person;
  };
}

/** The seal that seals it, and by which act. */
function sealingColumns({ act }: StagedIssue): Row {
  const { sealSignature } = act.act.body as Partial<LicenceBody>; // an issue's act makes a version
  return { sealEsId: sealSignature?.esId ?? null, sealActId: act.act.id };
}

/** Nobody approves what they did not see: the draft must still be what the approver was shown. */
function assertSameDraft(
  { dataKeys }: SqliteParts,
  row: LicenceRow | undefined,
  issue: StagedIssue,
): void {
  if (row === undefined)
    throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${issue.identifier}`);
  if (row.state !== 'drafted')
    throw new ServiceError(
      'LICENCE_STATE_CONFLICT',
      `licence ${issue.identifier} is no draft any more`,
    );
  const draft = toLicence(row, row.personId === null ? null : dataKeys.find(row.personId));
  const shown = contentOf(issue);
  if (!isDeepStrictEqual(contentOf(draft), shown))
    throw new ServiceError(
      'LICENCE_STATE_CONFLICT',
      `draft ${issue.identifier} was changed meanwhile`,
    );
}

function contentOf({
  holder,
  fields,
  validFrom,
  validUntil,
  makerId,
}: {
  readonly [K in 'holder' | 'fields' | 'validFrom' | 'validUntil' | 'makerId']: unknown;
}): unknown {
  return JSON.parse(JSON.stringify({ holder, fields, validFrom, validUntil, makerId }));
}

function preparePredecessorCheck(parts: SqliteParts): (issue: StagedIssue) => void {
  const stateOf = parts.database.prepare<[string], { state: string }>(
    'SELECT state FROM Licence WHERE identifier = ?',
  );
  return ({ supersedes, operation }) => {
    if (supersedes === null) return;
    const state = stateOf.get(supersedes)?.state;
    const isReady = operation === 'transferIn' ? isTransferred(state) : state === 'issued';
    if (!isReady)
      throw new ServiceError(
        'LICENCE_STATE_CONFLICT',
        `licence ${supersedes} is ${state ?? 'not here'}`,
      );
  };
}

/** A licence of another ledger is not here; that ledger knows its state. */
function isTransferred(state: string | undefined): boolean {
  return state === undefined || state === 'transferred';
}
