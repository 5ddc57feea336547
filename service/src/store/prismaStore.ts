import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite, { type Database } from 'better-sqlite3';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { FieldKeys } from './fieldEncryption.ts';
import { GroupWriter } from './groupWriter.ts';
import { applyMigrations, committedMigrations } from './migrations.ts';
import { prismaAccounts } from './prisma/accounts.ts';
import { prismaLicenceTypes } from './prisma/catalogue.ts';
import { PrismaClient } from './prisma/client.ts';
import { prismaMeta } from './prisma/meta.ts';
import { prismaOrganisations, prismaWindows } from './prisma/organisations.ts';
import { prismaTrustProposals } from './prisma/trustProposals.ts';
import { prismaStampedCheckpoints } from './prisma/stampedCheckpoints.ts';
import { prismaRevocations } from './prisma/revocations.ts';
import { CONNECTION_PRAGMAS, safeSqlite } from './safeSqlite.ts';
import { DataKeys } from './sqlite/dataKeys.ts';
import { FileRows } from './sqlite/files.ts';
import {
  findLicenceType,
  findOrganisation,
  findWindow,
  licenceTypeRevision,
} from './sqlite/hotReads.ts';
import { registerOwner } from './sqlite/owners.ts';
import type { SqliteParts } from './sqlite/parts.ts';
import { sqliteErasures } from './sqlite/sqliteErasures.ts';
import { sqliteGrants } from './sqlite/sqliteGrants.ts';
import { sqliteAccountLists } from './sqlite/accountLists.ts';
import { sqliteAdministration } from './sqlite/sqliteAdministration.ts';
import { sqliteFigures } from './sqlite/sqliteFigures.ts';
import { sqliteHolders } from './sqlite/sqliteHolders.ts';
import { sqliteCases } from './sqlite/sqliteCases.ts';
import { sqliteHolderMaterials } from './sqlite/sqliteHolderMaterials.ts';
import { sqliteImports } from './sqlite/sqliteImports.ts';
import { sqliteLicences } from './sqlite/sqliteLicences.ts';
import { NoticeRows } from './sqlite/noticeRows.ts';
import { sqliteNotices } from './sqlite/sqliteNotices.ts';
import { sqliteObjections } from './sqlite/sqliteObjections.ts';
import { sqliteMatters } from './sqlite/sqliteMatters.ts';
import { sqlitePersonalSignatures } from './sqlite/sqlitePersonalSignatures.ts';
import { ReceiptRows, sqliteReceipts } from './sqlite/sqliteReceipts.ts';
import { RecallRows, sqliteRecalls } from './sqlite/sqliteRecalls.ts';
import { sqliteReliance } from './sqlite/sqliteReliance.ts';
import { sqliteRebuild } from './sqlite/sqliteRebuild.ts';
import { sqlitePresentations } from './sqlite/sqlitePresentations.ts';
import { sqliteSealApplications, sqliteSealingRequests } from './sqlite/sqliteSealLife.ts';
import { sqliteSealings } from './sqlite/sqliteSealings.ts';
import { sqliteSeals } from './sqlite/sqliteSeals.ts';
import { sqliteIdempotency, sqliteSessions } from './sqlite/sqliteSessions.ts';
import { PendingRows, sqliteTimeStamps } from './sqlite/sqliteTimeStamps.ts';
import { sqliteUsage, UsageRows } from './sqlite/sqliteUsage.ts';
import { sqliteWaivers } from './sqlite/sqliteWaivers.ts';
import { sqliteSystems } from './sqlite/sqliteSystems.ts';
import { sqliteStages, StageRows } from './sqlite/stages.ts';
import { TypeChanges } from './sqlite/typeChanges.ts';
import { WishRows } from './sqlite/wishRows.ts';
import { sqliteStatus } from './sqlite/statusPlaces.ts';
import type { Store } from './store.ts';
import { walCheckpoints } from './walCheckpoints.ts';
import { walSync, type WalSync } from './walSync.ts';
import { WriteLock } from './writeLock.ts';

const BUSY_TIMEOUT_MS = 5000;

export interface StoreOptions {
  /** `file:` URL or path of the SQLite file; made when missing, readable by its owner alone. */
  readonly url: string;
  readonly fieldKeys: FieldKeys;
  readonly clock: Clock;
  /** Whether notices to holders are delivered to somewhere; by default they are for their inboxes only. */
  readonly deliversNotices?: boolean;
}

/**
 * Opens the store and brings its tables up to date.
 *
 * Cold paths go through Prisma, hot ones through prepared statements on one writing connection; both take one lock.
 *
 * @param syncOf - brings the file's write-ahead log to the disk.
 * @throws ServiceError `CONFIGURATION_INVALID` for a URL of another kind or a master key that is not this store's;
 * `STORE_UNAVAILABLE` when the file cannot be opened or synced, or its migrations do not fit.
 */
export async function openStore(
  options: StoreOptions,
  syncOf: (path: string) => WalSync = walSync,
): Promise<Store> {
  const path = pathOf(options.url);
  const database = openDatabase(path, options.clock.now());
  assertSameKeys(database, options.fieldKeys);
  const wal = await openWal(syncOf(path), database);
  const lock = new WriteLock();
  const prisma = new PrismaClient({ adapter: safeSqlite(path, lock) });
  await prisma.$connect();
  const checkpoints = walCheckpoints(path, lock, () =>
    database.pragma('wal_autocheckpoint = 1000'),
  );
  const writer = new GroupWriter(database, lock, async () => {
    await wal.sync();
    void checkpoints.afterCommit();
  });
  const owner = registerOwner(database, path, options.clock);
  const parts: SqliteParts = {
    database,
    writer,
    keys: options.fieldKeys,
    dataKeys: new DataKeys(database, options.fieldKeys),
    clock: options.clock,
    ownerId: owner.id,
  };
  const files = new FileRows(database, parts.keys, parts.dataKeys);
  const stages = new StageRows(database, owner.id);
  const typeChanges = new TypeChanges(database);
  const pending = new PendingRows(database);
  const wishes = new WishRows(database, files);
  const notices = new NoticeRows(database, options.clock, options.deliversNotices === true);
  const usageRows = new UsageRows(parts, notices);
  const receiptRows = new ReceiptRows(parts);
  const status = sqliteStatus(parts);
  const ping = database.prepare('SELECT 1');
  return {
    organisations: { ...prismaOrganisations(prisma), find: findOrganisation(database) },
    accounts: { ...prismaAccounts(prisma, parts.keys), ...sqliteAccountLists(parts) },
    administration: sqliteAdministration(parts),
    windows: { ...prismaWindows(prisma), find: findWindow(database) },
    sessions: sqliteSessions(parts),
    idempotency: sqliteIdempotency(parts, owner),
    holders: sqliteHolders(parts, typeChanges),
    licenceTypes: {
      ...prismaLicenceTypes(prisma),
      find: findLicenceType(database),
      revision: licenceTypeRevision(database),
    },
    matters: sqliteMatters(parts),
    waivers: sqliteWaivers(parts, path),
    licences: sqliteLicences(parts, { files, stages, pending, typeChanges, notices }),
    stages: sqliteStages(parts, owner, { stages, recalls: new RecallRows(database) }),
    status,
    seals: sqliteSeals(parts, { files, stages, pending, wishes }),
    sealApplications: sqliteSealApplications(parts),
    sealingRequests: sqliteSealingRequests(parts, files),
    sealings: sqliteSealings(parts),
    personalSignatures: sqlitePersonalSignatures(parts, files),
    revocations: prismaRevocations(prisma),
    usage: sqliteUsage(parts, usageRows),
    figures: sqliteFigures(path),
    reliance: sqliteReliance(parts),
    receipts: sqliteReceipts(parts, receiptRows),
    grants: sqliteGrants(parts, usageRows),
    presentations: sqlitePresentations(parts, { usage: usageRows, receipts: receiptRows }),
    cases: sqliteCases(parts),
    holderMaterials: sqliteHolderMaterials(parts, files),
    systems: sqliteSystems(parts),
    imports: sqliteImports(parts, owner),
    trustProposals: prismaTrustProposals(prisma),
    timeStamps: sqliteTimeStamps(parts, pending),
    stampedCheckpoints: prismaStampedCheckpoints(prisma),
    objections: sqliteObjections(parts, notices),
    recalls: sqliteRecalls(parts),
    erasures: sqliteErasures(parts, notices),
    notices: sqliteNotices(parts),
    meta: prismaMeta(prisma),
    rebuild: sqliteRebuild(parts, typeChanges, (list) => status.continueAfter(list)),
    size: async () => await Promise.resolve({ kind: 'sqlite', bytes: bytesOf(path) }),
    ping: async () => {
      if (lock.failure !== null) throw lock.failure;
      try {
        await Promise.resolve(ping.get());
      } catch (cause) {
        throw new ServiceError('STORE_UNAVAILABLE', 'the store did not answer', { cause });
      }
    },
    close: async () => {
      await writer.close();
      await prisma.$disconnect();
      owner.release();
      await checkpoints.close();
      await wal.close();
      database.close();
    },
  };
}

/** Of the database with the write-ahead log beside it. */
function bytesOf(path: string): number {
  return [path, `${path}-wal`]
    .map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

function pathOf(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url);
  const path = url.replace(/^file:/, '');
  if (path === '' || path === ':memory:' || /^[a-z]{2,}:/i.test(path))
    throw new ServiceError('CONFIGURATION_INVALID', 'the store takes the URL of a SQLite file');
  return path;
}

function openDatabase(path: string, at: Date): Database {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    const database = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS });
    if (database.pragma('journal_mode = WAL', { simple: true }) !== 'wal')
      throw new ServiceError('STORE_UNAVAILABLE', 'the store’s file takes no write-ahead log');
    applyMigrations(database, committedMigrations(), at);
    for (const pragma of CONNECTION_PRAGMAS) database.pragma(pragma);
    database.pragma('synchronous = NORMAL'); // the group writer syncs, beside the event loop
    // What is removed (data keys, drafts) is overwritten, not just unlinked.
    database.pragma('secure_delete = ON');
    return database;
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    throw new ServiceError('STORE_UNAVAILABLE', 'the store’s file cannot be opened', { cause });
  }
}

/** What a process left behind that was killed between a commit and its sync: whoever reads it may rely on it. */
async function openWal(wal: WalSync, database: Database): Promise<WalSync> {
  try {
    await wal.sync();
    return wal;
  } catch (cause) {
    await wal.close();
    database.close();
    throw new ServiceError('STORE_UNAVAILABLE', 'the store’s file cannot be synced', { cause });
  }
}

/** A store opened with another master key would seal what nobody can open later; so the key leaves a mark. */
function assertSameKeys(database: Database, keys: FieldKeys): void {
  const mark = keys.keyedHash('store-mark', 'v1');
  database
    .prepare(`INSERT INTO Meta (name, value) VALUES ('keys.mark', ?) ON CONFLICT DO NOTHING`)
    .run(mark);
  const found = database.prepare(`SELECT value FROM Meta WHERE name = 'keys.mark'`).pluck().get();
  if (found === mark) return;
  database.close();
  throw new ServiceError('CONFIGURATION_INVALID', 'the store was made with another master key');
}
