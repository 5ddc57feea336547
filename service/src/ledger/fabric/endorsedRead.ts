import { ServiceError } from '../../errors.ts';
import { conclude } from '../../report.ts';
import type { EndorsedRead } from '../ledger.ts';
import { batchKeys, parseEndorsedRead, READ_FUNCTION } from './endorsedAnswer.ts';
import { orCorrupt } from './fabricBlock.ts';
import { toServiceError } from './fabricFault.ts';
import { readMessage } from './protobufWire.ts';
import { retryPassing } from './retryPassing.ts';
import type { FabricTransport } from './transport.ts';
import { verifyEndorsedReads } from './verifyEndorsedReads.ts';

const RETRY_MS = 2000; // a peer that is a block behind answers otherwise than the rest

/**
 * Has recorded batches read, and the answer signed, by a peer of every organisation of the channel; nothing is ordered.
 *
 * @param roots - 1 to `MAX_ENDORSED_BATCHES`.
 * @param chaincode - its name on the channel.
 * @throws ServiceError `PROOF_NOT_READY` while a batch is not on every peer; `LEDGER_UNAVAILABLE`; `LEDGER_DIVERGED` if the
 * organisations do not answer alike, or sign wrongly.
 */
export async function endorseBatches(
  transport: FabricTransport,
  roots: readonly string[],
  chaincode: string,
): Promise<EndorsedRead> {
  const read = await collect(transport, roots, chaincode);
  const { checks } = verifyEndorsedReads([read], {
    ...{ chaincode, channel: transport.channel, batches: [], at: new Date(0) },
    ...{ anchors: null, intermediates: [], organisations: 1 }, // whom to trust is for readers to say
  });
  if (conclude(checks).indication !== 'TOTAL-PASSED') {
    throw new ServiceError('LEDGER_DIVERGED', 'an organisation endorsed something else');
  }
  const missing = parseEndorsedRead(read).batches.find(([, value]) => value === 'null');
  if (missing !== undefined) {
    throw new ServiceError('PROOF_NOT_READY', `batch ${missing[0]} is not on every peer yet`);
  }
  return read;
}

async function collect(
  transport: FabricTransport,
  roots: readonly string[],
  chaincode: string,
): Promise<EndorsedRead> {
  const call = { chaincode, function: READ_FUNCTION, args: [batchKeys(roots)] };
  try {
    const { envelope } = await retryPassing(
      () => transport.endorse(call, transport.organisations),
      RETRY_MS,
    );
    return orCorrupt('an endorsed transaction is malformed', () => takeApart(envelope));
  } catch (error) {
    throw toServiceError(error);
  }
}

/** @param envelope - serialised `common.Envelope` of one transaction. @throws SyntaxError if it is malformed. */
function takeApart(envelope: Uint8Array): EndorsedRead {
  const payload = readMessage(envelope).message(1);
  const header = payload.message(1);
  const action = payload.message(2).message(1).message(2); // of peer.Transaction: its only TransactionAction
  const endorsed = action.message(2);
  return {
    channelHeader: header.bytes(1),
    signatureHeader: header.bytes(2),
    proposal: action.bytes(1),
    response: endorsed.bytes(1),
    endorsements: endorsed.all(2).map((bytes) => {
      const endorsement = readMessage(bytes);
      return { endorser: endorsement.bytes(1), signature: endorsement.bytes(2) };
    }),
  };
}
