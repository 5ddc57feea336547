import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RevokedRegister } from '../certificates/parts.ts';
import { statusUrls } from '../certificates/statusUrls.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createFileImportedKeyStore } from '../keys/fileImportedKeyStore.ts';
import { createFileKeyStore } from '../keys/fileKeyStore.ts';
import { deriveKey, loadMasterKey } from '../keys/masterKey.ts';
import type { ImportedKeyStore } from '../keys/importedKeyStore.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readRevoked } from './openCertificates.ts';
import { openLedger, readOrganisations, type LedgerOrganisations } from './openLedger.ts';
import { openCityPki, type CityPki } from '../pki/cityPki.ts';
import { judgeImportedKey } from '../pki/pkcs12/judgeImportedKey.ts';
import { judgeFitness } from '../pki/profiles.ts';
import { deriveFieldKeys } from '../store/fieldEncryption.ts';
import { openStore } from '../store/prismaStore.ts';
import type { Store } from '../store/store.ts';

/** What has files or a network behind it. */
export interface Adapters {
  readonly pki: CityPki;
  readonly importedKeys: ImportedKeyStore;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly organisations: LedgerOrganisations | null;
  readonly revoked: RevokedRegister;
}

/**
 * Opens store, keys and ledger as the configuration says.
 *
 * @throws ServiceError `CONFIGURATION_INVALID`, `LEDGER_UNAVAILABLE`, `LEDGER_CORRUPT`, `STORE_UNAVAILABLE`; nothing stays
 * open then.
 */
export async function openAdapters(
  config: Config,
  { clock, publicUrl }: Readonly<{ clock: Clock; publicUrl: string }>,
): Promise<Adapters> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const masterKey = await loadMasterKey(config.masterKeyFile);
  const store = await openStore({
    url: config.databaseUrl,
    fieldKeys: deriveFieldKeys(deriveKey(masterKey, 'yinxin/store/v1')),
    clock,
    deliversNotices: config.notices !== null,
  });
  try {
    const revoked = await readRevoked(store.revocations);
    const pki = await openCityPki({
      keyStore: createFileKeyStore({ folder: config.keysDir, masterKey, clock, judgeFitness }),
      ...{ clock, revoked, operator: config.operator, statusUrls: statusUrls(publicUrl) },
    });
    const importedKeys = createFileImportedKeyStore({
      ...{ folder: join(config.keysDir, 'imported'), masterKey, clock },
      judgeFitness: judgeImportedKey,
    });
    const origin = `${new URL(publicUrl).host}/ledger`;
    const organisations = await readOrganisations(config);
    const ledger = await openLedger(config, { clock, node: pki.node, origin });
    return { pki, importedKeys, ledger, store, organisations, revoked };
  } catch (error) {
    await store.close();
    throw error;
  }
}
