import { hash } from 'node:crypto';

import { canonicalise, parseCanonical, statePlaces } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import { parseCertificates } from '../../pki/certificate.ts';
import type { Certificate } from '../../pki/certificate.ts';
import { MAX_ENDORSED_BATCHES } from '../ledger.ts';
import type { EndorsedRead, PeerEndorsement } from '../ledger.ts';
import { readMessage, readUtf8 } from './strictMessage.ts';

/** The transaction function that reads recorded batches. */
export const READ_FUNCTION = 'usage:read';

/** What an endorsed read says; nothing of it is verified. */
export interface EndorsedAnswer {
  readonly channel: string;
  /** Chaincode that the client asked for, and that the peers ran. */
  readonly chaincode: string;
  /** The client's clock. */
  readonly askedAt: Date;
  /** Roots that were asked for, and the value of each as canonical JSON; `null`: there was none. */
  readonly batches: readonly (readonly [root: string, value: string])[];
  /** Whether the response names the hash of this very proposal. */
  readonly isBound: boolean;
  readonly endorsers: readonly Endorser[];
}

/** The peer behind a signature, as it names itself. */
export interface Endorser extends PeerEndorsement {
  readonly mspId: string;
  readonly certificate: Certificate;
}

const ENDORSER_TRANSACTION = 3; // common.HeaderType
const STATUS_OK = 200; // common.Status.SUCCESS
const MAX_SECONDS = 253_402_300_799; // the year 9999 ends
const MAX_RESULT_BYTES = 256 * 1024;
const MAX_NAME_BYTES = 249; // of a channel

/** Members of Fabric's messages and their field numbers, as fabric-protos has them. */
const SHAPE = {
  /** common.ChannelHeader */
  channelHeader: {
    type: [1, 'number'],
    version: [2, 'number'],
    timestamp: [3, 'bytes'],
    channelId: [4, 'bytes'],
    txId: [5, 'bytes'],
    epoch: [6, 'number'],
    extension: [7, 'bytes'],
    tlsCertHash: [8, 'bytes'],
  },
  /** google.protobuf.Timestamp */
  timestamp: { seconds: [1, 'number'], nanos: [2, 'number'] },
  /** common.SignatureHeader */
  signatureHeader: { creator: [1, 'bytes'], nonce: [2, 'bytes'] },
  /** peer.ChaincodeHeaderExtension: the chaincode that peers run */
  headerExtension: { chaincodeId: [2, 'bytes'] },
  /** peer.ChaincodeID */
  chaincodeId: { path: [1, 'bytes'], name: [2, 'bytes'], version: [3, 'bytes'] },
  /** peer.ChaincodeProposalPayload without transient values */
  proposal: { input: [1, 'bytes'] },
  /** peer.ChaincodeInvocationSpec */
  invocation: { chaincodeSpec: [1, 'bytes'] },
  /** peer.ChaincodeSpec */
  chaincodeSpec: {
    type: [1, 'number'],
    chaincodeId: [2, 'bytes'],
    input: [3, 'bytes'],
    timeout: [4, 'number'],
  },
  /** peer.ChaincodeInput; decorations have no place in a read */
  chaincodeInput: { args: [1, 'list'], isInit: [3, 'number'] },
  /** peer.ProposalResponsePayload */
  response: { proposalHash: [1, 'bytes'], extension: [2, 'bytes'] },
  /** peer.ChaincodeAction */
  chaincodeAction: {
    results: [1, 'bytes'],
    events: [2, 'bytes'],
    response: [3, 'bytes'],
    chaincodeId: [4, 'bytes'],
  },
  /** peer.Response */
  chaincodeResponse: { status: [1, 'number'], message: [2, 'bytes'], payload: [3, 'bytes'] },
  /** msp.SerializedIdentity */
  identity: { mspId: [1, 'bytes'], certificate: [2, 'bytes'] },
} as const;

/** The argument that asks for batches: canonical JSON of their places. */
export function batchKeys(roots: readonly string[]): string {
  return canonicalise(
    roots.map((root) => {
      const { objectType, attributes } = statePlaces.batch(root);
      return { objectType, attributes };
    }),
  );
}

/**
 * Reads what an endorsed read says.
 *
 * @param read - attacker-controlled; whoever calls bounds the length of each part.
 * @throws ServiceError `DOCUMENT_MALFORMED` unless it is a successful read of recorded batches and nothing else.
 */
export function parseEndorsedRead(read: EndorsedRead): EndorsedAnswer {
  const { channel, askedAt, asked } = readHeaders(read);
  const roots = readProposal(read.proposal);
  const { proposalHash, ran, values } = readResponse(read.response);
  if (asked !== ran) throw malformed('another chaincode ran than was asked for');
  if (values.length !== roots.length) throw malformed('not every batch has a value');
  const { channelHeader, signatureHeader, proposal } = read;
  const bound = hash('sha256', Buffer.concat([channelHeader, signatureHeader, proposal]), 'hex');
  return {
    ...{ channel, chaincode: ran, askedAt },
    batches: roots.map((root, place) => [root, canonicalise(values[place])]),
    isBound: bound === Buffer.from(proposalHash).toString('hex'),
    endorsers: read.endorsements.map(readEndorser),
  };
}

function readHeaders(read: EndorsedRead): {
  readonly channel: string;
  readonly askedAt: Date;
  readonly asked: string;
} {
  const header = readMessage(read.channelHeader, SHAPE.channelHeader);
  if (header.type !== ENDORSER_TRANSACTION) throw malformed('the proposal is for no chaincode');
  const { creator, nonce } = readMessage(read.signatureHeader, SHAPE.signatureHeader);
  if (readUtf8(header.txId) !== hash('sha256', Buffer.concat([nonce, creator]), 'hex')) {
    throw malformed('the transaction id is not that of nonce and creator'); // peers refuse it as well
  }
  const { chaincodeId } = readMessage(header.extension, SHAPE.headerExtension);
  return {
    channel: readName(header.channelId),
    askedAt: readTimestamp(header.timestamp),
    asked: readName(readMessage(chaincodeId, SHAPE.chaincodeId).name),
  };
}

function readTimestamp(bytes: Uint8Array): Date {
  const { seconds, nanos } = readMessage(bytes, SHAPE.timestamp);
  if (seconds > MAX_SECONDS || nanos > 999_999_999) throw malformed('a time is out of range');
  return new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
}

/** @returns the roots that are asked for. */
function readProposal(bytes: Uint8Array): readonly string[] {
  const { input } = readMessage(bytes, SHAPE.proposal);
  const { chaincodeSpec } = readMessage(input, SHAPE.invocation);
  const spec = readMessage(chaincodeSpec, SHAPE.chaincodeSpec);
  const { args, isInit } = readMessage(spec.input, SHAPE.chaincodeInput);
  const [name, keys, ...rest] = args.map(readUtf8);
  if (name !== READ_FUNCTION || keys === undefined || rest.length + isInit > 0) {
    throw malformed(`the proposal does not call ${READ_FUNCTION}`);
  }
  const places = readList(keys);
  if (places.length > MAX_ENDORSED_BATCHES) throw malformed('too many batches are asked for');
  const roots = places.map(rootIn);
  if (batchKeys(roots) !== keys) throw malformed('the proposal does not ask for batches');
  return roots;
}

function rootIn(place: unknown): string {
  const { attributes } = (place ?? {}) as { readonly attributes?: unknown }; // anything has members, or none
  const root: unknown = Array.isArray(attributes) ? attributes[0] : undefined;
  if (typeof root !== 'string' || !/^[0-9a-f]{64}$/.test(root)) {
    throw malformed('the proposal does not ask for batches');
  }
  return root;
}

function readResponse(bytes: Uint8Array): {
  readonly proposalHash: Uint8Array;
  readonly ran: string;
  readonly values: readonly unknown[];
} {
  const { proposalHash, extension } = readMessage(bytes, SHAPE.response);
  const action = readMessage(extension, SHAPE.chaincodeAction);
  const { status, payload } = readMessage(action.response, SHAPE.chaincodeResponse);
  if (status !== STATUS_OK || payload.length > MAX_RESULT_BYTES) {
    throw malformed('the chaincode gave no answer');
  }
  const ran = readName(readMessage(action.chaincodeId, SHAPE.chaincodeId).name);
  return { proposalHash, ran, values: readList(readUtf8(payload)) };
}

function readEndorser({ endorser, signature }: PeerEndorsement): Endorser {
  const identity = readMessage(endorser, SHAPE.identity);
  const [certificate, ...others] = parseCertificates(readUtf8(identity.certificate));
  if (certificate === undefined || others.length > 0) throw malformed('a peer has no certificate');
  return { endorser, signature, mspId: readName(identity.mspId), certificate };
}

/** Names of channels, chaincodes and organisations: they are shown to people. */
function readName(bytes: Uint8Array): string {
  const name = bytes.length > MAX_NAME_BYTES ? '' : readUtf8(bytes);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw malformed('a name is none');
  return name;
}

/** A list as canonical JSON. */
function readList(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = parseCanonical(text);
  } catch (cause) {
    throw malformed('a text is not canonical JSON', cause);
  }
  if (!Array.isArray(value)) throw malformed('a text is no list');
  return value;
}

function malformed(what: string, cause?: unknown): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `an endorsed read is malformed: ${what}`, {
    cause,
  });
}
