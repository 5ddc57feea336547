/** Peers and orderers without a network: what the archived client's objects do, as far as the connector uses them. */
import type {
  Channel,
  Client,
  Committer,
  DeliverResponse,
  DeliverStream,
  Endorsement,
  Endorser,
  Eventer,
  IdentityContext,
  Node,
  Proposal,
  ProposalResponse,
  SeekOptions,
} from '../../service-fabric-network/src/sdk.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Its transaction ids count up: `tx1`, `tx2`, … */
export function fakeIdentity(): IdentityContext {
  let count = 0;
  const identity: IdentityContext = {
    transactionId: '',
    calculateTransactionId: () => {
      count += 1;
      return { ...identity, transactionId: `tx${count}` };
    },
  };
  return identity;
}

/** A node that is reached at the first try, unless `isAway`. */
export function fakeNode(name: string, mspid: string, isAway = false): Node {
  return {
    name,
    mspid,
    endpoint: name,
    connected: false,
    setEndpoint: () => undefined,
    checkConnection: () => Promise.resolve(!isAway),
    disconnect: () => undefined,
  };
}

/** What a peer answers; an `Error` is thrown. */
export type Answer = ProposalResponse | Error;

export function answer(result: string, payload = 'same'): ProposalResponse {
  return {
    response: { status: 200, message: '', payload: bytes(result) },
    payload: bytes(payload),
    endorsement: {},
  };
}

/** A refusal by the contract, or (without payload) by the peer itself. */
export function refusal(message: string, payload = 'refused'): ProposalResponse {
  return {
    response: { status: 500, message, payload: bytes('') },
    payload: bytes(payload),
    endorsement: {},
  };
}

export interface FakePeer extends Endorser {
  /** Calls answered. */
  readonly calls: () => number;
}

export function fakePeer(name: string, mspid: string, told: Answer, isAway = false): FakePeer {
  let calls = 0;
  return {
    ...fakeNode(name, mspid, isAway),
    calls: () => calls,
    sendProposal: () => {
      calls += 1;
      return told instanceof Error ? Promise.reject(told) : Promise.resolve(told);
    },
  };
}

/** An orderer that answers with a status, or throws. */
export function fakeOrderer(name: string, told: string | Error, isAway = false): Committer {
  return {
    ...fakeNode(name, 'OrdererMSP', isAway),
    sendBroadcast: () =>
      told instanceof Error ? Promise.reject(told) : Promise.resolve({ status: told, info: 'why' }),
  };
}

/** A channel of these peers. Its envelopes' payload is the transaction's id. */
export function fakeChannel(peers: readonly Endorser[]): Channel {
  return {
    name: 'yinxin',
    newQuery: fakeProposal,
    newEndorsement: fakeProposal,
    newEventService: () => ({
      build: () => undefined,
      sign: () => undefined,
      getSignedEnvelope: () => ({ payload: bytes('seek'), signature: bytes('') }),
    }),
    addEndorser: () => undefined,
    addCommitter: () => undefined,
    getEndorsers: (mspId) => peers.filter((peer) => mspId === undefined || peer.mspid === mspId),
    getCommitters: () => [],
  };
}

function fakeProposal(): Endorsement {
  const proposal: Proposal = {
    build: () => undefined,
    sign: () => undefined,
    getSignedEnvelope: () => ({ payload: bytes('proposal'), signature: bytes('') }),
    send: async ({ handler }) => {
      const answers = await handler.endorse('signed');
      return {
        responses: answers.filter((told): told is ProposalResponse => !(told instanceof Error)),
        errors: answers.filter((told) => told instanceof Error),
      };
    },
  };
  let txId = '';
  let signatures = 0;
  return {
    ...proposal,
    newCommit: () => ({
      build: (context) => {
        txId = context.transactionId;
      },
      sign: () => {
        signatures += 1;
      },
      getSignedEnvelope: () => ({ payload: bytes(txId), signature: bytes(String(signatures)) }),
    }),
  };
}

/** Streams that a test feeds: one for each time that somebody listens. */
export interface FakeStreams {
  readonly client: Client;
  /** Waits for the stream with this place, from 0 on. */
  stream(place: number): Promise<FakeStream>;
}

export interface FakeStream {
  push(response: DeliverResponse): void;
  /** Ends it with an error, or without. */
  end(error?: Error): void;
}

export function fakeStreams(): FakeStreams {
  const streams: (FakeStream & DeliverStream)[] = [];
  const client = {
    newEventer: (name: string, mspid: string): Eventer => {
      let stream: DeliverStream | null = null;
      return {
        ...fakeNode(name, mspid, name.startsWith('away')),
        get stream() {
          return stream;
        },
        setStreamByType: () => {
          const made = fakeStream();
          stream = made;
          streams.push(made);
        },
      };
    },
  } as unknown as Client; // nothing else is asked of it
  return {
    client,
    stream: async (place) => {
      while (streams[place] === undefined) await new Promise(setImmediate);
      return streams[place];
    },
  };
}

function fakeStream(): FakeStream & DeliverStream {
  const waiting: DeliverResponse[] = [];
  let ended: Error | true | null = null;
  let wake = Promise.withResolvers<undefined>();
  const tell = (): void => {
    wake.resolve(undefined);
    wake = Promise.withResolvers();
  };
  const end = (error?: Error): void => {
    ended ??= error ?? true;
    tell();
  };
  return {
    push: (response) => {
      waiting.push(response);
      tell();
    },
    end,
    write: () => undefined,
    on: () => undefined,
    cancel: () => {
      end(Object.assign(new Error('1 CANCELLED: Cancelled on client'), { code: 1 }));
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else if (ended instanceof Error) throw ended;
        else if (ended !== null) return;
        else await wake.promise;
      }
    },
  };
}

/** A filtered block of transactions and their validation codes. */
export function filteredBlock(
  number: number,
  codes: Readonly<Record<string, number>>,
): DeliverResponse {
  return {
    Type: 'filtered_block',
    filtered_block: {
      number: BigInt(number),
      filtered_transactions: Object.entries(codes).map(([txid, tx_validation_code]) => ({
        txid,
        tx_validation_code,
      })),
    },
  };
}

export const SEEK_FULL: SeekOptions = { startBlock: 7, blockType: 'full' };
