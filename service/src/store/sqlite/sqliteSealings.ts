import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { TimeStampState } from '../../pki/timeStamp/timeStamper.ts';
import type { IssuedDocument } from '../licences.ts';
import type { Sealing, SealingStore } from '../sealLife.ts';
import type { SqliteParts } from './parts.ts';
import { checkPage, toPage } from './rows.ts';

interface LicenceRow {
  readonly id: string;
  readonly identifier: string;
  readonly issuedAt: string;
  readonly documents: string;
  readonly makerId: string | null;
  readonly approverId: string | null;
}

interface DocumentRow {
  readonly id: string;
  readonly format: DocumentFormat;
  readonly sha256: string;
  readonly sealedAt: string;
  readonly timeStamp: TimeStampState;
  readonly by: string | null;
  readonly approvedBy: string | null;
}

/** Licences and documents under a seal, in one list by the ids of their acts (ULIDs). */
export function sqliteSealings({ database }: SqliteParts): SealingStore {
  const licences = database.prepare<[string, string, number], LicenceRow>(
    `SELECT sealActId AS id, identifier, issuedAt, documents, makerId, approverId FROM Licence
     WHERE sealEsId = ? AND sealActId < ? AND state <> 'staged' AND issuedAt IS NOT NULL
     ORDER BY sealActId DESC LIMIT ?`,
  );
  const documents = database.prepare<[string, string, number], DocumentRow>(
    `SELECT id, format, sha256, sealedAt, timeStamp, "by", approvedBy FROM SealSignature
     WHERE isStaged = 0 AND esId = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  return {
    list: async (esId, page) => {
      checkPage(page);
      const asked = [esId, page.cursor ?? '~', page.limit + 1] as const; // ~ sorts after every id
      const sealings = [
        ...licences.all(...asked).map(toLicenceSealing),
        ...documents.all(...asked).map(toDocumentSealing),
      ].sort((left, right) => (left.id < right.id ? 1 : -1));
      const shown = sealings.slice(0, page.limit + 1);
      return await Promise.resolve(
        toPage(
          shown,
          page.limit,
          ({ id }) => id,
          (sealing) => sealing,
        ),
      );
    },
  };
}

function toLicenceSealing(row: LicenceRow): Sealing {
  const files = JSON.parse(row.documents) as readonly IssuedDocument[]; // written by us
  return {
    id: row.id,
    at: new Date(row.issuedAt),
    kind: 'licence',
    identifier: row.identifier,
    digests: files.map(({ format, sha256, timeStamp = 'none' }) => {
      return { format, sha256, timeStamp };
    }),
    by: row.makerId,
    approvedBy: row.approverId,
  };
}

function toDocumentSealing(row: DocumentRow): Sealing {
  return {
    id: row.id,
    at: new Date(row.sealedAt),
    kind: 'document',
    identifier: row.id,
    digests: [{ format: row.format, sha256: row.sha256, timeStamp: row.timeStamp }],
    by: row.by,
    approvedBy: row.approvedBy,
  };
}
