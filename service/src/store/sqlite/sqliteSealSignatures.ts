import type { DocumentFormat } from '@yinxin/chaincode/model';
import { ServiceError } from '../../errors.ts';
import { openText, sealText, type FieldKeys, type SealedPlace } from '../fieldEncryption.ts';
import type { TimeStampState } from '../../pki/timeStamp/timeStamper.ts';
import type { SealSignature, SealStore } from '../seals.ts';
import type { FileName, FileRows } from './files.ts';
import { ledgerColumns, toLedgerPlace } from './licenceRows.ts';
import type { SqliteParts } from './parts.ts';
import { checkPage, prepareInsert, toPage, toStoredTime, type Row } from './rows.ts';
import { sqliteSealedDocuments } from './sealedDocuments.ts';
import type { PendingRows } from './sqliteTimeStamps.ts';
import type { StageRows } from './stages.ts';
import type { WishRows } from './wishRows.ts';

type SealSignatures = Pick<
  SealStore,
  | 'stageDocument'
  | 'releaseDocument'
  | 'discardDocument'
  | 'stageSignature'
  | 'releaseSignature'
  | 'discardSignature'
  | 'findSignature'
  | 'findSignatureByDigest'
  | 'findSignatureByValue'
  | 'signatureFile'
  | 'listSignatures'
>;

interface SignatureRow {
  readonly id: string;
  readonly esId: string;
  readonly format: DocumentFormat;
  readonly sha256: string;
  readonly sm3: string;
  readonly size: number;
  readonly codeSealed: Uint8Array | null;
  readonly signatureDigest: string;
  readonly sealedAt: string;
  readonly by: string | null;
  readonly approvedBy: string | null;
  readonly timeStamp: TimeStampState;
  readonly ledgerRoot: string | null;
  readonly ledgerPosition: number | null;
  readonly ledgerBlock: number | null;
}

const COLUMNS: Readonly<Record<keyof SignatureRow, true>> = {
  id: true,
  esId: true,
  format: true,
  sha256: true,
  sm3: true,
  size: true,
  codeSealed: true,
  signatureDigest: true,
  sealedAt: true,
  by: true,
  approvedBy: true,
  timeStamp: true,
  ledgerRoot: true,
  ledgerPosition: true,
  ledgerBlock: true,
};
const NAMES = Object.keys(COLUMNS)
  .map((name) => `"${name}"`) // "by" is a word of SQL
  .join(', ');
export const SIGNATURE_COLUMNS: readonly string[] = [...Object.keys(COLUMNS), 'isStaged'];

/** What a seal signed; `codeText` and `by` are null when the row was rebuilt from the ledger. */
export function signatureRow(
  keys: FieldKeys,
  signature: Omit<SealSignature, 'codeText' | 'by'> & {
    readonly codeText: string | null;
    readonly by: string | null;
  },
  isStaged: boolean,
): Row {
  const { id, codeText, document } = signature;
  return {
    id,
    esId: signature.esId,
    isStaged: Number(isStaged),
    format: signature.format,
    sha256: document.sha256,
    sm3: document.sm3,
    size: document.size,
    codeSealed:
      codeText === null ? null : sealText(keys.serviceKey('sealSignature'), placeOf(id), codeText),
    signatureDigest: signature.signatureDigest,
    sealedAt: toStoredTime(signature.sealedAt),
    by: signature.by,
    approvedBy: signature.approvedBy,
    timeStamp: signature.timeStamp,
    ...ledgerColumns(signature.ledger),
  };
}

/** Rows of other tables that are written together with seal signatures. */
export interface SignatureRows {
  readonly files: FileRows;
  readonly stages: StageRows;
  readonly pending: PendingRows;
  readonly wishes: WishRows;
}

/** Documents sealed outside of issuing. Ids are ULIDs, so they order the list. */
export function sqliteSealSignatures(parts: SqliteParts, rows: SignatureRows): SealSignatures {
  return {
    ...writes(parts, rows),
    ...reads(parts, rows.files),
    ...sqliteSealedDocuments(parts, rows),
  };
}

function writes(
  parts: SqliteParts,
  { files, stages, pending, wishes }: SignatureRows,
): Pick<SealSignatures, 'stageSignature' | 'releaseSignature' | 'discardSignature'> {
  const { database, writer, keys, clock } = parts;
  const insert = prepareInsert(database, 'SealSignature', SIGNATURE_COLUMNS);
  const find = database.prepare<[string], { isStaged: number; format: DocumentFormat }>(
    'SELECT isStaged, format FROM SealSignature WHERE id = ?',
  );
  const release = database.prepare<[Row]>(
    `UPDATE SealSignature SET isStaged = 0, ledgerRoot = @root, ledgerPosition = @position, ledgerBlock = @block
     WHERE id = @id`,
  );
  const remove = database.prepare<[string]>('DELETE FROM SealSignature WHERE id = ?');
  return {
    stageSignature: (signature, file, act, approval) =>
      writer.write(() => {
        if (approval !== undefined) wishes.approveRequest(approval, signature.id);
        insert.run(signatureRow(keys, { ...signature, ledger: null }, true));
        if (file !== null) files.put(fileName(signature.id, signature.format), file, null);
        if (file !== null && signature.timeStamp === 'pending')
          pending.add(
            { ownerKind: 'sealSignature', ownerId: signature.id, format: signature.format },
            clock.now(),
          );
        stages.add(signature.id, act, clock.now());
      }),
    releaseSignature: (id, ledger) =>
      writer.write(() => {
        const row = find.get(id);
        if (row === undefined)
          throw new ServiceError('DOCUMENT_NOT_FOUND', `no seal signature ${id}`);
        wishes.fulfilRequest(id); // also where the store was rebuilt meanwhile, and the row written from the ledger
        if (row.isStaged === 0) {
          stages.remove(id); // the id of the act: other stages of the signature stay
          return;
        }
        release.run({ id, ...ledger });
        stages.removeBySubject(id);
      }),
    discardSignature: (id) =>
      writer.write(() => {
        if (find.get(id)?.isStaged !== 1) return;
        remove.run(id);
        files.removeAll('sealSignature', id);
        pending.removeAll('sealSignature', id);
        wishes.reopenRequest(id);
        stages.removeBySubject(id);
      }),
  };
}

function reads(
  { database, keys }: SqliteParts,
  files: FileRows,
): Pick<
  SealSignatures,
  | 'findSignature'
  | 'findSignatureByDigest'
  | 'findSignatureByValue'
  | 'signatureFile'
  | 'listSignatures'
> {
  const select = `SELECT ${NAMES} FROM SealSignature WHERE isStaged = 0`;
  const find = database.prepare<[string], SignatureRow>(`${select} AND id = ?`);
  const findByDigest = database.prepare<[Row], SignatureRow>(
    `${select} AND (sha256 = @sha256 OR earlierSha256 = @sha256) ORDER BY id DESC LIMIT 1`,
  );
  const findByValue = database.prepare<[string], SignatureRow>(
    `${select} AND signatureDigest = ? ORDER BY id DESC LIMIT 1`,
  );
  const list = database.prepare<[string, string, number], SignatureRow>(
    `${select} AND esId = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const toSignature = (row: SignatureRow): SealSignature => ({
    id: row.id,
    esId: row.esId,
    format: row.format,
    document: { format: row.format, sha256: row.sha256, sm3: row.sm3, size: row.size },
    codeText:
      row.codeSealed === null
        ? null
        : openText(keys.serviceKey('sealSignature'), placeOf(row.id), row.codeSealed),
    signatureDigest: row.signatureDigest,
    sealedAt: new Date(row.sealedAt),
    by: row.by,
    timeStamp: row.timeStamp,
    approvedBy: row.approvedBy,
    ledger: toLedgerPlace(row),
  });
  const one = (row: SignatureRow | undefined): SealSignature | null =>
    row === undefined ? null : toSignature(row);
  return {
    findSignature: async (id) => await Promise.resolve(one(find.get(id))),
    findSignatureByDigest: async (sha256) =>
      await Promise.resolve(one(findByDigest.get({ sha256 }))),
    findSignatureByValue: async (digest) => await Promise.resolve(one(findByValue.get(digest))),
    signatureFile: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : files.get(fileName(id, row.format)));
    },
    listSignatures: async (esId, page) => {
      checkPage(page);
      const rows = list.all(esId, page.cursor ?? '~', page.limit + 1); // ~ sorts after every id
      return await Promise.resolve(toPage(rows, page.limit, (row) => row.id, toSignature));
    },
  };
}

function fileName(id: string, format: DocumentFormat): FileName {
  return { ownerKind: 'sealSignature', ownerId: id, format, isStaged: false };
}

function placeOf(id: string): SealedPlace {
  return { table: 'SealSignature', column: 'codeSealed', id };
}
