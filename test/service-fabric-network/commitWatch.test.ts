import { afterEach, describe, expect, it } from '@jest/globals';

import { CommitWatch } from '../../service-fabric-network/src/commitWatch.ts';
import type { SeekOptions } from '../../service-fabric-network/src/sdk.ts';
import {
  answer,
  fakeChannel,
  fakeIdentity,
  fakePeer,
  fakeStreams,
  filteredBlock,
} from './fakeNetwork.ts';
import type { FakeStreams } from './fakeNetwork.ts';

const open: CommitWatch[] = [];

interface Watched {
  readonly watch: CommitWatch;
  readonly streams: FakeStreams;
  /** From which block each stream was asked for. */
  readonly starts: (number | 'newest')[];
}

function watched(peer = 'peer0', timeoutMs = 5_000): Watched {
  const streams = fakeStreams();
  const starts: (number | 'newest')[] = [];
  const channel = fakeChannel([]);
  const service = channel.newEventService('');
  const build = (_: unknown, options: SeekOptions): void => {
    starts.push(options.startBlock);
  };
  const watch = new CommitWatch(
    {
      client: streams.client,
      channel: { ...channel, newEventService: () => ({ ...service, build }) },
      identity: fakeIdentity(),
      peers: [fakePeer(peer, 'OperatorMSP', answer(''))],
    },
    timeoutMs,
  );
  open.push(watch);
  return { watch, streams, starts };
}

describe('CommitWatch', () => {
  afterEach(() => {
    for (const watch of open.splice(0)) watch.close();
  });

  it('lets nothing be ordered before the newest block is known', async () => {
    const { watch, streams, starts } = watched();
    let isWatching = false;

    const watching = watch
      .expect('tx1')
      .watch()
      .then(() => {
        isWatching = true;
      });
    const stream = await streams.stream(0);
    await new Promise(setImmediate);
    const before = isWatching;
    stream.push(filteredBlock(5, {}));
    await watching;

    expect(before).toBe(false);
    expect(starts).toEqual(['newest']);
  });

  it('tells each transaction its own code and block', async () => {
    const { watch, streams } = watched();
    const statuses = Promise.all(['tx1', 'tx2'].map((txId) => watch.expect(txId).status()));
    const stream = await streams.stream(0);

    stream.push(filteredBlock(5, {}));
    await new Promise(setImmediate);
    stream.push(filteredBlock(6, { other: 0, tx2: 11 }));
    stream.push(filteredBlock(7, { tx1: 0 }));

    expect(await statuses).toEqual([
      { code: 0, block: 7 },
      { code: 11, block: 6 },
    ]);
  });

  it('keeps to the first block when the same transaction was ordered twice', async () => {
    const { watch, streams } = watched();
    const outcome = watch.expect('tx1');
    const first = outcome.status();
    const stream = await streams.stream(0);

    stream.push(filteredBlock(5, {}));
    await new Promise(setImmediate);
    stream.push(filteredBlock(6, { tx1: 0 }));
    await first;
    await outcome.watch();
    stream.push(filteredBlock(7, { tx1: 9 }));
    await new Promise(setImmediate);

    expect(await outcome.status()).toEqual({ code: 0, block: 6 });
  });

  it('tells waiters that the stream broke, and goes on after the block last seen', async () => {
    const { watch, streams, starts } = watched();
    const outcome = watch.expect('tx1');
    const first = outcome.status();
    const stream = await streams.stream(0);
    stream.push(filteredBlock(5, {}));
    await new Promise(setImmediate);

    stream.end(Object.assign(new Error('Connection dropped'), { code: 14 }));
    await expect(first).rejects.toMatchObject({ stage: 'commitStatus', grpcCode: 14 });
    const second = outcome.status();
    (await streams.stream(1)).push(filteredBlock(6, { tx1: 0 }));

    expect(await second).toEqual({ code: 0, block: 6 });
    expect(starts).toEqual(['newest', 6]);
  });

  it('knows without a question what a block said meanwhile', async () => {
    const { watch, streams } = watched();
    const outcome = watch.expect('tx1');
    const watching = outcome.watch();
    const stream = await streams.stream(0);
    stream.push(filteredBlock(5, {}));
    await watching;

    stream.push(filteredBlock(6, { tx1: 0 }));
    await new Promise(setImmediate);
    watch.close();

    expect(await outcome.status()).toEqual({ code: 0, block: 6 });
  });

  it('gives up after its deadline', async () => {
    const { watch, streams } = watched('peer0', 20);
    const status = watch.expect('tx1').status();

    (await streams.stream(0)).push(filteredBlock(5, {}));

    await expect(status).rejects.toMatchObject({ stage: 'commitStatus', grpcCode: 4 });
  });

  it('fails at once when no peer can be reached', async () => {
    await expect(watched('away').watch.expect('tx1').watch()).rejects.toMatchObject({
      stage: 'commitStatus',
      grpcCode: 14,
    });
  });

  it('fails after it was closed', async () => {
    const { watch } = watched();
    watch.close();

    await expect(watch.expect('tx1').status()).rejects.toMatchObject({ stage: 'commitStatus' });
  });
});
