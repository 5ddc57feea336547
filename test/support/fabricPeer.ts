/** A client's view of the fake channel with what followers and readers use: blocks by number, heights, streams that break. */
import { parseBlock } from '../../service/src/ledger/fabric/fabricBlock.ts';
import { readMessage } from '../../service/src/ledger/fabric/protobufWire.ts';
import { FabricFailure } from '../../service/src/ledger/fabric/transport.ts';
import type { FabricCall, FabricTransport } from '../../service/src/ledger/fabric/transport.ts';
import { toPem } from '../../service/src/pki/certificate.ts';
import { buildCertificate } from './certificates.ts';
import { FAKE_ORGANISATIONS } from './fakeFabric.ts';
import type { FakeFabric } from './fakeFabric.ts';
import { encodeMessage } from './fabricMessages.ts';

/** How this view fails; a test sets what it needs. */
export interface PeerFaults {
  /** Organisations whose peers do not answer. */
  readonly out: Set<string>;
  /** Organisations whose peers never answer, nor refuse. */
  readonly hanging: Set<string>;
  /** Blocks that each organisation's peers lack, reads included; what is missing shows the state of the wiped key. */
  readonly heightLag: Map<string, number>;
  /** So many blocks come before a stream breaks; null: it holds. */
  cutAfter: number | null;
  /** While true streams bring nothing. */
  isSilent: boolean;
  /** Answers of the next evaluations in place of the peer's; `null`: the peer's. */
  readonly answers: ((call: FabricCall) => Uint8Array | null)[];
}

export interface FabricPeer extends FabricTransport {
  readonly faults: PeerFaults;
  /** Evaluations so far, system chaincodes left out. */
  readonly queries: readonly FabricCall[];
  /** Where each stream began. */
  readonly streams: readonly number[];
  isClosed: boolean;
}

export function fabricPeer(fake: FakeFabric, mspId: string = FAKE_ORGANISATIONS[0]): FabricPeer {
  const inner = fake.transport(mspId);
  const queries: FabricCall[] = [];
  const streams: number[] = [];
  const faults: PeerFaults = {
    ...{ out: new Set<string>(), hanging: new Set<string>(), heightLag: new Map<string, number>() },
    ...{ cutAfter: null, isSilent: false, answers: [] },
  };
  const evaluate = async (call: FabricCall, organisation: string): Promise<Uint8Array> => {
    if (faults.hanging.has(organisation)) return await new Promise(() => undefined);
    if (faults.out.has(organisation)) throw failure('evaluate');
    if (call.chaincode === 'qscc') {
      return await askSystem(inner, call, fake.height - (faults.heightLag.get(organisation) ?? 0));
    }
    queries.push(call);
    const answer = faults.answers.shift()?.(call) ?? null;
    return answer ?? (await inner.evaluate(call, organisation));
  };
  async function* blocks(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (faults.out.has(mspId)) throw failure('blocks');
    streams.push(from);
    let count = 0;
    for await (const block of inner.blocks(from, signal)) {
      if (faults.cutAfter !== null && count >= faults.cutAfter) throw failure('blocks');
      if (faults.isSilent) await untilAborted(signal);
      if (signal.aborted) return;
      count += 1;
      yield withOrderer(block);
    }
  }
  const peer: FabricPeer = {
    ...inner,
    ...{ faults, queries, streams, isClosed: false, evaluate, blocks },
    close: () => {
      peer.isClosed = true;
      return inner.close();
    },
  };
  return peer;
}

async function askSystem(
  inner: FabricTransport,
  call: FabricCall,
  height: number,
): Promise<Uint8Array> {
  if (call.function === 'GetBlockByNumber') return await blockAt(inner, Number(call.args[1]));
  const { hash } = parseBlock(await blockAt(inner, height - 1));
  return encodeMessage([1, height], [2, Buffer.from(hash, 'hex')]);
}

async function blockAt(inner: FabricTransport, number: number): Promise<Uint8Array> {
  for await (const block of inner.blocks(number, new AbortController().signal)) {
    return withOrderer(block);
  }
  throw failure('evaluate');
}

const ORDERER = toPem([buildCertificate(null).certificate.der]);

/** Puts an orderer's made-up signature into a block's metadata, which no hash covers. */
function withOrderer(bytes: Uint8Array): Uint8Array {
  const block = readMessage(bytes);
  const creator = encodeMessage([1, 'OrdererMSP'], [2, ORDERER]);
  const signature = encodeMessage([1, encodeMessage([1, creator])], [2, 'signature']);
  const [, ...rest] = block.message(3).all(1);
  const metadata = [encodeMessage([1, 'value'], [2, signature]), ...rest];
  return encodeMessage(
    [1, block.bytes(1)],
    [2, block.bytes(2)],
    [3, encodeMessage(...metadata.map((each) => [1, each] as const))],
  );
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

function failure(stage: 'evaluate' | 'blocks'): FabricFailure {
  return new FabricFailure({ stage, grpcCode: 14, details: [], message: 'Connection dropped' });
}
