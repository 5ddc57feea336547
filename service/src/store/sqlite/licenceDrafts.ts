import { ServiceError } from '../../errors.ts';
import type { LicenceStore, NewDraft } from '../licences.ts';
import { FACTS_COLUMNS, sealColumn } from './licenceRows.ts';
import type { SqliteParts } from './parts.ts';
import {
  isUniqueViolation,
  prepareInsert,
  toStoredTime,
  toStoredTimeOrNull,
  type Row,
} from './rows.ts';
import { ulid } from '../../ulid.ts';

type Drafts = Pick<LicenceStore, 'addDraft' | 'changeDraft' | 'removeDraft' | 'returnDraft'>;

/** Columns of a licence before its issue. Call within a write: it may make the holder's key. */
export function draftRow(parts: SqliteParts, draft: NewDraft): Row {
  const { personId, holderHash, key } = parts.dataKeys.ensure(draft.holder, draft.createdAt);
  const { identifier } = draft;
  return {
    identifier,
    listId: ulid(draft.createdAt),
    base: draft.base,
    typeCode: draft.typeCode,
    typeVersion: draft.typeVersion,
    issuer: draft.issuer,
    version: draft.version,
    state: 'drafted',
    stagedFrom: null,
    holderHash,
    personId,
    validFrom: toStoredTime(draft.validFrom),
    validUntil: toStoredTimeOrNull(draft.validUntil),
    makerId: draft.makerId,
    approverId: null,
    createdAt: toStoredTime(draft.createdAt),
    issuedAt: null,
    documents: '[]',
    contentDigest: null,
    statusList: null,
    statusIndex: null,
    ledgerRoot: null,
    ledgerPosition: null,
    ledgerBlock: null,
    supersedes: draft.supersedes,
    supersededBy: null,
    operation: draft.operation,
    holderSealed: sealColumn(key, 'holderSealed', identifier, draft.holder),
    fieldsSealed: sealColumn(key, 'fieldsSealed', identifier, draft.fields),
    partsSealed: null,
    sealEsId: null,
    sealActId: null,
  };
}

export const DRAFT_COLUMNS: readonly string[] = [
  ...FACTS_COLUMNS,
  'operation',
  'holderSealed',
  'fieldsSealed',
  'partsSealed',
  'sealEsId',
  'sealActId',
];

/** Runs an insert; a taken key is an error of the caller. */
export function refuseTaken(identifier: string, insert: () => unknown): void {
  try {
    insert();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ServiceError('LICENCE_ALREADY_EXISTS', `licence ${identifier} exists already`);
  }
}

/** Drafts: made, changed, returned and removed until somebody approves them. */
export function sqliteDrafts(parts: SqliteParts): Drafts {
  const { database, writer, dataKeys, clock } = parts;
  const insert = prepareInsert(database, 'Licence', DRAFT_COLUMNS);
  const open = database.prepare<
    [string],
    { state: string; stagedFrom: string | null; personId: string }
  >('SELECT state, stagedFrom, personId FROM Licence WHERE identifier = ?');
  const change = database.prepare<[Row]>(
    `UPDATE Licence SET state = 'drafted', noteSealed = NULL, holderHash = @holderHash, personId = @personId,
       holderSealed = @holderSealed, fieldsSealed = @fieldsSealed, validFrom = @validFrom, validUntil = @validUntil,
       makerId = @makerId, typeVersion = @typeVersion
     WHERE identifier = @identifier`,
  );
  const remove = database.prepare<[string]>('DELETE FROM Licence WHERE identifier = ?');
  const giveBack = database.prepare<[string, Uint8Array, string]>(
    `UPDATE Licence SET state = 'returned', approverId = ?, noteSealed = ? WHERE identifier = ?`,
  );
  const requireDraft = (identifier: string, states: readonly string[]): { personId: string } => {
    const row = open.get(identifier);
    if (row === undefined || (row.state === 'staged' && row.stagedFrom === null))
      throw new ServiceError('LICENCE_NOT_FOUND', `no licence ${identifier}`);
    if (!states.includes(row.state))
      throw new ServiceError(
        'LICENCE_STATE_CONFLICT',
        `licence ${identifier} is no draft any more`,
      );
    return row;
  };
  return {
    addDraft: (draft) =>
      writer.write(() => {
        refuseTaken(draft.identifier, () => {
          insert.run(draftRow(parts, draft));
        });
      }),
    changeDraft: (identifier, content) =>
      writer.write(() => {
        requireDraft(identifier, ['drafted', 'returned']);
        const { personId, holderHash, key } = dataKeys.ensure(content.holder, clock.now());
        change.run({
          identifier,
          holderHash,
          personId,
          holderSealed: sealColumn(key, 'holderSealed', identifier, content.holder),
          fieldsSealed: sealColumn(key, 'fieldsSealed', identifier, content.fields),
          validFrom: toStoredTime(content.validFrom),
          validUntil: toStoredTimeOrNull(content.validUntil),
          makerId: content.makerId,
          typeVersion: content.typeVersion,
        });
      }),
    removeDraft: (identifier) =>
      writer.write(() => {
        requireDraft(identifier, ['drafted', 'returned']);
        remove.run(identifier);
      }),
    returnDraft: (identifier, by) =>
      writer.write(() => {
        const key = dataKeys.find(requireDraft(identifier, ['drafted']).personId);
        if (key === null)
          throw new ServiceError(
            'LICENCE_STATE_CONFLICT',
            `the holder of ${identifier} was erased`,
          );
        giveBack.run(by.approverId, sealColumn(key, 'noteSealed', identifier, by.note), identifier);
      }),
  };
}
