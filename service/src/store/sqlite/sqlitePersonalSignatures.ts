import type { PersonalSignature, PersonalSignatureStore } from '../sealLife.ts';
import type { FileName, FileRows } from './files.ts';
import type { SqliteParts } from './parts.ts';
import { checkPage, prepareInsert, toPage, toStoredTime } from './rows.ts';

interface SignatureRow {
  readonly id: string;
  readonly accountId: string;
  readonly format: PersonalSignature['format'];
  readonly sha256: string;
  readonly sm3: string;
  readonly size: number;
  readonly method: PersonalSignature['method'];
  readonly keyId: string;
  readonly signatureDigest: string;
  readonly signedAt: string;
}

const COLUMNS: Readonly<Record<keyof SignatureRow, true>> = {
  id: true,
  accountId: true,
  format: true,
  sha256: true,
  sm3: true,
  size: true,
  method: true,
  keyId: true,
  signatureDigest: true,
  signedAt: true,
};

/** Forms that persons signed; ids are ULIDs, so they order the list. */
export function sqlitePersonalSignatures(
  { database, writer, dataKeys }: SqliteParts,
  files: FileRows,
): PersonalSignatureStore {
  const insert = prepareInsert(database, 'PersonalSignature', Object.keys(COLUMNS));
  const select = `SELECT ${Object.keys(COLUMNS).join(', ')} FROM PersonalSignature`;
  const find = database.prepare<[string], SignatureRow>(`${select} WHERE id = ?`);
  const findByDigest = database.prepare<[string], SignatureRow>(
    `${select} WHERE sha256 = ? ORDER BY id DESC LIMIT 1`,
  );
  const findByValue = database.prepare<[string], SignatureRow>(
    `${select} WHERE signatureDigest = ? ORDER BY id DESC LIMIT 1`,
  );
  const list = database.prepare<[string, string, number], SignatureRow>(
    `${select} WHERE accountId = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const one = (row: SignatureRow | undefined): PersonalSignature | null =>
    row === undefined ? null : toSignature(row);
  return {
    add: ({ digests, ...signature }, file, holderHash) =>
      writer.write(() => {
        insert.run({ ...signature, ...digests, signedAt: toStoredTime(signature.signedAt) });
        const person = holderHash === null ? null : dataKeys.findByHash(holderHash);
        files.put(fileOf(signature), file, person);
      }),
    find: async (id) => await Promise.resolve(one(find.get(id))),
    findByDigest: async (sha256) => await Promise.resolve(one(findByDigest.get(sha256))),
    findByValue: async (digest) => await Promise.resolve(one(findByValue.get(digest))),
    file: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : files.get(fileOf(row)));
    },
    list: async (accountId, page) => {
      checkPage(page);
      const rows = list.all(accountId, page.cursor ?? '~', page.limit + 1); // ~ sorts after every id
      return await Promise.resolve(toPage(rows, page.limit, (row) => row.id, toSignature));
    },
  };
}

function toSignature({ sha256, sm3, signedAt, ...row }: SignatureRow): PersonalSignature {
  return { ...row, digests: { sha256, sm3 }, signedAt: new Date(signedAt) };
}

function fileOf({ id, format }: Pick<PersonalSignature, 'id' | 'format'>): FileName {
  return { ownerKind: 'personalSignature', ownerId: id, format, isStaged: false };
}
