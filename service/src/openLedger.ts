import { join } from 'node:path';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Signer } from './keys/signer.ts';
import { openEmbeddedLedger } from './ledger/embedded/embeddedLedger.ts';
import type { ConnectionProfile } from './ledger/fabric/connectionProfile.ts';
import type { FabricTransport } from './ledger/fabric/transport.ts';
import type { Ledger } from './ledger/ledger.ts';

/** What a ledger is opened with. */
export interface LedgerWorld {
  readonly clock: Clock;
  /** Signs checkpoints, and the blocks of the embedded ledger. */
  readonly node: Signer;
  /** Name of the log in checkpoints: a URL without its scheme. */
  readonly origin: string;
}

/**
 * Opens the ledger that the configuration names.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE` (another process has the data directory, the network does not answer),
 * `LEDGER_CORRUPT`, `CONFIGURATION_INVALID` (connection profile, connector not installed).
 */
export async function openLedger(
  { dataDir, ledger, fabricProfile }: Pick<Config, 'dataDir' | 'ledger' | 'fabricProfile'>,
  { clock, node: signer, origin }: LedgerWorld,
): Promise<Ledger> {
  if (ledger === 'embedded' || fabricProfile === null) {
    const file = join(dataDir, 'ledger.db');
    return await openEmbeddedLedger({ file, signer, mspId: 'OperatorMSP', origin, clock });
  }
  // loaded only where they are used
  const { readConnectionProfile } = await import('./ledger/fabric/connectionProfile.ts');
  const { openFabricLedger } = await import('./ledger/fabric/fabricLedger.ts');
  const profile = await readConnectionProfile(fabricProfile);
  const transport = await connect(ledger, profile);
  const indexFile = join(dataDir, 'ledger-index.db');
  const { chaincode } = profile;
  return await openFabricLedger({ transport, chaincode, indexFile, signer, origin });
}

/**
 * Roots of the organisations that endorse, for readers of proofs.
 *
 * @returns PEM; empty where none endorse, or the connection profile names no roots.
 * @throws ServiceError `CONFIGURATION_INVALID`.
 */
export async function readOrganisationRoots({
  fabricProfile,
}: Pick<Config, 'fabricProfile'>): Promise<string> {
  if (fabricProfile === null) return '';
  const { readConnectionProfile } = await import('./ledger/fabric/connectionProfile.ts');
  return (await readConnectionProfile(fabricProfile)).organisationRoots ?? '';
}

async function connect(
  ledger: 'fabric' | 'fabric-network',
  profile: ConnectionProfile,
): Promise<FabricTransport> {
  if (ledger === 'fabric') {
    const { connectGateway } = await import('./ledger/fabric/gatewayTransport.ts');
    return await connectGateway(profile);
  }
  const { connectOlderNetwork } = await import('./ledger/fabric/olderNetwork.ts');
  return await connectOlderNetwork(profile);
}
