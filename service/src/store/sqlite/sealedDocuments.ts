import type { DocumentFormat } from '@yinxin/chaincode/model';
import { ServiceError } from '../../errors.ts';
import type { SealStore } from '../seals.ts';
import type { FileName, FileRows } from './files.ts';
import type { SqliteParts } from './parts.ts';
import type { Row } from './rows.ts';
import type { PendingRows } from './sqliteTimeStamps.ts';
import type { StageRows } from './stages.ts';

/** Sealed documents that are completed later: staged beside the released file, then in its place. */
export function sqliteSealedDocuments(
  { database, writer, clock }: SqliteParts,
  rows: Readonly<{ files: FileRows; stages: StageRows; pending: PendingRows }>,
): Pick<SealStore, 'stageDocument' | 'releaseDocument' | 'discardDocument'> {
  const { files, stages, pending } = rows;
  const find = database
    .prepare<[string], DocumentFormat>(
      'SELECT format FROM SealSignature WHERE id = ? AND isStaged = 0',
    )
    .pluck();
  const complete = database.prepare<[Row]>(
    `UPDATE SealSignature SET earlierSha256 = CASE WHEN sha256 = @sha256 THEN earlierSha256 ELSE sha256 END,
       sha256 = @sha256, sm3 = @sm3, size = @size, timeStamp = 'stamped',
       ledgerRoot = @root, ledgerPosition = @position, ledgerBlock = @block
     WHERE id = @id`,
  );
  const formatOf = (id: string): DocumentFormat => {
    const format = find.get(id);
    if (format === undefined)
      throw new ServiceError('DOCUMENT_NOT_FOUND', `no seal signature ${id}`);
    return format;
  };
  const fileName = (id: string, isStaged: boolean): FileName => {
    return { ownerKind: 'sealSignature', ownerId: id, format: formatOf(id), isStaged };
  };
  return {
    stageDocument: (id, file, act) =>
      writer.write(() => {
        files.put(fileName(id, true), file, null);
        stages.add(id, act, clock.now());
      }),
    releaseDocument: (id, document, { ledger, stageId }) =>
      writer.write(() => {
        const { sha256, sm3, size } = document;
        complete.run({ id, sha256, sm3, size, ...ledger });
        files.release(fileName(id, false));
        pending.remove({ ownerKind: 'sealSignature', ownerId: id, format: formatOf(id) });
        stages.remove(stageId);
      }),
    discardDocument: (id, stageId) =>
      writer.write(() => {
        files.remove(fileName(id, true));
        stages.remove(stageId);
      }),
  };
}
