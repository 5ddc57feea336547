import { describe, expect, it } from '@jest/globals';

import { deliver } from '../../service-fabric-network/src/deliver.ts';
import type { DeliverResponse } from '../../service-fabric-network/src/sdk.ts';
import {
  answer,
  fakeChannel,
  fakeIdentity,
  fakePeer,
  fakeStreams,
  SEEK_FULL,
} from './fakeNetwork.ts';
import type { FakeStreams } from './fakeNetwork.ts';

const block = (number: number): DeliverResponse => ({ Type: 'block', block: number });

interface Reading {
  readonly streams: FakeStreams;
  readonly abort: AbortController;
  readonly seen: unknown[];
  readonly done: Promise<void>;
}

function read(names: readonly string[]): Reading {
  const streams = fakeStreams();
  const abort = new AbortController();
  const seen: unknown[] = [];
  const source = {
    client: streams.client,
    channel: fakeChannel([]),
    identity: fakeIdentity(),
    peers: names.map((name) => fakePeer(name, 'OperatorMSP', answer(''))),
  };
  const run = async (): Promise<void> => {
    for await (const response of deliver(source, SEEK_FULL, abort.signal, 'blocks')) {
      seen.push(response.block);
    }
  };
  const done = run();
  done.catch(() => undefined); // looked at later
  return { streams, abort, seen, done };
}

describe('deliver', () => {
  it('gives blocks as they come and ends without an error when aborted', async () => {
    const { streams, abort, seen, done } = read(['peer0']);
    const stream = await streams.stream(0);

    stream.push(block(7));
    stream.push(block(8));
    while (seen.length < 2) await new Promise(setImmediate);
    abort.abort();

    await expect(done).resolves.toBeUndefined();
    expect(seen).toEqual([7, 8]);
  });

  it('takes the next peer when the first cannot be reached', async () => {
    const { streams, abort, seen, done } = read(['away0', 'peer1']);

    (await streams.stream(0)).push(block(7));
    while (seen.length < 1) await new Promise(setImmediate);
    abort.abort();
    await done;

    expect(seen).toEqual([7]);
  });

  it('opens nothing after it was aborted', async () => {
    const streams = fakeStreams();
    const source = {
      client: streams.client,
      channel: fakeChannel([]),
      identity: fakeIdentity(),
      peers: [fakePeer('away', 'OperatorMSP', answer(''))],
    };

    const first = await deliver(source, SEEK_FULL, AbortSignal.abort(), 'blocks').next();

    expect(first.done).toBe(true);
  });

  it.each([
    ['the peer is killed', Object.assign(new Error('Call cancelled'), { code: 1 }), 14],
    ['the peer ends it', undefined, 14],
  ])('throws when %s', async (_, error, grpcCode) => {
    const { streams, done } = read(['peer0']);

    (await streams.stream(0)).end(error);

    await expect(done).rejects.toMatchObject({ name: 'FabricFailure', stage: 'blocks', grpcCode });
  });

  it.each([
    [403, 9],
    [404, 9],
    [503, 14],
    [999, 9],
  ])('throws when the peer ends it with status %i', async (status, grpcCode) => {
    const { streams, done } = read(['peer0']);

    (await streams.stream(0)).push({ Type: 'status', status });

    await expect(done).rejects.toMatchObject({ stage: 'blocks', grpcCode });
  });

  it.each([[['away0', 'away1']], [[]]])('throws when no peer streams: %j', async (names) => {
    await expect(read(names).done).rejects.toMatchObject({ stage: 'blocks', grpcCode: 14 });
  });
});
