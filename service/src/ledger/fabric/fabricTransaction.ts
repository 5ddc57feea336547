import { hash } from 'node:crypto';

import type { ActOutcome, BatchRecord, SignedAct } from '@yinxin/chaincode/model';

import { parseIdentity } from './fabricBlock.ts';
import { readMessage } from './protobufWire.ts';
import type { WireMessage } from './protobufWire.ts';

/** A transaction that calls a chaincode, as its signed envelope tells. */
export interface FabricTransaction {
  readonly txId: string;
  readonly channel: string;
  /** The client's clock, RFC 3339. */
  readonly at: string;
  readonly creatorMspId: string;
  readonly chaincode: string;
  /** With its contract in front: `licence:record`. */
  readonly function: string;
  readonly args: readonly string[];
  /** What the function answered. */
  readonly response: string;
  /** Values written in the chaincode's own namespace, in the order of the write set. */
  readonly writes: readonly FabricWrite[];
  /** Serialised `peer.ProposalResponsePayload`: endorsers sign it together with their identity. */
  readonly endorsed: Uint8Array;
  readonly endorsements: readonly Endorsement[];
  /** Whether what was endorsed is the answer to this proposal: `args` are bound by the endorsements. */
  readonly isBound: boolean;
}

/** One written key; `value` null: deleted. */
export interface FabricWrite {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** One peer's signature (DER) over `endorsed` followed by `endorser`. */
export interface Endorsement {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  /** Serialised `msp.SerializedIdentity`, as signed. */
  readonly endorser: Uint8Array;
  readonly signature: Uint8Array;
}

const ENDORSER_TRANSACTION = 3; // common.HeaderType
const MAX_SECONDS = 253_402_300_799; // the year 9999 ends

/**
 * Parses a serialised `common.Envelope`.
 *
 * @param envelope - attacker-controlled; bounded by its block.
 * @returns null for one that calls no chaincode, such as a change of the channel.
 * @throws SyntaxError if it is malformed.
 */
export function parseTransaction(envelope: Uint8Array): FabricTransaction | null {
  const payload = readMessage(envelope).embedded(1);
  const header = payload.message(1);
  const channelHeader = header.embedded(1);
  if (channelHeader.number(1) !== ENDORSER_TRANSACTION) return null;
  const actions = payload.embedded(2).all(1);
  const [action] = actions;
  if (action === undefined || actions.length > 1) throw new SyntaxError('not one action');
  const body = readMessage(action).embedded(2);
  const endorsedAction = body.message(2);
  const answer = endorsedAction.embedded(1);
  const result = answer.embedded(2);
  const chaincode = result.message(4).text(2);
  const [name = '', ...args] = argumentsOf(body.embedded(1));
  return {
    txId: channelHeader.text(5),
    channel: channelHeader.text(4),
    at: timeOf(channelHeader.message(3)),
    creatorMspId: parseIdentity(header.embedded(2).bytes(1)).mspId,
    ...{ chaincode, function: name, args },
    response: lenientText(result.message(3).bytes(3)),
    writes: writesOf(result.embedded(1), chaincode),
    endorsed: endorsedAction.bytes(1),
    endorsements: endorsedAction.all(2).map(parseEndorsement),
    isBound: isBound(answer, header, body.bytes(1)),
  };
}

/** The client's time of any transaction, RFC 3339. @throws SyntaxError. */
export function timeOfEnvelope(envelope: Uint8Array): string {
  return timeOf(readMessage(envelope).embedded(1).message(1).embedded(1).message(3));
}

/** A batch that a transaction recorded: a value written under `batch~root`. */
export interface WrittenBatch {
  readonly record: BatchRecord;
  /** Canonical JSON as written: the leaf data of the log. */
  readonly data: Uint8Array;
}

const BATCH_PREFIX = '\0batch\0'; // composite key of object type `batch`

/** The batches that a transaction recorded, in the order of its write set. @throws SyntaxError. */
export function batchesOf(transaction: Pick<FabricTransaction, 'writes'>): readonly WrittenBatch[] {
  return transaction.writes.flatMap(({ key, value }) => {
    if (!key.startsWith(BATCH_PREFIX) || value === null) return [];
    return [{ record: parseRecord(value, key), data: value }];
  });
}

function parseRecord(value: Uint8Array, key: string): BatchRecord {
  const record = JSON.parse(lenientText(value)) as Partial<BatchRecord> | null;
  const isBatch =
    typeof record?.root === 'string' &&
    /^[0-9a-f]{64}$/.test(record.root) &&
    key === `${BATCH_PREFIX}${record.root}\0` &&
    Number.isSafeInteger(record.size) &&
    typeof record.at === 'string' &&
    typeof record.submitterMspId === 'string';
  if (!isBatch) throw new SyntaxError('a batch record is malformed');
  return record as BatchRecord; // the members that we read are there
}

/** The acts a transaction was given, in order, refused ones too. @throws SyntaxError. */
export function submittedActs(transaction: Pick<FabricTransaction, 'args'>): readonly SignedAct[] {
  const acts = JSON.parse(transaction.args[0] ?? '[]') as unknown;
  if (!Array.isArray(acts)) throw new SyntaxError('the argument is no list of acts');
  return acts as SignedAct[]; // the contract took them, so they have its form
}

/** What the contract answered, one outcome an act. @throws SyntaxError. */
export function outcomesOf(
  transaction: Pick<FabricTransaction, 'response'>,
): readonly ActOutcome[] {
  const outcomes = JSON.parse(transaction.response) as unknown;
  if (!Array.isArray(outcomes)) throw new SyntaxError('the answer is no list of outcomes');
  return outcomes as ActOutcome[]; // our contract's answer, endorsed
}

/** An act newly recorded by a transaction, at its index in the batch. */
export interface BatchAct {
  readonly root: string;
  readonly index: number;
  readonly act: SignedAct;
}

/**
 * The acts a transaction recorded, batch by batch in the order of its write set and of each batch's leaves: without
 * refused ones and without those recorded before, whose position names an older root.
 * @throws SyntaxError.
 */
export function recordedActsOf(transaction: FabricTransaction): readonly BatchAct[] {
  const found = new Map(
    batchesOf(transaction).map(({ record }) => [record.root, [] as BatchAct[]]),
  );
  if (found.size === 0) return [];
  const acts = submittedActs(transaction);
  outcomesOf(transaction).forEach((outcome, place) => {
    const act = acts[place];
    if (outcome.outcome !== 'recorded' || act === undefined) return;
    const { root, index } = outcome.position;
    const batch = found.get(root);
    if (batch?.every((one) => one.index !== index) === true) batch.push({ root, index, act });
  });
  return [...found.values()].flatMap((batch) => batch.sort((a, b) => a.index - b.index));
}

/** `peer.ChaincodeProposalPayload` → the arguments of the call, the function's name first. */
function argumentsOf(proposal: WireMessage): readonly string[] {
  const specification = proposal.embedded(1).message(1);
  return specification.message(3).all(1).map(lenientText);
}

/** `rwset.TxReadWriteSet` → writes of one namespace. */
function writesOf(results: WireMessage, namespace: string): readonly FabricWrite[] {
  return results
    .all(2)
    .map(readMessage)
    .filter((set) => set.text(1) === namespace)
    .flatMap((set) => set.embedded(2).all(3))
    .map((bytes) => {
      const write = readMessage(bytes);
      const isDelete = write.number(2) !== 0;
      return { key: write.text(1), value: isDelete ? null : write.bytes(3) };
    });
}

function parseEndorsement(bytes: Uint8Array): Endorsement {
  const endorsement = readMessage(bytes);
  const endorser = endorsement.bytes(1);
  return { ...parseIdentity(endorser), endorser, signature: endorsement.bytes(2) };
}

/** The endorsed answer names its proposal by the hash over channel header, signature header and proposal. */
function isBound(answer: WireMessage, header: WireMessage, proposal: Uint8Array): boolean {
  const parts = [header.bytes(1), header.bytes(2), proposal];
  return Buffer.from(answer.bytes(1)).equals(hash('sha256', Buffer.concat(parts), 'buffer'));
}

/** A protobuf timestamp as our contracts see it: whole milliseconds. One out of range, which records nothing, is the epoch. */
function timeOf(timestamp: WireMessage): string {
  const seconds = timestamp.number(1);
  const milliseconds = Math.floor(timestamp.number(2) / 1_000_000);
  const isInRange = seconds <= MAX_SECONDS && milliseconds <= 999;
  return new Date(isInRange ? seconds * 1000 + milliseconds : 0).toISOString();
}

function lenientText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
