/**
 * Several keys in one round trip, where the peer offers it. fabric-shim sends one message a key and the peer answers each
 * before it takes the next one of that transaction; Fabric 3.1 peers answer a thousand keys at once, which the shim does not know.
 * Whatever the peer, a transaction reads and writes the same keys, so organisations with peers of different age endorse the same.
 */
import {
  encodeGetStateMultiple,
  encodeWriteBatchState,
  GET_STATE_MULTIPLE,
  parseBulkLimits,
  parseGetStateMultipleResult,
  WRITE_BATCH_STATE,
} from './bulkMessages.js';
import type { BulkLimits } from './bulkMessages.js';

/** What a transaction uses of Fabric's `ChaincodeStub` to reach the world state; the names are Fabric's. */
export interface KeyValueStub {
  /** Committed value; empty if there is none. */
  getState(key: string): Promise<Uint8Array>;
  putState(key: string, value: Uint8Array): Promise<void>;
}

/** The shim's message to a peer, as far as it matters here. */
export interface PeerMessage {
  getType(): number;
  getPayload_asU8(): Uint8Array;
  setType(type: number): void;
  setPayload(payload: Uint8Array): void;
  setTxid(txId: string): void;
  setChannelId(channelId: string): void;
}

/** The shim's connection to one peer (`ChaincodeMessageHandler`); the names are the shim's. */
export interface PeerConnection {
  readonly _stream: { on(event: 'data', listener: (message: PeerMessage) => void): unknown };
  chat(greeting: PeerMessage): void;
  /** Queues a message behind others of its transaction; answers the payload of the peer's response. */
  _askPeerAndListen(message: PeerMessage, method: 'GetState' | 'PutState'): Promise<Uint8Array>;
}

interface Offer {
  readonly limits: BulkLimits;
  readonly newMessage: () => PeerMessage;
}

/** A stub of the shim itself. */
interface ShimStub {
  readonly handler?: PeerConnection;
  getTxID(): string;
  getChannelID(): string;
}

const READY = 4; // ChaincodeMessage.Type

/** A peer sends at most 100 MiB a message, and an authority with all its keys can take half a MiB. */
const MAX_READS = 128;
const MAX_WRITTEN_BYTES = 1024 * 1024;

const offers = new WeakMap<PeerConnection, Offer>();

/**
 * Makes the shim's connections remember what their peer offers when it is ready.
 *
 * @param connections - class `ChaincodeMessageHandler` of fabric-shim.
 */
export function listenForOffers(connections: { readonly prototype: PeerConnection }): void {
  const { prototype } = connections;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const { chat } = prototype;
  prototype.chat = function listeningChat(this: PeerConnection, greeting: PeerMessage): void {
    const newMessage = (): PeerMessage => new (greeting.constructor as new () => PeerMessage)(); // the shim's own class
    this._stream.on('data', (message) => {
      if (message.getType() !== READY || offers.has(this)) return;
      offers.set(this, { limits: parseBulkLimits(message.getPayload_asU8()), newMessage });
    });
    chat.call(this, greeting);
  };
}

/** Reads committed values, in the order of the keys; empty: no such key. */
export async function getStates(
  stub: KeyValueStub,
  keys: readonly string[],
): Promise<readonly Uint8Array[]> {
  const peer = bulkPeer(stub);
  const max = Math.min(peer?.limits.maxReads ?? 0, MAX_READS);
  const values: Uint8Array[] = [];
  if (peer === null || max === 0 || keys.length === 1) {
    for (const key of keys) values.push(await stub.getState(key));
    return values;
  }
  for (let first = 0; first < keys.length; first += max) {
    const some = keys.slice(first, first + max);
    const answer = await peer.ask(GET_STATE_MULTIPLE, encodeGetStateMultiple(some), 'GetState');
    const found = parseGetStateMultipleResult(answer);
    if (found.length !== some.length)
      throw new Error(`the peer gave ${found.length} values for ${some.length} keys`);
    values.push(...found);
  }
  return values;
}

/** Puts values, one a key. */
export async function putStates(
  stub: KeyValueStub,
  writes: readonly (readonly [string, Uint8Array])[],
): Promise<void> {
  const peer = bulkPeer(stub);
  if (peer === null || peer.limits.maxWrites === 0 || writes.length === 1) {
    for (const [key, value] of writes) await stub.putState(key, value);
    return;
  }
  for (const some of portions(writes, peer.limits.maxWrites))
    await peer.ask(WRITE_BATCH_STATE, encodeWriteBatchState(some), 'PutState');
}

interface BulkPeer {
  readonly limits: BulkLimits;
  ask(type: number, payload: Uint8Array, method: 'GetState' | 'PutState'): Promise<Uint8Array>;
}

function bulkPeer(stub: KeyValueStub): BulkPeer | null {
  const { handler } = stub as Partial<ShimStub>; // other stubs have no such member
  const offer = handler === undefined ? undefined : offers.get(handler);
  if (handler === undefined || offer === undefined) return null;
  const shimStub = stub as unknown as ShimStub; // it has a connection of the shim
  return {
    limits: offer.limits,
    ask(type, payload, method) {
      const message = offer.newMessage();
      message.setType(type);
      message.setPayload(payload);
      message.setTxid(shimStub.getTxID());
      message.setChannelId(shimStub.getChannelID());
      return handler._askPeerAndListen(message, method);
    },
  };
}

/** Portions of at most `maxCount` writes and about {@link MAX_WRITTEN_BYTES}. */
function* portions(
  writes: readonly (readonly [string, Uint8Array])[],
  maxCount: number,
): Generator<readonly (readonly [string, Uint8Array])[]> {
  let portion: (readonly [string, Uint8Array])[] = [];
  let size = 0;
  for (const write of writes) {
    if (portion.length === maxCount || size > MAX_WRITTEN_BYTES) {
      yield portion;
      portion = [];
      size = 0;
    }
    portion.push(write);
    size += write[1].length;
  }
  if (portion.length > 0) yield portion;
}
