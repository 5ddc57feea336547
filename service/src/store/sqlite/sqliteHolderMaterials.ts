import { ServiceError } from '../../errors.ts';
import { openText, sealText, type SealedPlace } from '../fieldEncryption.ts';
import type { HolderMaterial, HolderMaterialStore } from '../holderMaterials.ts';
import type { FileName, FileRows } from './files.ts';
import type { SqliteParts } from './parts.ts';
import { checkPage, prepareInsert, toPage, toStoredTime } from './rows.ts';

interface MaterialRow {
  readonly id: string;
  readonly holderHash: string | null;
  readonly personId: string;
  readonly nameSealed: Uint8Array;
  readonly materialCode: string | null;
  readonly format: HolderMaterial['format'];
  readonly sha256: string;
  readonly sm3: string;
  readonly size: number;
  readonly uploadedBy: string;
  readonly uploadedAt: string;
}

const COLUMNS: Readonly<Record<keyof MaterialRow, true>> = {
  id: true,
  holderHash: true,
  personId: true,
  nameSealed: true,
  materialCode: true,
  format: true,
  sha256: true,
  sm3: true,
  size: true,
  uploadedBy: true,
  uploadedAt: true,
};

/** Files of holders; an erased holder's rows stay, without whose they were, and open no more. */
export function sqliteHolderMaterials(
  { database, writer, dataKeys }: SqliteParts,
  files: FileRows,
): HolderMaterialStore {
  const insert = prepareInsert(database, 'HolderMaterial', Object.keys(COLUMNS));
  const select = `SELECT ${Object.keys(COLUMNS).join(', ')} FROM HolderMaterial`;
  const find = database.prepare<[string], MaterialRow>(`${select} WHERE id = ?`);
  const list = database.prepare<[string, string, number], MaterialRow>(
    `${select} WHERE holderHash = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const space = database.prepare<[string], { files: number; bytes: number }>(
    `SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM HolderMaterial
     WHERE holderHash = ?`,
  );
  const toMaterial = (row: MaterialRow): HolderMaterial | null => {
    const { nameSealed, personId, holderHash, uploadedAt, ...rest } = row;
    const key = dataKeys.find(personId);
    if (key === null || holderHash === null) return null;
    const name = openText(key, placeOf(row.id), nameSealed);
    return { ...rest, holderHash, name, uploadedAt: new Date(uploadedAt) };
  };
  return {
    add: ({ name, ...material }, file, limits) =>
      writer.write(() => {
        const { files: count, bytes } = space.get(material.holderHash) ?? { files: 0, bytes: 0 };
        if (count >= limits.files || bytes + material.size > limits.bytes) {
          throw new ServiceError('REQUEST_TOO_LARGE', 'the holder’s space is full');
        }
        const person = dataKeys.ensureByHash(material.holderHash, material.uploadedAt);
        insert.run({
          ...material,
          personId: person.personId,
          nameSealed: sealText(person.key, placeOf(material.id), name),
          uploadedAt: toStoredTime(material.uploadedAt),
        });
        files.put(fileOf(material), file, person);
      }),
    find: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : toMaterial(row));
    },
    file: async (id) => {
      const row = find.get(id);
      return await Promise.resolve(row === undefined ? null : files.get(fileOf(row)));
    },
    list: async (holderHash, page) => {
      checkPage(page);
      const rows = list.all(holderHash, page.cursor ?? '~', page.limit + 1); // ~ sorts after every id
      return await Promise.resolve(
        toPage(
          rows,
          page.limit,
          (row) => row.id,
          (row) => toMaterial(row) ?? gone(row.id),
        ),
      );
    },
  };
}

/** An erased holder's rows carry no hash, so that no list of a holder shows one. */
function gone(id: string): never {
  throw new ServiceError('INTERNAL', `material ${id} is listed without its key`);
}

function placeOf(id: string): SealedPlace {
  return { table: 'HolderMaterial', column: 'nameSealed', id };
}

function fileOf({ id, format }: Pick<HolderMaterial, 'id' | 'format'>): FileName {
  return { ownerKind: 'holderMaterial', ownerId: id, format, isStaged: false };
}
