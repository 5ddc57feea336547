import { mkdir } from 'node:fs/promises';
import { authorityDirectory } from './authorities/authorityDirectory.ts';
import { registerAuthority, type AuthorityParts } from './authorities/registerAuthority.ts';
import type { RevokedRegister } from './certificates/parts.ts';
import { statusUrls } from './certificates/statusUrls.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { assertHostFits } from './credentials/documentCode.ts';
import { threadedPress } from './documents/threadedPress.ts';
import { threadedReader } from './documents/visible/threadedReader.ts';
import type { ValidationSource } from './documents/pdf/longTermData.ts';
import { createValidationSource } from './documents/pdf/validationSource.ts';
import { ImportRunner } from './imports/importRunner.ts';
import { createFileKeyStore } from './keys/fileKeyStore.ts';
import { deriveKey, loadMasterKey } from './keys/masterKey.ts';
import { keysTouchedBy } from './ledger/actKeys.ts';
import { GroupCommit } from './ledger/groupCommit.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { EndorsementTrust } from './ledger/proofTrust.ts';
import { INSTALLATION_ACTOR } from './ledger/signAct.ts';
import { watchLedger } from './ledgerWatch.ts';
import type { LicenceParts } from './licences/parts.ts';
import { statusListPublisher, type StatusListPublisher } from './licences/statusLists.ts';
import {
  openCertificates,
  readRevoked,
  trustFileWriter,
  type CertificateService,
} from './openCertificates.ts';
import { openTimeStamping } from './openTimeStamping.ts';
import { openLedger, readOrganisations, type LedgerOrganisations } from './openLedger.ts';
import { openTrustList } from './openTrustList.ts';
import { createHttpStatusSource } from './outbound/httpStatusSource.ts';
import { openCityPki, type CityPki } from './pki/cityPki.ts';
import { judgeFitness } from './pki/profiles.ts';
import type { TimeStampingAuthority } from './pki/timeStamp/timeStampingAuthority.ts';
import { parseTrustStore } from './pki/trustStore.ts';
import { followLedger } from './rebuild/followLedger.ts';
import { stampCheckpoint } from './proofs/stampCheckpoint.ts';
import { repairTimeStamps } from './repairTimeStamps.ts';
import { settleStages } from './recovery.ts';
import { sealOpener } from './sealing/issuingSeal.ts';
import { createSealUses } from './sealing/sealUses.ts';
import type { SealParts } from './seals/parts.ts';
import { deriveFieldKeys } from './store/fieldEncryption.ts';
import { openStore } from './store/prismaStore.ts';
import type { Page, Seal, Stage, Store } from './store/store.ts';
import { createCurrentTrust, type CurrentTrust } from './trust/currentTrust.ts';
import type { TrustParts } from './trust/parts.ts';
import { createRevocationCache } from './trust/revocationCache.ts';
import { recognisedTrust } from './trust/trustList.ts';
import { startAnchoring } from './usage/anchorUses.ts';
import type { VerificationParts } from './verification/parts.ts';
import { sealPictures } from './verification/visible/sealPictures.ts';

/** Told of what goes wrong in the background; identifiers only. */
export interface ServiceLog {
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** The service without its HTTP face: what main, commands and tests work with. */
export interface Service {
  readonly clock: Clock;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly pki: CityPki;
  readonly licences: LicenceParts;
  readonly seals: SealParts;
  readonly verification: VerificationParts;
  readonly trust: CurrentTrust;
  readonly certificates: CertificateService;
  readonly trustParts: TrustParts;
  readonly authorities: AuthorityParts;
  readonly imports: ImportRunner;
  readonly publishStatusList: StatusListPublisher;
  readonly timeStampingAuthority: TimeStampingAuthority;
  /** Stamps files that no time-stamping authority was in reach for. @returns how many. */
  readonly stampPending: () => Promise<number>;
  readonly publicUrl: string;
  /** Whether the ledger could record an act when it was last asked. */
  readonly isLedgerUp: () => boolean;
  /** Starts anchoring uses, retrying stages and going on with imports. */
  startJobs(): void;
  /** Finishes what is under way and closes store and ledger. */
  close(): Promise<void>;
}

const ANCHOR_INTERVAL_MS = 1000;
const FOLLOW_INTERVAL_MS = 500;
const RETRY_INTERVAL_MS = 5000;
const OVERDUE_MS = 30_000;
const WATCH_INTERVAL_MS = 10_000;
const STAMP_INTERVAL_MS = 15_000;
const CHECKPOINT_INTERVAL_MS = 600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The client of Fabric itself sends an unknown transaction again for half a minute: that is what a caller waits. */
const FABRIC_TRIES = 1;

/**
 * Builds every adapter from the configuration: keys, store, ledger, certificates; settles what an earlier process left
 * undone.
 *
 * @param publicUrl - origin that goes into codes.
 * @throws ServiceError `CONFIGURATION_INVALID`, `LEDGER_UNAVAILABLE` (another process has the data directory),
 * `LEDGER_CORRUPT`, `STORE_UNAVAILABLE`.
 */
export async function openService(
  config: Config,
  world: Readonly<{ clock: Clock; log: ServiceLog; publicUrl: string }>,
): Promise<Service> {
  const { clock, log, publicUrl } = world;
  assertHostFits(publicUrl);
  const { pki, ledger, store, organisations, revoked } = await openAdapters(config, world);
  const recorder = new GroupCommit(ledger, {
    slots: config.ledgerSlots,
    maxActs: config.ledgerBatch,
    keysTouched: keysTouchedBy(await sealsCountedByDay(store)),
    ...(config.ledger === 'embedded' ? {} : { maxTries: FABRIC_TRIES }),
  });
  const authorities: AuthorityParts = { clock, store, ledger, recorder, pki };
  await registerOperator(authorities, config.operator);
  const { signersOf, findCodeSigners, forget } = authorityDirectory(authorities);
  const sealUses = createSealUses(ledger);
  const common = { clock, store, ledger, recorder, publicUrl, signersOf, sealUses };
  const openSeal = sealOpener(store.seals);
  let operator = await signersOf(config.operator.creditCode);
  const keepStage = (stage: Stage, error: unknown): void => {
    log.warn({ stage: stage.id, act: stage.act.act.act, error: codeOf(error) }, 'stage kept');
  };
  await settleStages({ store, ledger, recorder }, await store.stages.takeOver(), keepStage);
  const isShared = ledger.mode !== 'embedded'; // other services may write to it
  if (isShared) await followLedger({ ledger, store });
  const jobs = backgroundJobs((error) => {
    log.warn({ error: codeOf(error) }, 'background round failed');
  });
  const watch = watchLedger(ledger, log);
  const trust = createCurrentTrust(pki);
  const certificates = await openCertificates({
    ...{ clock, store, pki, trust, revoked, operator: config.operator.creditCode },
    async replaceKeys(creditCode) {
      forget();
      if ((await store.organisations.find(creditCode)) === null) return;
      const signers = await signersOf(creditCode);
      if (creditCode === config.operator.creditCode) operator = signers;
    },
    writeTrustFiles: trustFileWriter(config.dataDir, organisations?.rootsPem ?? ''),
    onFailure(error) {
      log.warn({ error: codeOf(error) }, 'revoked keys not replaced yet');
    },
  });
  const publishStatusList = statusListPublisher({
    ...{ clock, store, publicUrl },
    get signer() {
      return operator.credentialSigner;
    },
  });
  const { trustParts, settle: settleTrust } = await openTrustList(
    {
      ...{ clock, store, ledger, recorder, trust, signersOf, publicUrl, publishStatusList },
      ...{ operator: config.operator, bundleLifeMs: config.trustBundleDays * DAY_MS },
    },
    ({ id }, error) => {
      log.warn({ proposal: id, error: codeOf(error) }, 'trust proposal kept');
    },
  );
  const stamping = await openTimeStamping(config, { clock, pki, trust });
  const { authority: timeStampingAuthority, timeStamper } = stamping;
  const gathering = openStatusGatherer(config, { clock, trust });
  const press = threadedPress();
  const reader = threadedReader();
  const licences: LicenceParts = {
    ...{ ...common, openSeal, press, timeStamper },
    get intermediatesPem() {
      return pki.intermediatesPem;
    },
  };
  const imports = new ImportRunner(licences, (id, error) => {
    log.warn({ import: id, error: codeOf(error) }, 'import interrupted');
  });
  const seals: SealParts = {
    ...common,
    openSeal,
    sealMaker: pki.sealMaker,
    personalSigner: (person, algorithm) => pki.personalSigner(person, algorithm),
    timeStamper,
    validationSource: sourceOfProofs({ clock, trust, ...gathering }),
  };
  const stampPending = async (): Promise<number> =>
    timeStamper === null
      ? 0
      : await repairTimeStamps({ clock, store, licences, seals, timeStamper }, (file, error) => {
          log.warn({ ...file, error: codeOf(error) }, 'file not stamped');
        });
  return {
    ...{ clock, store, ledger, pki, authorities, licences, imports, publicUrl, trust, trustParts },
    certificates,
    seals,
    stampPending,
    timeStampingAuthority,
    verification: {
      ...{ clock, ledger, store, findCodeSigners },
      get trust() {
        return trust.own;
      },
      prepareTrust: certificates.keepCrlsFresh,
      ...gathering,
      recognition: recognisedTrust(trust, trustParts.trustList),
      visible: { reader, pictures: sealPictures({ seals: store.seals, reader, openSeal }) },
      ...(organisations === null ? {} : { endorsement: endorsementTrust(organisations) }),
    },
    isLedgerUp: watch.isUp,
    publishStatusList,
    startJobs() {
      const anchoring = {
        ...{ clock, recorder, usage: store.usage, operator: config.operator.creditCode },
        get signer() {
          return operator.act;
        },
      };
      jobs.add(
        startAnchoring(anchoring, ANCHOR_INTERVAL_MS, (error) => {
          log.warn({ error: codeOf(error) }, 'uses not anchored yet');
        }),
      );
      if (isShared) {
        jobs.every(FOLLOW_INTERVAL_MS, async () => {
          await followLedger({ ledger, store });
        });
      }
      jobs.every(WATCH_INTERVAL_MS, watch.look);
      jobs.every(HOUR_MS, async () => {
        await store.sessions.removeExpired(clock.now());
      });
      jobs.every(HOUR_MS, async () => {
        await certificates.keepCrlsFresh();
        operator = await signersOf(config.operator.creditCode); // keys have generations
      });
      if (timeStamper !== null) {
        jobs.every(STAMP_INTERVAL_MS, async () => {
          await stampPending();
        });
        jobs.every(CHECKPOINT_INTERVAL_MS, async () => {
          await stampCheckpoint({ clock, ledger, store, timeStamper });
        });
      }
      jobs.every(RETRY_INTERVAL_MS, async () => {
        const overdue = await store.stages.overdue(new Date(clock.now().getTime() - OVERDUE_MS));
        await settleStages({ store, ledger, recorder }, overdue, keepStage);
        await settleTrust();
        await imports.resume();
      });
    },
    async close() {
      await Promise.all([jobs.stop(), imports.stop()]);
      await recorder.close();
      await press.close();
      await reader.close();
      await store.close();
      await ledger.close();
    },
  };
}

/** By default only those are asked whose CA two people put on the trust list, wherever they live. */
function openStatusGatherer(
  { revocationFetch }: Config,
  { clock, trust }: Readonly<{ clock: Clock; trust: CurrentTrust }>,
): Pick<VerificationParts, 'statusGatherer' | 'asksRecognisedOnly'> {
  if (revocationFetch === 'off') return {};
  const source = createHttpStatusSource({ allowsPrivate: revocationFetch !== 'on' });
  return {
    statusGatherer: createRevocationCache({ clock, source, trust }),
    asksRecognisedOnly: revocationFetch === 'recognised',
  };
}

/** Our own lists are at hand; others are asked where their CA is on the trust list or stamps for us. */
function sourceOfProofs({
  clock,
  trust,
  statusGatherer,
}: Readonly<{ clock: Clock; trust: CurrentTrust }> &
  Pick<VerificationParts, 'statusGatherer'>): ValidationSource {
  return createValidationSource({
    clock,
    trust: () => trust.current,
    async gather(asked) {
      const foreign = asked.filter(({ anchor }) => trust.current.scopes?.has(anchor.fingerprint));
      if (foreign.length > 0) await statusGatherer?.gather(foreign);
    },
  });
}

function endorsementTrust({ channel, chaincode, rootsPem }: LedgerOrganisations): EndorsementTrust {
  return { channel, chaincode, anchors: parseTrustStore(rootsPem).anchors };
}

interface Adapters {
  readonly pki: CityPki;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly organisations: LedgerOrganisations | null;
  readonly revoked: RevokedRegister;
}

async function openAdapters(
  config: Config,
  { clock, publicUrl }: Readonly<{ clock: Clock; publicUrl: string }>,
): Promise<Adapters> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const masterKey = await loadMasterKey(config.masterKeyFile);
  const store = await openStore({
    url: config.databaseUrl,
    fieldKeys: deriveFieldKeys(deriveKey(masterKey, 'yinxin/store/v1')),
    clock,
  });
  try {
    const revoked = await readRevoked(store.revocations);
    const pki = await openCityPki({
      keyStore: createFileKeyStore({ folder: config.keysDir, masterKey, clock, judgeFitness }),
      ...{ clock, revoked, operator: config.operator, statusUrls: statusUrls(publicUrl) },
    });
    const origin = `${new URL(publicUrl).host}/ledger`;
    const organisations = await readOrganisations(config);
    const ledger = await openLedger(config, { clock, node: pki.node, origin });
    return { pki, ledger, store, organisations, revoked };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function sealsCountedByDay({ seals }: Store): Promise<readonly string[]> {
  const counted: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Seal> = await seals.list(
      {},
      { limit: 200, ...(cursor === null ? {} : { cursor }) },
    );
    for (const { esId, mandate } of page.items) if (mandate.usesPerDay !== null) counted.push(esId);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return counted;
}

async function registerOperator(
  parts: AuthorityParts,
  operator: Config['operator'],
): Promise<void> {
  await registerAuthority(parts, {
    organisation: { ...operator, parent: null, kind: 'operator' },
    roles: ['registrar', 'operator'],
    registrar: operator.creditCode,
    maker: INSTALLATION_ACTOR,
  });
}

interface BackgroundJobs {
  add(stop: () => Promise<void>): void;
  /** Runs a job again and again, never twice at once; a failed round is reported. */
  every(intervalMs: number, run: () => Promise<void>): void;
  stop(): Promise<void>;
}

function backgroundJobs(onFailure: (error: unknown) => void): BackgroundJobs {
  const stops: (() => Promise<void>)[] = [];
  return {
    add: (stop) => void stops.push(stop),
    every(intervalMs, run) {
      let running: Promise<void> | null = null;
      const timer = setInterval(() => {
        running ??= run()
          .catch(onFailure)
          .finally(() => (running = null));
      }, intervalMs);
      stops.push(async () => {
        clearInterval(timer);
        await running;
      });
    },
    async stop() {
      await Promise.all(stops.splice(0).map((stop) => stop()));
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
