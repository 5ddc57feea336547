import { ServiceError } from '../../errors.ts';
import type { ConnectionProfile } from './connectionProfile.ts';
import { toServiceError } from './fabricFault.ts';
import { FabricFailure } from './transport.ts';
import type { FabricTransport } from './transport.ts';

/** What Node says when a package, or the file itself, is not there. */
const MISSING = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

type Load = () => Promise<{
  readonly connect: (profile: ConnectionProfile) => Promise<FabricTransport>;
}>;

/**
 * Connects to a network without gateway service (before Fabric 2.4), by the connector that the default install leaves out.
 *
 * @param load - the connector.
 * @throws ServiceError `CONFIGURATION_INVALID` when it is not installed: the message says how to;
 * `LEDGER_UNAVAILABLE` when the profile leaves nodes to be discovered and no peer answers.
 */
export async function connectOlderNetwork(
  profile: ConnectionProfile,
  load: Load = () => import('../../../../service-fabric-network/src/connect.ts'),
): Promise<FabricTransport> {
  try {
    const { connect } = await load();
    return await connect(profile);
  } catch (cause) {
    if (cause instanceof FabricFailure) throw toServiceError(cause);
    if (!(cause instanceof Error && 'code' in cause && MISSING.has(String(cause.code)))) {
      throw cause;
    }
    throw new ServiceError(
      'CONFIGURATION_INVALID',
      'the connector for networks older than 2.4 is not installed: npm ci --prefix service-fabric-network',
      { cause },
    );
  }
}
