import { authorityDirectory } from '../authorities/authorityDirectory.ts';
import { importedSigners, type ImportedSigners } from '../authorities/importedSigners.ts';
import { registerAuthority, type AuthorityParts } from '../authorities/registerAuthority.ts';
import { backgroundJobs } from './backgroundJobs.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { assertHostFits } from '../credentials/documentCode.ts';
import { threadedPress } from '../documents/threadedPress.ts';
import { threadedReader } from '../documents/visible/threadedReader.ts';
import { jobRegister } from '../health/jobRegister.ts';
import type { Vitals } from '../health/readHealth.ts';
import { ImportRunner } from '../imports/importRunner.ts';
import { keysTouchedBy } from '../ledger/actKeys.ts';
import { GroupCommit } from '../ledger/groupCommit.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { EndorsementTrust } from '../ledger/proofTrust.ts';
import { INSTALLATION_ACTOR } from '../ledger/signAct.ts';
import { watchLedger } from './ledgerWatch.ts';
import type { LicenceParts } from '../licences/parts.ts';
import { statusListPublisher, type StatusListPublisher } from '../licences/statusLists.ts';
import { openAdapters } from './openAdapters.ts';
import { openReceipts } from './openReceipts.ts';
import { openCertificates, trustFileWriter, type CertificateService } from './openCertificates.ts';
import { openPresentations } from './openPresentations.ts';
import { openNotices } from './openNotices.ts';
import { openIdentity } from './openIdentity.ts';
import { openTimeStamping } from './openTimeStamping.ts';
import type { LedgerOrganisations } from './openLedger.ts';
import { openStatusGatherer, sourceOfProofs, statusAsker } from './openStatusSources.ts';
import { openTrustList } from './openTrustList.ts';
import type { IdentitySettings } from '../people/identityProvider.ts';
import type { CityPki } from '../pki/cityPki.ts';
import type { TimeStampingAuthority } from '../pki/timeStamp/timeStampingAuthority.ts';
import { parseTrustStore } from '../pki/trustStore.ts';
import type { PresentationParts } from '../presentations/parts.ts';
import type { ReceiptParts } from '../receipts/receipt.ts';
import { followLedger } from '../rebuild/followLedger.ts';
import { repairTimeStamps } from './repairTimeStamps.ts';
import { settleStages } from './recovery.ts';
import { sealOpener } from '../sealing/issuingSeal.ts';
import { startServiceJobs } from './serviceJobs.ts';
import { createSealUses } from '../sealing/sealUses.ts';
import type { SealParts } from '../seals/parts.ts';
import { everyItem } from '../store/page.ts';
import type { Stage, Store } from '../store/store.ts';
import { createCurrentTrust, type CurrentTrust } from '../trust/currentTrust.ts';
import type { TrustParts } from '../trust/parts.ts';
import { recognisedTrust } from '../trust/trustList.ts';
import type { VerificationParts } from '../verification/parts.ts';
import { sealPictures } from '../verification/visible/sealPictures.ts';

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
  readonly receipts: ReceiptParts;
  readonly verification: VerificationParts;
  readonly presentations: PresentationParts;
  readonly trust: CurrentTrust;
  readonly certificates: CertificateService;
  readonly trustParts: TrustParts;
  readonly identity: IdentitySettings;
  readonly authorities: AuthorityParts;
  readonly documentSigners: ImportedSigners;
  readonly imports: ImportRunner;
  readonly publishStatusList: StatusListPublisher;
  readonly timeStampingAuthority: TimeStampingAuthority;
  /** Stamps files that no time-stamping authority was in reach for. @returns how many. */
  readonly stampPending: () => Promise<number>;
  readonly publicUrl: string;
  /** Whether the ledger could record an act when it was last asked. */
  readonly isLedgerUp: () => boolean;
  /** What this process knows of itself. */
  readonly vitals: Vitals;
  /** Starts anchoring uses, retrying stages and going on with imports. */
  startJobs(): void;
  /** Finishes what is under way and closes store and ledger. */
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
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
  const identity = await openIdentity(config, world);
  const noticeSender = await openNotices(config, world);
  const { pki, importedKeys, ledger, store, organisations, revoked } = await openAdapters(
    config,
    world,
  );
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
  const warn = (
    error: unknown,
    message: string,
    facts: Readonly<Record<string, unknown>> = {},
  ): void => {
    log.warn({ ...facts, error: codeOf(error) }, message);
  };
  const keepStage = ({ id, act }: Stage, error: unknown): void => {
    warn(error, 'stage kept', { stage: id, act: act.act.act });
  };
  await settleStages({ store, ledger, recorder }, await store.stages.takeOver(), keepStage);
  const isShared = ledger.mode !== 'embedded'; // other services may write to it
  if (isShared) await followLedger({ ledger, store });
  const startedAt = clock.now();
  const runs = jobRegister(clock);
  const jobs = backgroundJobs(runs, (error) => {
    warn(error, 'background round failed');
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
      warn(error, 'revoked keys not replaced yet');
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
      warn(error, 'trust proposal kept', { proposal: id });
    },
  );
  const stamping = await openTimeStamping(config, { clock, pki, trust });
  const { authority: timeStampingAuthority, timeStamper } = stamping;
  const gathering = openStatusGatherer(config, { clock, trust });
  const documentSigners = importedSigners({
    ...{ clock, store, keys: importedKeys, ownKeys: () => pki.certifiedKeys() },
    async trust() {
      await trustParts.trustList.refresh();
      gathering.statusGatherer?.sweep();
      return trust.current;
    },
    gather: statusAsker({ trust, ...gathering }),
  });
  const press = threadedPress();
  const reader = threadedReader();
  const licences: LicenceParts = {
    ...{ ...common, openSeal, press, timeStamper },
    get intermediatesPem() {
      return pki.intermediatesPem;
    },
  };
  const imports = new ImportRunner(licences, (id, error) => {
    warn(error, 'import interrupted', { import: id });
  });
  const seals: SealParts = {
    ...common,
    openSeal,
    importedSigners: documentSigners,
    sealMaker: pki.sealMaker,
    async personalSigner(person, algorithm) {
      const signer = await pki.personalSigner(person, algorithm);
      for (const leaf of signer.certificationPath.slice(0, 1)) certificates.noteIssued(leaf);
      return signer;
    },
    ...{ timeStamper, textFinder: reader },
    validationSource: sourceOfProofs({ clock, trust, crls: certificates.parts.crls, ...gathering }),
  };
  const stampPending = async (): Promise<number> =>
    timeStamper === null
      ? 0
      : await repairTimeStamps({ clock, store, licences, seals, timeStamper }, (file, error) => {
          warn(error, 'file not stamped', { ...file });
        });
  const verification: VerificationParts = {
    ...{ clock, ledger, store, findCodeSigners },
    get trust() {
      return trust.own;
    },
    prepareTrust: certificates.keepCrlsFresh,
    ...gathering,
    recognition: recognisedTrust(trust, trustParts.trustList),
    visible: { reader, pictures: sealPictures({ seals: store.seals, reader, openSeal }) },
    ...(organisations === null ? {} : { endorsement: endorsementTrust(organisations) }),
  };
  const receipts = openReceipts({ seals, trust, operator: config.operator });
  return {
    ...{ clock, store, ledger, pki, authorities, licences, imports, publicUrl, trust, trustParts },
    ...{ certificates, documentSigners, identity },
    ...{ seals, receipts },
    stampPending,
    timeStampingAuthority,
    verification,
    presentations: openPresentations(config, { licences, verification }),
    isLedgerUp: watch.isUp,
    vitals: { startedAt, jobs: runs.list, timeStamping: stamping.health },
    publishStatusList,
    startJobs() {
      startServiceJobs(jobs, {
        ...{ clock, store, ledger, recorder, imports, watch, certificates, settleTrust },
        operator: config.operator.creditCode,
        operatorSigner: () => operator.act,
        async renewOperator() {
          operator = await signersOf(config.operator.creditCode); // keys have generations
        },
        ...{ receipts, timeStamper, noticeSender, stampPending, keepStage, warn },
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

function endorsementTrust({ channel, chaincode, rootsPem }: LedgerOrganisations): EndorsementTrust {
  return { channel, chaincode, anchors: parseTrustStore(rootsPem).anchors };
}

async function sealsCountedByDay({ seals }: Store): Promise<readonly string[]> {
  const counted: string[] = [];
  for await (const { esId, mandate } of everyItem((page) => seals.list({}, page))) {
    if (mandate.usesPerDay !== null) counted.push(esId);
  }
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

function codeOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
