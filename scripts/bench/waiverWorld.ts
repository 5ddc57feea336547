/** A city of the size that waivers are computed for, written straight into a store that no service has open. */
import { createHash } from 'node:crypto';
import Sqlite, { type Database } from 'better-sqlite3';
import { formatBase, formatIdentifier } from '@yinxin/chaincode/model';
import { readConfig } from '../../service/src/config.ts';
import { deriveKey, loadMasterKey } from '../../service/src/keys/masterKey.ts';
import { matterDefinition } from '../../service/src/matters/matterDefinition.ts';
import { deriveFieldKeys } from '../../service/src/store/fieldEncryption.ts';
import { DataKeys } from '../../service/src/store/sqlite/dataKeys.ts';
import { sealColumn } from '../../service/src/store/sqlite/licenceRows.ts';
import { prepareInsert, toStoredTime, type Row } from '../../service/src/store/sqlite/rows.ts';
import { ulid } from '../../service/src/ulid.ts';
import type { City } from './city.ts';

export interface WaiverWorldSize {
  readonly licences: number;
  readonly types: number;
  readonly matters: number;
  readonly materials: number;
  /** Holders whose licences are sealed as the service seals them; the others' are filled with as many bytes. */
  readonly readableHolders: number;
}

export interface WaiverWorld {
  readonly databasePath: string;
  /** Holders, by their code of type 999, with a matter that one of their licences is of use for. */
  readonly questions: readonly { readonly matter: string; readonly holderCode: string }[];
}

type TypeSample = Pick<City, 'typeCode' | 'fieldsAt'>;

const LICENCES_A_HOLDER = 4;
const ROWS_A_TRANSACTION = 50_000;
const DAY_MS = 86_400_000;
const ASKED_FIELDS = ['principal', 'premises', 'holderName'];
const FILLING = Buffer.alloc(420, 1);

/** @param city - of the same store: its first type is what the others are copied from. */
export async function writeWaiverWorld(
  dataDir: string,
  city: TypeSample,
  size: WaiverWorldSize,
): Promise<WaiverWorld> {
  const config = readConfig({ YINXIN_DATA_DIR: dataDir });
  const masterKey = await loadMasterKey(config.masterKeyFile);
  const keys = deriveFieldKeys(deriveKey(masterKey, 'yinxin/store/v1'));
  const databasePath = config.databaseUrl.replace(/^file:/, '');
  const database = new Sqlite(databasePath);
  database.pragma('synchronous = OFF'); // a generator that dies begins anew
  try {
    const types = writeTypes(database, city.typeCode, size.types);
    writeMatters(database, types, size);
    const holders = Array.from({ length: size.readableHolders }, (_, i) => `BENCH-${i}`);
    const dataKeys = new DataKeys(database, keys);
    withoutIndexes(database, () => {
      writeLicences(database, { city, types, holders, dataKeys, count: size.licences });
    });
    return { databasePath, questions: questionsOf(database, types, holders) };
  } finally {
    database.close();
  }
}

/** @returns codes: the one given and copies of it. */
function writeTypes(database: Database, typeCode: string, count: number): readonly string[] {
  const copy = database.prepare<[string, string, string]>(
    `INSERT INTO LicenceType (typeCode, version, name, issuer, definition, updatedAt)
     SELECT ?, 1, name || ?, issuer, definition, updatedAt FROM LicenceType WHERE typeCode = ?
     ORDER BY version DESC LIMIT 1`,
  );
  const copies = Array.from({ length: count - 1 }, (_, i) => {
    const code = `${typeCode.slice(0, 18)}B${i.toString(36).toUpperCase().padStart(2, '0')}`;
    copy.run(code, String(i), typeCode);
    return code;
  });
  return [typeCode, ...copies];
}

function writeMatters(database: Database, types: readonly string[], size: WaiverWorldSize): void {
  const insert = database.prepare<[string, string, string, string]>(
    'INSERT INTO Matter (code, version, name, definition, updatedAt) VALUES (?, 1, ?, ?, ?)',
  );
  const planned = `${types[0]?.slice(0, 18) ?? ''}P`;
  const typeAt = (place: number): string =>
    place % 7 === 0
      ? `${planned}${String(place % 20).padStart(2, '0')}`
      : (types[place % types.length] ?? '');
  const codes = Array.from({ length: size.matters }, (_, i) => `BENCH-${i}`);
  database.transaction(() => {
    for (const [i, code] of codes.entries()) {
      const definition = matterDefinition.parse({
        yearlyCases: (i % 97) * 10,
        materials: Array.from({ length: size.materials }, (_, j) => ({
          ...{ code: `m${j}`, name: `材料${j}` },
          source: j === 0 ? 'sharedData' : 'applicant',
          standIns: [...new Set([typeAt(i * 13 + j), typeAt(i * 7 + 3 * j + 1)])].map(
            (typeCode) => ({ typeCode, fields: ASKED_FIELDS }),
          ),
        })),
      });
      insert.run(code, `事项${i}`, JSON.stringify(definition), toStoredTime(new Date()));
    }
  })();
}

/** The types of a holder's licences follow from the order in which they were written. */
function questionsOf(
  database: Database,
  types: readonly string[],
  holders: readonly string[],
): WaiverWorld['questions'] {
  const byType = new Map<string, string[]>();
  const matters = database
    .prepare<[], { code: string; definition: string }>(
      `SELECT code, definition FROM Matter WHERE code LIKE 'BENCH-%'`,
    )
    .all();
  for (const { code, definition } of matters) {
    for (const [found] of definition.matchAll(/[0-9A-Z]{21}/g))
      byType.set(found, [...(byType.get(found) ?? []), code]);
  }
  return holders.flatMap((holderCode, place) => {
    const asking = byType.get(typeOf(types, place * LICENCES_A_HOLDER)) ?? [];
    const matter = asking[place % asking.length];
    return matter === undefined ? [] : [{ matter, holderCode }];
  });
}

/** Many rows are written several times faster where each index is made once, afterwards. */
function withoutIndexes(database: Database, work: () => void): void {
  const indexes = database
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_master
       WHERE type = 'index' AND tbl_name = 'Licence' AND sql IS NOT NULL`,
    )
    .all();
  for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`);
  work();
  for (const { sql } of indexes) database.exec(sql);
}

interface LicenceOrder {
  readonly city: TypeSample;
  readonly types: readonly string[];
  readonly holders: readonly string[];
  readonly dataKeys: DataKeys;
  readonly count: number;
}

function writeLicences(database: Database, order: LicenceOrder): void {
  const now = new Date();
  const columns = Object.keys(licenceRow(order, order.count, now));
  const insert = prepareInsert(database, 'Licence', columns);
  const writeSome = database.transaction((from: number, until: number) => {
    for (let i = from; i < until; i += 1) insert.run(licenceRow(order, i, now));
  });
  for (let from = 0; from < order.count; from += ROWS_A_TRANSACTION)
    writeSome(from, Math.min(order.count, from + ROWS_A_TRANSACTION));
}

function typeOf(types: readonly string[], licence: number): string {
  return types[(licence * 31 + Math.floor(licence / LICENCES_A_HOLDER)) % types.length] ?? '';
}

/** Most are in force; some ended, are suspended or have not begun. */
function licenceRow({ city, types, holders, dataKeys }: LicenceOrder, i: number, now: Date): Row {
  const typeCode = typeOf(types, i);
  const issuer = typeCode.slice(0, 18);
  const serial = `BENCH${String(i).padStart(9, '0')}`;
  const identifier = formatIdentifier({ typeCode, issuer, serial, version: 1 });
  const validFrom = new Date(now.getTime() - ((i % 1500) - 10) * DAY_MS);
  const validUntil = new Date(validFrom.getTime() + 1825 * DAY_MS);
  const at = toStoredTime(now);
  return {
    ...{ identifier, listId: ulid(now), base: formatBase({ typeCode, issuer, serial }) },
    ...{ typeCode, typeVersion: 1, issuer, version: 1, documents: '[]' },
    state: i % 20 === 7 ? 'suspended' : i % 20 === 11 ? 'revoked' : 'issued',
    ...holderColumns({ city, holders, dataKeys }, { i, identifier, now }),
    ...{ validFrom: toStoredTime(validFrom), validUntil: toStoredTime(validUntil) },
    ...{ createdAt: at, issuedAt: at, operation: 'issue' },
  };
}

function holderColumns(
  { city, holders, dataKeys }: Pick<LicenceOrder, 'city' | 'holders' | 'dataKeys'>,
  { i, identifier, now }: Readonly<{ i: number; identifier: string; now: Date }>,
): Row {
  const place = Math.floor(i / LICENCES_A_HOLDER);
  const code = holders[place];
  if (code === undefined) {
    const holderHash = createHash('sha256').update(String(place)).digest('hex');
    return { holderHash, personId: null, holderSealed: null, fieldsSealed: FILLING };
  }
  const holder = { name: `持证人${place}`, code, codeType: '999' };
  const { personId, holderHash, key } = dataKeys.ensure(holder, now);
  return {
    ...{ holderHash, personId },
    holderSealed: sealColumn(key, 'holderSealed', identifier, holder),
    fieldsSealed: sealColumn(key, 'fieldsSealed', identifier, city.fieldsAt(i)),
  };
}
