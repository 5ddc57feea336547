import { describe, expect, it } from '@jest/globals';

import { Broadcaster } from '../../service-fabric-network/src/broadcaster.ts';
import { CommitWatch } from '../../service-fabric-network/src/commitWatch.ts';
import { endorse, evaluate } from '../../service-fabric-network/src/proposals.ts';
import type { Parts } from '../../service-fabric-network/src/proposals.ts';
import type { Endorser, Sdk, SignedEnvelope } from '../../service-fabric-network/src/sdk.ts';
import {
  answer,
  fakeChannel,
  fakeIdentity,
  fakeOrderer,
  fakePeer,
  fakeStreams,
  filteredBlock,
  refusal,
} from './fakeNetwork.ts';
import type { FakeStreams } from './fakeNetwork.ts';

const CALL = { function: 'licence:record', args: ['[]'] };
const BOTH = ['OperatorMSP', 'AuditorMSP'];
const encode = (message: unknown): { finish(): Uint8Array } => ({
  finish: () => Buffer.from(JSON.stringify(message)),
});

interface World {
  readonly parts: Parts;
  readonly sent: SignedEnvelope[];
  readonly streams: FakeStreams;
}

function world(peers: readonly Endorser[]): World {
  const sent: SignedEnvelope[] = [];
  const orderer = fakeOrderer('orderer0', 'SUCCESS');
  const streams = fakeStreams();
  const channel = fakeChannel(peers);
  const identity = fakeIdentity();
  const own = channel.getEndorsers('OperatorMSP');
  const sendBroadcast: typeof orderer.sendBroadcast = (envelope, timeoutMs) => {
    sent.push(envelope);
    return orderer.sendBroadcast(envelope, timeoutMs);
  };
  const parts: Parts = {
    sdk: { Envelope: { encode } } as unknown as Sdk, // nothing else is asked of it
    channel,
    chaincode: 'yinxin',
    identity,
    broadcaster: new Broadcaster([{ ...orderer, sendBroadcast }], 1_000),
    commits: new CommitWatch({ client: streams.client, channel, identity, peers: own }, 1_000),
  };
  return { parts, sent, streams };
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('evaluate', () => {
  it('asks one peer of the organisation and nobody else', async () => {
    const peers = [
      fakePeer('peer0.operator', 'OperatorMSP', answer('operator says')),
      fakePeer('peer1.operator', 'OperatorMSP', answer('second')),
      fakePeer('peer0.auditor', 'AuditorMSP', answer('auditor says')),
    ];

    const result = await evaluate(world(peers).parts, CALL, 'OperatorMSP', 1_000);

    expect(text(result)).toBe('operator says');
    expect(peers.map((peer) => peer.calls())).toEqual([1, 0, 0]);
  });

  it.each([
    ['is away', fakePeer('peer0', 'OperatorMSP', answer(''), true)],
    [
      'was killed',
      fakePeer('peer0', 'OperatorMSP', Object.assign(new Error('dropped'), { code: 14 })),
    ],
    [
      'has no chaincode',
      fakePeer('peer0', 'OperatorMSP', refusal('could not launch chaincode', '')),
    ],
  ])('asks the next peer of the organisation when the first %s', async (_, first) => {
    const second = fakePeer('peer1', 'OperatorMSP', answer('second'));

    const result = await evaluate(world([first, second]).parts, CALL, 'OperatorMSP', 1_000);

    expect(text(result)).toBe('second');
  });

  it.each([
    ['the contract refuses', refusal('SEAL_REVOKED: no'), 2],
    ['its deadline is over', new Error('REQUEST TIMEOUT'), 4],
    ['the peer does not admit us', Object.assign(new Error('access denied'), { code: 2 }), 2],
  ])('does not ask another when %s', async (_, told, grpcCode) => {
    const second = fakePeer('peer1', 'OperatorMSP', answer('second'));
    const peers = [fakePeer('peer0', 'OperatorMSP', told), second];

    await expect(evaluate(world(peers).parts, CALL, 'OperatorMSP', 1_000)).rejects.toMatchObject({
      stage: 'evaluate',
      grpcCode,
    });
    expect(second.calls()).toBe(0);
  });

  it('fails for an organisation without peers', async () => {
    await expect(evaluate(world([]).parts, CALL, 'OperatorMSP', 1_000)).rejects.toMatchObject({
      stage: 'evaluate',
      grpcCode: 14,
    });
  });

  it('keeps nothing of the connection on an error', async () => {
    const error = Object.assign(new Error('REQUEST TIMEOUT'), { connection: { pem: 'secret' } });

    await expect(
      evaluate(world([fakePeer('peer0', 'OperatorMSP', error)]).parts, CALL, 'OperatorMSP', 1_000),
    ).rejects.toThrow();
    expect(error.connection).toBeUndefined();
  });
});

describe('endorse', () => {
  it('gives the answer and an envelope, signed once and sent as often as asked', async () => {
    const { parts, sent, streams } = world([
      fakePeer('peer0.operator', 'OperatorMSP', answer('outcomes')),
      fakePeer('peer0.auditor', 'AuditorMSP', answer('outcomes')),
    ]);

    const transaction = await endorse(parts, CALL, BOTH, 1_000);
    const submitted = transaction.submit();
    const stream = await streams.stream(0);
    stream.push(filteredBlock(5, {}));
    await submitted;
    await transaction.submit();
    stream.push(filteredBlock(6, { [transaction.txId]: 0 }));

    expect(await transaction.commitStatus()).toEqual({ code: 0, block: 6 });
    expect(text(transaction.result)).toBe('outcomes');
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual(sent[1]);
    expect(text(sent[0]?.payload ?? Buffer.of())).toBe(transaction.txId);
    expect(text(transaction.envelope)).toBe(JSON.stringify(sent[0]));
    parts.commits.close();
  });

  it('asks exactly the organisations named', async () => {
    const peers = [
      fakePeer('peer0.operator', 'OperatorMSP', answer('')),
      fakePeer('peer0.auditor', 'AuditorMSP', answer('')),
    ];

    await endorse(world(peers).parts, CALL, ['AuditorMSP'], 1_000);

    expect(peers.map((peer) => peer.calls())).toEqual([0, 1]);
  });

  it('fails when organisations answer differently', async () => {
    const peers = [
      fakePeer('peer0.operator', 'OperatorMSP', answer('', 'one')),
      fakePeer('peer0.auditor', 'AuditorMSP', answer('', 'other')),
    ];

    await expect(endorse(world(peers).parts, CALL, BOTH, 1_000)).rejects.toMatchObject({
      stage: 'endorse',
      grpcCode: 10,
      details: ['ProposalResponsePayloads do not match'],
    });
  });

  it.each([
    ['refuses', refusal('SEAL_REVOKED: no'), 'chaincode response 500, SEAL_REVOKED: no'],
    ['is silent', new Error('REQUEST TIMEOUT'), 'REQUEST TIMEOUT'],
  ])('fails when one of the organisations %s', async (_, told, detail) => {
    const peers = [
      fakePeer('peer0.operator', 'OperatorMSP', answer('')),
      fakePeer('peer0.auditor', 'AuditorMSP', told),
    ];

    await expect(endorse(world(peers).parts, CALL, BOTH, 1_000)).rejects.toMatchObject({
      stage: 'endorse',
      details: [detail],
    });
  });
});
