import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import { openEmbeddedLedger } from '../ledger/embedded/embeddedLedger.ts';
import type { ConnectionProfile } from '../ledger/fabric/connectionProfile.ts';
import type { FabricTransport } from '../ledger/fabric/transport.ts';
import type { Ledger } from '../ledger/ledger.ts';

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
  const { openFabricLedger } = await import('../ledger/fabric/fabricLedger.ts'); // loaded only where it is used
  const { transport, chaincode } = await connectFabric({ ledger, fabricProfile });
  const indexFile = join(dataDir, INDEX_FILE);
  return await openFabricLedger({ transport, chaincode, indexFile, signer, origin, clock });
}

/** The index of a ledger on Fabric, in the data directory. */
export const INDEX_FILE = 'ledger-index.db';

/**
 * Connects to the Fabric network that the configuration names.
 *
 * @throws ServiceError `CONFIGURATION_INVALID` (no profile, or a wrong one; connector not installed).
 */
export async function connectFabric({
  ledger,
  fabricProfile,
}: Pick<Config, 'ledger' | 'fabricProfile'>): Promise<{
  readonly transport: FabricTransport;
  readonly chaincode: string;
}> {
  if (ledger === 'embedded' || fabricProfile === null) {
    throw new ServiceError('CONFIGURATION_INVALID', 'the ledger is on no Fabric network');
  }
  const { readConnectionProfile } = await import('../ledger/fabric/connectionProfile.ts');
  const profile = await readConnectionProfile(fabricProfile);
  return { transport: await connect(ledger, profile), chaincode: profile.chaincode };
}

/** Who answers for a ledger together with its operator, as its connection profile says. */
export interface LedgerOrganisations {
  readonly channel: string;
  readonly chaincode: string;
  /** PEM; empty where the profile names no roots. */
  readonly rootsPem: string;
}

/**
 * Reads who endorses, for readers of proofs.
 *
 * @returns null on the embedded ledger, where nobody does.
 * @throws ServiceError `CONFIGURATION_INVALID`.
 */
export async function readOrganisations({
  fabricProfile,
}: Pick<Config, 'fabricProfile'>): Promise<LedgerOrganisations | null> {
  if (fabricProfile === null) return null;
  const { readConnectionProfile } = await import('../ledger/fabric/connectionProfile.ts');
  const { channel, chaincode, organisationRoots = '' } = await readConnectionProfile(fabricProfile);
  return { channel, chaincode, rootsPem: organisationRoots };
}

async function connect(
  ledger: 'fabric' | 'fabric-network',
  profile: ConnectionProfile,
): Promise<FabricTransport> {
  if (ledger === 'fabric') {
    const { connectGateway } = await import('../ledger/fabric/gatewayTransport.ts');
    return await connectGateway(profile);
  }
  const { connectOlderNetwork } = await import('../ledger/fabric/olderNetwork.ts');
  return await connectOlderNetwork(profile);
}
