import { readMessage } from './protobufWire.ts';
import type { FabricTransport } from './transport.ts';

/** Number of blocks of a peer of an organisation. @throws FabricFailure, SyntaxError. */
export async function heightOf(
  transport: Pick<FabricTransport, 'evaluate' | 'channel'>,
  organisation: string,
): Promise<number> {
  const call = { chaincode: 'qscc', function: 'GetChainInfo', args: [transport.channel] };
  return readMessage(await transport.evaluate(call, organisation)).number(1); // common.BlockchainInfo
}

/** @returns number of blocks at a peer of each organisation; null where one does not tell. */
export async function heightsOf(transport: FabricTransport): Promise<readonly number[] | null> {
  try {
    return await Promise.all(
      transport.organisations.map((organisation) => heightOf(transport, organisation)),
    );
  } catch {
    return null; // whatever the reason, nothing can be compared
  }
}

/**
 * Tells organisations that answer differently from one that is only behind: once each has every block that any had at an
 * earlier mismatch, blocks cannot be the reason.
 *
 * @param before - heights at that mismatch; null: nothing can be said.
 */
export async function hasDiverged(
  transport: FabricTransport,
  before: readonly number[] | null,
): Promise<boolean> {
  const now = before === null ? null : await heightsOf(transport);
  return before !== null && now !== null && Math.min(...now) >= Math.max(...before);
}
