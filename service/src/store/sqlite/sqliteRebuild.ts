import type { LicenceFacts } from '../licences.ts';
import type { RebuildStore } from '../store.ts';
import { FACTS_COLUMNS, ledgerColumns } from './licenceRows.ts';
import type { SqliteParts } from './parts.ts';
import { prepareInsert, toStoredTime, toStoredTimeOrNull, type Row } from './rows.ts';
import type { TypeChanges } from './typeChanges.ts';
import { SIGNATURE_COLUMNS, signatureRow } from './sqliteSealSignatures.ts';
import { SEAL_COLUMNS, sealRow } from './sqliteSeals.ts';
import { ulid } from '../../ulid.ts';

/** What the ledger does not know: a replay leaves it as it is. */
const KEPT_OF_LICENCE = [
  'identifier',
  'listId',
  'typeVersion',
  'holderHash',
  'personId',
  'makerId',
  'approverId',
  'createdAt',
];
const KEPT_OF_SEAL = ['esId', 'listId', 'holderName', 'name', 'signerKeys', 'createdAt'];
const KEPT_OF_SIGNATURE = ['id', 'timeStamp', 'by', 'approvedBy', 'codeSealed'];

/** Upserts of index rows read from the ledger. */
export function sqliteRebuild(
  parts: SqliteParts,
  typeChanges: TypeChanges,
  continueStatusListsAfter: (list: number) => Promise<void>,
): RebuildStore {
  const { database, writer, keys } = parts;
  const licence = prepareUpsert(
    parts,
    'Licence',
    'identifier',
    [...FACTS_COLUMNS, 'sealEsId', 'sealActId'],
    KEPT_OF_LICENCE,
  );
  const seal = prepareUpsert(parts, 'Seal', 'esId', SEAL_COLUMNS, KEPT_OF_SEAL);
  const signature = prepareUpsert(
    parts,
    'SealSignature',
    'id',
    SIGNATURE_COLUMNS,
    KEPT_OF_SIGNATURE,
  );
  const documentsOf = database
    .prepare<[string], string>('SELECT documents FROM Licence WHERE identifier = ?')
    .pluck();
  /** The ledger does not say which files carry a token: what is known of the very same bytes stays. */
  const withTimeStamps = ({ identifier, documents }: LicenceFacts): LicenceFacts['documents'] => {
    const known = JSON.parse(documentsOf.get(identifier) ?? '[]') as LicenceFacts['documents']; // written by us
    return documents.map((one) => known.find(({ sha256 }) => sha256 === one.sha256) ?? one);
  };
  const setEarlier = database.prepare<[string, string]>(
    `UPDATE SealSignature SET earlierSha256 = ?, timeStamp = 'stamped' WHERE id = ?`,
  );
  const dropStages = database.prepare<[string]>('DELETE FROM Stage WHERE subject = ?');
  return {
    putLicence: (facts, sealing) =>
      writer.write(() => {
        licence.run({
          ...licenceRow({ ...facts, documents: withTimeStamps(facts) }),
          sealEsId: sealing?.esId ?? null,
          sealActId: sealing?.actId ?? null,
        });
        typeChanges.mark(facts.typeCode);
        dropStages.run(facts.identifier);
      }),
    putSeal: (entry, file) =>
      writer.write(() => {
        seal.run(sealRow(parts, entry, file));
      }),
    putSealSignature: (entry) =>
      writer.write(() => {
        signature.run(
          signatureRow(
            keys,
            { ...entry, codeText: null, by: null, approvedBy: null, timeStamp: 'none' },
            false,
          ),
        );
        if (entry.earlierSha256 !== undefined) setEarlier.run(entry.earlierSha256, entry.id);
      }),
    continueStatusListsAfter,
  };
}

function prepareUpsert(
  { database }: SqliteParts,
  table: string,
  key: string,
  columns: readonly string[],
  kept: readonly string[],
): { run(row: Row): unknown } {
  const updates = columns
    .filter((column) => !kept.includes(column))
    // A null from the ledger means that it does not say, not that there is nothing.
    .map((column) => `"${column}" = coalesce(excluded."${column}", "${table}"."${column}")`);
  const tail = `ON CONFLICT ("${key}") DO UPDATE SET ${updates.join(', ')}`;
  return prepareInsert(database, table, columns, tail);
}

function licenceRow(facts: LicenceFacts): Row {
  return {
    identifier: facts.identifier,
    listId: ulid(facts.createdAt),
    base: facts.base,
    typeCode: facts.typeCode,
    typeVersion: facts.typeVersion,
    issuer: facts.issuer,
    version: facts.version,
    state: facts.state,
    stagedFrom: null,
    holderHash: facts.holderHash,
    personId: null,
    validFrom: toStoredTime(facts.validFrom),
    validUntil: toStoredTimeOrNull(facts.validUntil),
    makerId: facts.makerId,
    approverId: facts.approverId,
    createdAt: toStoredTime(facts.createdAt),
    issuedAt: toStoredTimeOrNull(facts.issuedAt),
    documents: JSON.stringify(facts.documents),
    contentDigest: facts.contentDigest,
    statusList: facts.status?.list ?? null,
    statusIndex: facts.status?.index ?? null,
    ...ledgerColumns(facts.ledger),
    supersedes: facts.supersedes,
    supersededBy: facts.supersededBy,
  };
}
