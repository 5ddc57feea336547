import type { ConnectionProfile } from './connectionProfile.ts';
import type { FabricTransport } from './transport.ts';

/** Deadlines of one call, milliseconds. */
export interface GatewayOptions {
  readonly evaluateMs: number;
  readonly endorseMs: number;
  readonly submitMs: number;
  readonly commitStatusMs: number;
}

/**
 * Connects to the gateway service of a peer of the own organisation: the first that can be reached. When none can, the
 * transport is there all the same, and its calls fail until one comes.
 */
export declare function connectGateway(
  profile: ConnectionProfile,
  options?: Partial<GatewayOptions>,
): Promise<FabricTransport>;
