/** Writes Fabric's protobuf messages, for tests: the other direction of what the service reads. */
import { createHash } from 'node:crypto';

import type { StateWrite } from '../../service/src/ledger/embedded/blockFormat.ts';

type Field = readonly [number: number, value: number | string | Uint8Array];

/** Encodes one message from its fields in order; numbers as varints. */
export function encodeMessage(...fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') {
        return Buffer.concat([varint(number * 8), varint(value)]);
      }
      const bytes = Buffer.from(value as Uint8Array); // a text becomes its UTF-8
      return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
    }),
  );
}

export interface FakeTransaction {
  readonly txId: string;
  readonly channel: string;
  readonly at: Date;
  readonly mspId: string;
  readonly certificate: string;
  readonly function: string;
  readonly args: readonly string[];
  readonly response: string;
  readonly writes: readonly StateWrite[];
  readonly endorsers: readonly { readonly mspId: string; readonly certificate: string }[];
}

/** An envelope of a transaction with made-up signatures and a right proposal hash. */
export function encodeFakeEnvelope(transaction: FakeTransaction): Uint8Array {
  const creator = encodeIdentity(transaction);
  const ms = transaction.at.getTime();
  const time = encodeMessage([1, Math.floor(ms / 1000)], [2, (ms % 1000) * 1_000_000]);
  const channelHeader = encodeMessage(
    [1, 3], // ENDORSER_TRANSACTION
    [3, time],
    [4, transaction.channel],
    [5, transaction.txId],
  );
  const signatureHeader = encodeMessage([1, creator], [2, 'nonce']);
  const chaincode = encodeMessage([2, 'yinxin'], [3, '1']);
  const input = [transaction.function, ...transaction.args].map((text): Field => [1, text]);
  const specification = encodeMessage([1, 4], [2, chaincode], [3, encodeMessage(...input)]);
  const proposal = encodeMessage([1, encodeMessage([1, specification])]);
  const endorsed = encodeMessage(
    [1, sha256(channelHeader, signatureHeader, proposal)],
    [2, encodeResult(transaction, chaincode)],
  );
  const endorsements = transaction.endorsers.map((endorser): Field => [
    2,
    encodeMessage([1, encodeIdentity(endorser)], [2, 'signature']),
  ]);
  const action = encodeMessage([1, proposal], [2, encodeMessage([1, endorsed], ...endorsements)]);
  const data = encodeMessage([1, encodeMessage([1, signatureHeader], [2, action])]);
  const header = encodeMessage([1, channelHeader], [2, signatureHeader]);
  return encodeMessage([1, encodeMessage([1, header], [2, data])], [2, 'signature']);
}

/** A block with a right header, without orderers' signatures. @param previous - the block before. */
export function encodeFakeBlock(
  number: number,
  previous: Uint8Array | null,
  envelopes: readonly Uint8Array[],
  codes: readonly number[],
): Uint8Array {
  const previousHash = previous === null ? new Uint8Array() : headerHashes.get(previous)!;
  const dataHash = sha256(...envelopes);
  const header = encodeMessage([1, number], [2, previousHash], [3, dataHash]);
  const data = encodeMessage(...envelopes.map((envelope): Field => [1, envelope]));
  const metadata = ['', '', Uint8Array.from(codes), '', ''].map((value): Field => [1, value]);
  const block = encodeMessage([1, header], [2, data], [3, encodeMessage(...metadata)]);
  headerHashes.set(block, sha256(headerDer(number, previousHash, dataHash)));
  return block;
}

const headerHashes = new WeakMap<Uint8Array, Uint8Array>();

function headerDer(number: number, previousHash: Uint8Array, dataHash: Uint8Array): Uint8Array {
  const hex = number.toString(16);
  const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const integer = (digits[0] ?? 0) > 0x7f ? Buffer.concat([Uint8Array.of(0), digits]) : digits;
  const parts = [tagged(0x02, integer), tagged(0x04, previousHash), tagged(0x04, dataHash)];
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Uint8Array): Uint8Array {
  return Uint8Array.of(tag, content.length, ...content); // all below 128 bytes
}

function encodeResult(transaction: FakeTransaction, chaincode: Uint8Array): Uint8Array {
  const writes = transaction.writes.map(({ key, value }): Field => [
    3,
    value === null ? encodeMessage([1, key], [2, 1]) : encodeMessage([1, key], [3, value]),
  ]);
  const set = encodeMessage([1, 'yinxin'], [2, encodeMessage(...writes)]);
  const response = encodeMessage([1, 200], [3, transaction.response]);
  return encodeMessage([1, encodeMessage([2, set])], [3, response], [4, chaincode]);
}

function encodeIdentity({ mspId, certificate }: FakeTransaction['endorsers'][number]): Uint8Array {
  return encodeMessage([1, mspId], [2, certificate]);
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
}
