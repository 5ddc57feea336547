/** Blocks as Fabric makes them, by Fabric's own message classes: what the service reads is written here by other code. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

import type * as messages from '@hyperledger/fabric-protos';
import { canonicalise, leafHash, canonicalBytes, rootOf } from '@yinxin/chaincode/model';
import type { SignedAct } from '@yinxin/chaincode/model';

import type { PeerEndorsement } from '../../service/src/ledger/ledger.ts';

const require = createRequire(new URL('../../service/package.json', import.meta.url)); // the service's own version
const { common, ledger, msp, peer } = require('@hyperledger/fabric-protos') as typeof messages; // untyped by nature

/** A transaction to be built; defaults are valid. */
export interface BlockTransactionSpec {
  readonly txId?: string;
  readonly at?: Date;
  readonly chaincode?: string;
  readonly function?: string;
  readonly args?: readonly string[];
  readonly response?: string;
  /** Key and value; null: deleted. */
  readonly writes?: readonly (readonly [key: string, value: string | null])[];
  readonly validationCode?: number;
  /** Signs the serialised `peer.ProposalResponsePayload`. Default: two organisations, with made-up signatures. */
  readonly endorse?: (response: Uint8Array) => readonly PeerEndorsement[];
}

/** A node that signs blocks. */
export interface TestOrderer {
  /** PEM. */
  readonly certificate: string;
  /** @returns DER. */
  sign(bytes: Uint8Array): Uint8Array;
}

export interface BlockSpec {
  readonly number: number;
  /** Header hash of the block before, lower-case hex; empty for block 0. */
  readonly previousHash: string;
  readonly envelopes: readonly Uint8Array[];
  readonly validationCodes: readonly number[];
  readonly orderer?: TestOrderer | null;
}

export const BLOCK_CHANNEL = 'yinxin';

/** Key of a recorded batch. */
export function batchKey(root: string): string {
  return `\0batch\0${root}\0`;
}

/** What a transaction that records acts under one root looks like. */
export function recordingSpec(
  acts: readonly SignedAct[],
  overrides: BlockTransactionSpec = {},
): BlockTransactionSpec & { readonly root: string } {
  const root = Buffer.from(rootOf(acts.map(({ act }) => leafHash(canonicalBytes(act))))).toString(
    'hex',
  );
  const at = overrides.at ?? new Date('2026-01-02T00:00:00Z');
  const record = {
    schemaVersion: 1,
    ...{ root, size: acts.length, at: at.toISOString(), submitterMspId: 'OperatorMSP' },
  };
  const outcomes = acts.map(({ act }, index) => {
    return { id: act.id, outcome: 'recorded', position: { root, index } };
  });
  const contract = acts[0]!.act.act.split('.')[0]!;
  return {
    ...{ root, at, function: `${contract}:record`, args: [canonicalise(acts)] },
    response: canonicalise(outcomes),
    writes: [[batchKey(root), canonicalise(record)]],
    ...overrides,
  };
}

/** A serialised `common.Envelope` of a transaction. */
export function buildEnvelope(spec: BlockTransactionSpec): Uint8Array {
  const channelHeader = buildChannelHeader(spec);
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(buildIdentity('OperatorMSP'));
  signatureHeader.setNonce(Buffer.from('nonce'));
  const proposal = buildProposal(spec);
  const parts = [channelHeader, signatureHeader.serializeBinary(), proposal] as const;
  const action = new peer.TransactionAction();
  action.setHeader(parts[1]);
  action.setPayload(buildActionPayload(spec, parts));
  const transaction = new peer.Transaction();
  transaction.addActions(action);
  const header = new common.Header();
  header.setChannelHeader(channelHeader);
  header.setSignatureHeader(parts[1]);
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(transaction.serializeBinary());
  return envelopeOf(payload);
}

/** A serialised envelope that changes the channel, as in block 0. @param salt - makes another channel of it. */
export function buildConfigEnvelope(salt = ''): Uint8Array {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(common.HeaderType.CONFIG);
  channelHeader.setChannelId(BLOCK_CHANNEL);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(Buffer.from(`configuration ${salt}`));
  return envelopeOf(payload);
}

/** A serialised `common.Block` and the hash of its header. */
export function buildBlock(spec: BlockSpec): { readonly bytes: Uint8Array; readonly hash: string } {
  const header = new common.BlockHeader();
  header.setNumber(spec.number);
  header.setPreviousHash(Buffer.from(spec.previousHash, 'hex'));
  header.setDataHash(sha256(...spec.envelopes));
  const data = new common.BlockData();
  data.setDataList([...spec.envelopes]);
  const headerBytes = headerDer(header);
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList([
    buildSignatures(spec, headerBytes),
    ...[
      new Uint8Array(),
      Uint8Array.from(spec.validationCodes),
      new Uint8Array(),
      new Uint8Array(),
    ],
  ]);
  const block = new common.Block();
  block.setHeader(header);
  block.setData(data);
  block.setMetadata(metadata);
  return { bytes: block.serializeBinary(), hash: sha256(headerBytes).toString('hex') };
}

/** Blocks that follow each other, block 0 a configuration. */
export class TestChain {
  readonly blocks: Uint8Array[] = [];
  readonly hashes: string[] = [];
  readonly #orderer: TestOrderer | null;

  /** @param salt - another one is another channel. @param orderer - signs the blocks; null: nobody does. */
  constructor(salt = '', orderer: TestOrderer | null = null) {
    this.#orderer = orderer;
    this.append([buildConfigEnvelope(salt)], [0]);
  }

  /** Adds a block of transactions. @returns its number. */
  add(...specs: readonly BlockTransactionSpec[]): number {
    return this.append(
      specs.map(buildEnvelope),
      specs.map(({ validationCode }) => validationCode ?? 0),
    );
  }

  append(envelopes: readonly Uint8Array[], validationCodes: readonly number[]): number {
    const number = this.blocks.length;
    const previousHash = this.hashes.at(-1) ?? '';
    const orderer = this.#orderer;
    const { bytes, hash } = buildBlock({
      ...{ number, previousHash, envelopes, validationCodes, orderer },
    });
    this.blocks.push(bytes);
    this.hashes.push(hash);
    return number;
  }
}

function buildChannelHeader(spec: BlockTransactionSpec): Uint8Array {
  const header = new common.ChannelHeader();
  header.setType(common.HeaderType.ENDORSER_TRANSACTION);
  header.setChannelId(BLOCK_CHANNEL);
  header.setTxId(spec.txId ?? 'tx');
  const at = (spec.at ?? new Date('2026-01-02T00:00:00Z')).getTime();
  const chaincode = chaincodeId(spec);
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincode);
  header.setExtension$(extension.serializeBinary());
  const bytes = header.serializeBinary();
  // a timestamp (field 3) by hand: its class is not exported
  const time = Buffer.concat([
    Uint8Array.of(0x08, ...varint(Math.floor(at / 1000))),
    Uint8Array.of(0x10, ...varint((at % 1000) * 1_000_000)),
  ]);
  return Buffer.concat([bytes, Uint8Array.of(0x1a, time.length), time]);
}

function buildProposal(spec: BlockTransactionSpec): Uint8Array {
  const input = new peer.ChaincodeInput();
  const texts = [spec.function ?? 'licence:record', ...(spec.args ?? [])];
  input.setArgsList(texts.map((text) => Buffer.from(text)));
  const chaincode = new peer.ChaincodeSpec();
  chaincode.setChaincodeId(chaincodeId(spec));
  chaincode.setInput(input);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(chaincode);
  const proposal = new peer.ChaincodeProposalPayload();
  proposal.setInput(invocation.serializeBinary());
  return proposal.serializeBinary();
}

function buildActionPayload(
  spec: BlockTransactionSpec,
  parts: readonly [Uint8Array, Uint8Array, Uint8Array],
): Uint8Array {
  const answer = new peer.ProposalResponsePayload();
  answer.setProposalHash(sha256(...parts));
  answer.setExtension$(buildResult(spec));
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(answer.serializeBinary());
  for (const { endorser, signature } of (spec.endorse ?? pretend)(answer.serializeBinary())) {
    const endorsement = new peer.Endorsement();
    endorsement.setEndorser(endorser);
    endorsement.setSignature(signature);
    endorsed.addEndorsements(endorsement);
  }
  const payload = new peer.ChaincodeActionPayload();
  payload.setChaincodeProposalPayload(parts[2]);
  payload.setAction(endorsed);
  return payload.serializeBinary();
}

function pretend(): readonly PeerEndorsement[] {
  const signature = Buffer.from('signature');
  return ['OperatorMSP', 'AuditorMSP'].map((mspId) => {
    return { endorser: buildIdentity(mspId), signature };
  });
}

function buildResult(spec: BlockTransactionSpec): Uint8Array {
  const set = new ledger.rwset.kvrwset.KVRWSet();
  for (const [key, value] of spec.writes ?? []) {
    const write = new ledger.rwset.kvrwset.KVWrite();
    write.setKey(key);
    write.setIsDelete(value === null);
    write.setValue(Buffer.from(value ?? ''));
    set.addWrites(write);
  }
  const results = new ledger.rwset.TxReadWriteSet();
  results.setNsRwsetList([
    namespace('_lifecycle', new ledger.rwset.kvrwset.KVRWSet()),
    namespace(spec.chaincode ?? 'yinxin', set),
  ]);
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(Buffer.from(spec.response ?? '[]'));
  const action = new peer.ChaincodeAction();
  action.setResults(results.serializeBinary());
  action.setResponse(response);
  action.setChaincodeId(chaincodeId(spec));
  return action.serializeBinary();
}

function namespace(
  name: string,
  set: messages.ledger.rwset.kvrwset.KVRWSet,
): messages.ledger.rwset.NsReadWriteSet {
  const result = new ledger.rwset.NsReadWriteSet();
  result.setNamespace(name);
  result.setRwset(set.serializeBinary());
  return result;
}

function buildSignatures({ orderer }: BlockSpec, headerBytes: Uint8Array): Uint8Array {
  if (orderer === undefined || orderer === null) return new Uint8Array();
  const header = new common.SignatureHeader();
  header.setCreator(buildIdentity('OrdererMSP', orderer.certificate));
  header.setNonce(Buffer.from('nonce'));
  const value = Buffer.from('last configuration');
  const signed = Buffer.concat([value, header.serializeBinary(), headerBytes]);
  const signature = new common.MetadataSignature();
  signature.setSignatureHeader(header.serializeBinary());
  signature.setSignature(orderer.sign(signed));
  const metadata = new common.Metadata();
  metadata.setValue(value);
  metadata.addSignatures(signature);
  return metadata.serializeBinary();
}

function buildIdentity(mspId: string, certificate = 'certificate'): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  return identity.serializeBinary();
}

function chaincodeId(spec: BlockTransactionSpec): messages.peer.ChaincodeID {
  const id = new peer.ChaincodeID();
  id.setName(spec.chaincode ?? 'yinxin');
  id.setVersion('1');
  return id;
}

function envelopeOf(payload: messages.common.Payload): Uint8Array {
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(Buffer.from('signature'));
  return envelope.serializeBinary();
}

function headerDer(header: messages.common.BlockHeader): Uint8Array {
  const hex = header.getNumber().toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const integer = Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
  const parts: (readonly [number, Uint8Array])[] = [
    [0x02, integer],
    [0x04, header.getPreviousHash_asU8()],
    [0x04, header.getDataHash_asU8()],
  ];
  const content = Buffer.concat(
    parts.map(([tag, value]) => Buffer.concat([Uint8Array.of(tag, value.length), value])),
  );
  return Buffer.concat([Uint8Array.of(0x30, content.length), content]);
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}
