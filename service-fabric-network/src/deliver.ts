import { FabricFailure } from '../../service/src/ledger/fabric/transport.ts';
import type { FabricStage } from '../../service/src/ledger/fabric/transport.ts';
import { GRPC, toFailure, toNodeFault } from './failure.ts';
import type { NodeFault } from './failure.ts';
import { reach } from './reach.ts';
import type {
  Channel,
  Client,
  DeliverResponse,
  DeliverStream,
  Endorser,
  Eventer,
  IdentityContext,
  SeekOptions,
} from './sdk.ts';

/** Where blocks come from. */
export interface BlockSource {
  readonly client: Client;
  readonly channel: Channel;
  readonly identity: IdentityContext;
  /** Peers of the own organisation, in the order of trying. */
  readonly peers: readonly Endorser[];
}

/** Names of `common.Status` that a peer ends a stream with. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  500: 'INTERNAL_SERVER_ERROR',
  503: 'SERVICE_UNAVAILABLE',
};

/**
 * Streams a peer's blocks from a start block on, for ever: the first of the peers that can be reached. The reader sets the
 * pace. It ends without an error when `signal` aborts.
 *
 * @param stage - for failures.
 * @throws FabricFailure when the stream breaks; it does not begin again.
 */
export async function* deliver(
  source: BlockSource,
  options: SeekOptions,
  signal: AbortSignal,
  stage: FabricStage,
): AsyncGenerator<DeliverResponse, void, undefined> {
  if (isAborted(signal)) return;
  let eventer: Eventer | null = null;
  try {
    eventer = await open(source, stage);
    yield* read(eventer, request(source, options, eventer), signal);
  } catch (error) {
    if (isAborted(signal)) return;
    if (error instanceof FabricFailure) throw error;
    throw toFailure(stage, 'the stream of blocks broke', [toNodeFault(error)]);
  } finally {
    eventer?.disconnect();
  }
}

async function open({ client, peers }: BlockSource, stage: FabricStage): Promise<Eventer> {
  const faults: NodeFault[] = [];
  for (const peer of peers) {
    const eventer = client.newEventer(peer.name, peer.mspid);
    eventer.setEndpoint(peer.endpoint);
    try {
      await reach(eventer);
      return eventer;
    } catch (error) {
      eventer.disconnect();
      faults.push(toNodeFault(error));
    }
  }
  throw toFailure(
    stage,
    'no peer streams blocks',
    faults.length > 0 ? faults : [{ grpcCode: GRPC.unavailable, message: 'no peers known' }],
  );
}

function request(
  { channel, identity }: BlockSource,
  options: SeekOptions,
  eventer: Eventer,
): DeliverStream {
  const context = identity.calculateTransactionId();
  const seek = channel.newEventService(eventer.name);
  seek.build(context, options);
  seek.sign(context);
  eventer.setStreamByType(options.blockType);
  const { stream } = eventer;
  if (stream === null) throw new Error('the client opened no stream');
  stream.on('error', () => {
    // the reader gets it; a cancelled stream says it once more, when nobody reads
  });
  stream.write(seek.getSignedEnvelope());
  return stream;
}

async function* read(
  eventer: Eventer,
  stream: DeliverStream,
  signal: AbortSignal,
): AsyncGenerator<DeliverResponse, void, undefined> {
  const cancel = (): void => {
    stream.cancel();
  };
  if (isAborted(signal)) return;
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for await (const response of stream) {
      if (response.Type === 'status') throw ended(response.status ?? 0);
      yield response;
    }
    throw Object.assign(new Error(`${eventer.name} ended the stream`), { code: GRPC.unavailable });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function ended(status: number): Error {
  const name = STATUS_NAMES[status] ?? String(status);
  const code = name === 'SERVICE_UNAVAILABLE' ? GRPC.unavailable : GRPC.failedPrecondition;
  return Object.assign(new Error(`the peer ended the stream: ${name}`), { code });
}

/** Asked anew each time: it changes while others run. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
