import type { Mandate } from '@yinxin/chaincode/model';
import { ServiceError } from '../../errors.ts';
import { openBytes, sealBytes, type SealedPlace } from '../fieldEncryption.ts';
import type { Seal, SealState, SealStore } from '../seals.ts';
import { ledgerColumns, toLedgerPlace } from './licenceRows.ts';
import type { SqliteParts } from './parts.ts';
import {
  checkPage,
  isUniqueViolation,
  prepareInsert,
  statementCache,
  toPage,
  toStoredTime,
  type Row,
} from './rows.ts';
import { sqliteSealSignatures, type SignatureRows } from './sqliteSealSignatures.ts';
import { ulid } from '../../ulid.ts';

interface SealRow {
  readonly esId: string;
  readonly listId: string;
  readonly holderCreditCode: string;
  readonly holderName: string;
  readonly kind: string;
  readonly name: string;
  readonly sha256: string;
  readonly sm3: string;
  readonly signerKeys: string;
  readonly validFrom: string;
  readonly validUntil: string;
  /** A {@link SealState} or `staged`. */
  readonly state: string;
  readonly mandate: string;
  readonly maker: string;
  readonly createdAt: string;
  readonly actId: string;
  readonly ledgerRoot: string | null;
  readonly ledgerPosition: number | null;
  readonly ledgerBlock: number | null;
  readonly supersedes: string | null;
}

/** A row as readers see it. */
type ReadSealRow = SealRow & { readonly supersededBy: string | null };

const COLUMNS: Readonly<Record<keyof SealRow, true>> = {
  esId: true,
  listId: true,
  holderCreditCode: true,
  holderName: true,
  kind: true,
  name: true,
  sha256: true,
  sm3: true,
  signerKeys: true,
  validFrom: true,
  validUntil: true,
  state: true,
  mandate: true,
  maker: true,
  createdAt: true,
  actId: true,
  ledgerRoot: true,
  ledgerPosition: true,
  ledgerBlock: true,
  supersedes: true,
};
const NAMES = `${Object.keys(COLUMNS).join(', ')}, (SELECT later.esId FROM Seal later
  WHERE later.holderCreditCode = Seal.holderCreditCode AND later.supersedes = Seal.esId
  AND later.state <> 'staged') AS supersededBy`;
export const SEAL_COLUMNS: readonly string[] = [...Object.keys(COLUMNS), 'fileSealed'];

/** Seals and seal signatures on prepared statements. */
export function sqliteSeals(parts: SqliteParts, rows: SignatureRows): SealStore {
  return {
    ...sealWrites(parts, rows),
    ...sealReads(parts),
    ...sqliteSealSignatures(parts, rows),
  };
}

/** The columns of a seal; its .esl file is encrypted because a personal seal names its owner. */
export function sealRow(
  parts: SqliteParts,
  seal: Omit<Seal, 'state' | 'supersededBy'> & { readonly state: SealState | 'staged' },
  file: Uint8Array | null,
): Row {
  const { keys } = parts;
  const fileSealed =
    file === null ? null : sealBytes(keys.serviceKey('seal'), placeOf(seal.esId), file);
  return {
    esId: seal.esId,
    listId: ulid(seal.createdAt),
    holderCreditCode: seal.holder.creditCode,
    holderName: seal.holder.name,
    kind: seal.kind,
    name: seal.name,
    ...seal.digests,
    signerKeys: JSON.stringify(seal.signerKeys),
    validFrom: toStoredTime(seal.validFrom),
    validUntil: toStoredTime(seal.validUntil),
    state: seal.state,
    mandate: JSON.stringify(seal.mandate),
    maker: seal.maker,
    createdAt: toStoredTime(seal.createdAt),
    actId: seal.actId,
    ...ledgerColumns(seal.ledger),
    supersedes: seal.supersedes,
    fileSealed,
  };
}

function sealWrites(
  parts: SqliteParts,
  { stages, wishes }: Pick<SignatureRows, 'stages' | 'wishes'>,
): Pick<SealStore, 'stage' | 'release' | 'discard' | 'change'> {
  const { database, writer, clock } = parts;
  const insert = prepareInsert(database, 'Seal', SEAL_COLUMNS);
  const find = database.prepare<[string], { state: string; supersedes: string | null }>(
    'SELECT state, supersedes FROM Seal WHERE esId = ?',
  );
  const release = database.prepare<[Row]>(
    `UPDATE Seal SET state = 'valid', ledgerRoot = @root, ledgerPosition = @position, ledgerBlock = @block
     WHERE esId = @esId`,
  );
  const supersede = database.prepare<[string]>(
    `UPDATE Seal SET state = 'superseded' WHERE esId = ? AND state IN ('valid', 'suspended')`,
  );
  const remove = database.prepare<[string]>('DELETE FROM Seal WHERE esId = ?');
  const change = database.prepare<[Row]>(
    `UPDATE Seal SET state = coalesce(@state, state), mandate = coalesce(@mandate, mandate), actId = @actId,
       ledgerRoot = @root, ledgerPosition = @position, ledgerBlock = @block
     WHERE esId = @esId AND state <> 'staged'`,
  );
  return {
    stage: (seal, file, act, approval) =>
      writer.write(() => {
        const staged = { ...seal, state: 'staged', actId: act.act.id, ledger: null } as const;
        try {
          insert.run(sealRow(parts, staged, file));
        } catch (error) {
          if (!isUniqueViolation(error)) throw error;
          throw new ServiceError('SEAL_ALREADY_EXISTS', `seal ${seal.esId} exists already`);
        }
        if (approval !== undefined) wishes.approveApplication(approval, seal.esId);
        stages.add(seal.esId, act, clock.now());
      }),
    release: (esId, ledger) =>
      writer.write(() => {
        const row = find.get(esId);
        if (row === undefined) throw new ServiceError('SEAL_NOT_FOUND', `no seal ${esId}`);
        wishes.fulfilApplication(esId); // also where the store was rebuilt meanwhile
        if (row.state !== 'staged') return;
        release.run({ esId, ...ledger });
        if (row.supersedes !== null) supersede.run(row.supersedes);
        stages.removeBySubject(esId);
      }),
    discard: (esId) =>
      writer.write(() => {
        if (find.get(esId)?.state !== 'staged') return;
        remove.run(esId);
        wishes.reopenApplication(esId);
        stages.removeBySubject(esId);
      }),
    change: ({ esId, actId, ledger, state, mandate }) =>
      writer.write(() => {
        const changed = {
          state: state ?? null,
          mandate: mandate === undefined ? null : JSON.stringify(mandate),
        };
        if (change.run({ esId, actId, ...ledger, ...changed }).changes === 0)
          throw new ServiceError('SEAL_NOT_FOUND', `no seal ${esId}`);
        stages.remove(actId);
      }),
  };
}

function sealReads({ database, keys }: SqliteParts): Pick<SealStore, 'find' | 'file' | 'list'> {
  const find = database.prepare<[string], ReadSealRow>(
    `SELECT ${NAMES} FROM Seal WHERE esId = ? AND state <> 'staged'`,
  );
  const file = database
    .prepare<[string], Uint8Array | null>(
      `SELECT fileSealed FROM Seal WHERE esId = ? AND state <> 'staged'`,
    )
    .pluck();
  const pages = statementCache(database);
  return {
    find: async (esId) => {
      const row = find.get(esId);
      return await Promise.resolve(row === undefined ? null : toSeal(row));
    },
    file: async (esId) => {
      const sealed = file.get(esId) ?? null;
      return await Promise.resolve(
        sealed === null ? null : openBytes(keys.serviceKey('seal'), placeOf(esId), sealed),
      );
    },
    list: async ({ holders }, page) => {
      checkPage(page);
      const ofHolders =
        holders === undefined
          ? ''
          : `AND holderCreditCode IN (${holders.map(() => '?').join(', ')})`;
      const older = page.cursor === undefined ? '' : 'AND listId < ?';
      const rows = pages(
        `SELECT ${NAMES} FROM Seal WHERE state <> 'staged' ${ofHolders} ${older} ORDER BY listId DESC LIMIT ?`,
      ).all(
        ...(holders ?? []),
        ...(page.cursor === undefined ? [] : [page.cursor]),
        page.limit + 1,
      ) as ReadSealRow[]; // the columns selected
      return await Promise.resolve(toPage(rows, page.limit, (row) => row.listId, toSeal));
    },
  };
}

function toSeal(row: ReadSealRow): Seal {
  return {
    esId: row.esId,
    holder: { creditCode: row.holderCreditCode, name: row.holderName },
    kind: row.kind,
    name: row.name,
    digests: { sha256: row.sha256, sm3: row.sm3 },
    signerKeys: JSON.parse(row.signerKeys) as readonly string[],
    validFrom: new Date(row.validFrom),
    validUntil: new Date(row.validUntil),
    state: row.state as SealState, // staged ones are not read
    mandate: JSON.parse(row.mandate) as Mandate,
    maker: row.maker,
    createdAt: new Date(row.createdAt),
    actId: row.actId,
    ledger: toLedgerPlace(row),
    supersedes: row.supersedes,
    supersededBy: row.supersededBy,
  };
}

function placeOf(esId: string): SealedPlace {
  return { table: 'Seal', column: 'fileSealed', id: esId };
}
