/** A fake of the peer's end of a chaincode stream, behind the shim's own connection. */
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { PeerConnection } from '../../../chaincode/src/bulkState.js';
import type { MemoryStub } from './memoryLedger.js';

/** `ChaincodeMessage.Type` */
export const TYPES = {
  REGISTERED: 2,
  READY: 4,
  RESPONSE: 13,
  ERROR: 7,
  GET_STATE: 8,
  PUT_STATE: 9,
  WRITE_BATCH_STATE: 24,
  GET_STATE_MULTIPLE: 25,
} as const;

interface Message {
  getType(): number;
  getPayload_asU8(): Uint8Array;
  getTxid(): string;
  getChannelId(): string;
  setType(type: number): void;
  setPayload(payload: Uint8Array): void;
  setTxid(txId: string): void;
  setChannelId(channel: string): void;
}

interface Fields {
  getKey(): string;
  getValue_asU8(): Uint8Array;
  getType(): number;
  getKeysList(): string[];
  getRecList(): Fields[];
  setKeysList(keys: readonly string[]): void;
  setValuesList(values: readonly Uint8Array[]): void;
  setUseWriteBatch(use: boolean): void;
  setMaxSizeWriteBatch(max: number): void;
  setUseGetMultipleKeys(use: boolean): void;
  setMaxSizeGetMultipleKeys(max: number): void;
  serializeBinary(): Uint8Array;
}
type Protobuf = (new () => Fields) & { deserializeBinary(bytes: Uint8Array): Fields };

const load = createRequire(__filename);
const shimPath = load.resolve('fabric-shim/lib/handler');
const { ChaincodeMessageHandler } = load(shimPath) as {
  readonly ChaincodeMessageHandler: new (stream: object, chaincode: object) => PeerConnection;
};
const { peer: shimPeer } = createRequire(shimPath)('@hyperledger/fabric-protos') as {
  readonly peer: { readonly ChaincodeMessage: new () => Message };
};
/** Protocol buffers of Fabric 3.1, which the service has for its client. */
export const { peer: newPeer } = createRequire(join(__dirname, '../../../service/package.json'))(
  '@hyperledger/fabric-protos',
) as {
  readonly peer: Readonly<
    Record<
      | 'ChaincodeAdditionalParams'
      | 'GetState'
      | 'PutState'
      | 'GetStateMultiple'
      | 'GetStateMultipleResult'
      | 'WriteBatchState',
      Protobuf
    >
  >;
};

export interface PeerOptions {
  /** Most keys a message; 0: an older peer that knows no such messages. */
  readonly maxReads: number;
  readonly maxWrites: number;
}

/** A stub of the shim's shape over a connection to a peer that answers from a memory stub. */
export interface PeerStub extends MemoryStub {
  readonly handler: PeerConnection;
  /** Types of the messages the peer was sent since it was ready. */
  readonly sent: readonly number[];
}

/** Connects the shim to a peer whose transaction reads and writes what `memory` does. */
export function connectPeer(memory: MemoryStub, options: PeerOptions): PeerStub {
  const sent: number[] = [];
  const stream = Object.assign(new EventEmitter(), {
    write(message: Message): void {
      sent.push(message.getType());
      void answerTo(message, memory).then((answer) => stream.emit('data', answer));
    },
    end: () => undefined,
  });
  const connection = new ChaincodeMessageHandler(stream, {});
  connection.chat(new shimPeer.ChaincodeMessage()); // the shim's own class
  stream.emit('data', newMessage(TYPES.REGISTERED, new Uint8Array(0)));
  stream.emit('data', newMessage(TYPES.READY, encodeOffer(options)));
  sent.length = 0;
  const shim = connection as unknown as ShimCalls; // the shim's methods a single key
  const [channel, txId] = [memory.getChannelID(), memory.getTxID()];
  return Object.assign(Object.create(memory) as MemoryStub, {
    handler: connection,
    sent,
    getTxID: () => txId,
    getChannelID: () => channel,
    getState: (key: string) => shim.handleGetState('', key, channel, txId),
    putState: (key: string, value: Uint8Array) =>
      shim.handlePutState('', key, value, channel, txId),
    createCompositeKey: memory.createCompositeKey.bind(memory),
    getCreator: memory.getCreator.bind(memory),
    getDateTimestamp: memory.getDateTimestamp.bind(memory),
    setEvent: memory.setEvent.bind(memory),
  }); // private members stay with `memory`
}

interface ShimCalls {
  handleGetState(
    collection: string,
    key: string,
    channel: string,
    txId: string,
  ): Promise<Uint8Array>;
  handlePutState(
    collection: string,
    key: string,
    value: Uint8Array,
    channel: string,
    txId: string,
  ): Promise<void>;
}

async function answerTo(message: Message, memory: MemoryStub): Promise<Message> {
  const [type, payload] = await perform(message, memory).then(
    (result) => [TYPES.RESPONSE, result] as const,
    (error: unknown) => [TYPES.ERROR, Buffer.from(String(error))] as const,
  );
  const answer = newMessage(type, payload);
  answer.setTxid(message.getTxid());
  answer.setChannelId(message.getChannelId());
  return answer;
}

async function perform(message: Message, memory: MemoryStub): Promise<Uint8Array> {
  const payload = message.getPayload_asU8();
  switch (message.getType()) {
    case TYPES.GET_STATE:
      return memory.getState(newPeer.GetState.deserializeBinary(payload).getKey());
    case TYPES.PUT_STATE:
      return put(memory, newPeer.PutState.deserializeBinary(payload));
    case TYPES.GET_STATE_MULTIPLE: {
      const values: Uint8Array[] = [];
      for (const key of newPeer.GetStateMultiple.deserializeBinary(payload).getKeysList())
        values.push(await memory.getState(key));
      const result = new newPeer.GetStateMultipleResult();
      result.setValuesList(values);
      return result.serializeBinary();
    }
    case TYPES.WRITE_BATCH_STATE:
      for (const record of newPeer.WriteBatchState.deserializeBinary(payload).getRecList()) {
        if (record.getType() !== TYPES.PUT_STATE) throw new Error('unknown operation type');
        await put(memory, record);
      }
      return new Uint8Array(0);
    default:
      throw new Error(`a message of type ${message.getType()}`);
  }
}

async function put(memory: MemoryStub, record: Fields): Promise<Uint8Array> {
  await memory.putState(record.getKey(), record.getValue_asU8());
  return new Uint8Array(0);
}

function encodeOffer({ maxReads, maxWrites }: PeerOptions): Uint8Array {
  const offer = new newPeer.ChaincodeAdditionalParams();
  offer.setUseGetMultipleKeys(maxReads > 0);
  offer.setMaxSizeGetMultipleKeys(maxReads);
  offer.setUseWriteBatch(maxWrites > 0);
  offer.setMaxSizeWriteBatch(maxWrites);
  return offer.serializeBinary();
}

function newMessage(type: number, payload: Uint8Array): Message {
  const message = new shimPeer.ChaincodeMessage();
  message.setType(type);
  message.setPayload(payload);
  return message;
}
