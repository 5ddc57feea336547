import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalBytes, leafHash, rootOf } from '@yinxin/chaincode/model';

import { BlockFollower } from '../../../../service/src/ledger/fabric/follower.ts';
import { openLogIndex } from '../../../../service/src/ledger/fabric/logIndex.ts';
import type { LogIndex } from '../../../../service/src/ledger/fabric/logIndex.ts';
import { parseBlock } from '../../../../service/src/ledger/fabric/fabricBlock.ts';
import { batchKey, recordingSpec, TestChain } from '../../../support/fabricBlocks.ts';
import { buildLedgerCity, issueAct } from '../../../support/ledgerCity.ts';
import type { LedgerCity } from '../../../support/ledgerCity.ts';

const LONG_MS = 10_000;

let city: LedgerCity;
let folder: string;
let file: string;
let index: LogIndex;
let serial = 0;

beforeAll(async () => {
  city = await buildLedgerCity();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-index-'));
  file = join(folder, 'index.db');
  index = openLogIndex(file, 'yinxin');
});

afterEach(() => {
  index.close();
  rmSync(folder, { recursive: true });
});

/** Adds a block that records one batch of `count` acts. */
async function record(chain: TestChain, count = 1): Promise<string> {
  const acts = await Promise.all(
    Array.from({ length: count }, () => issueAct(city, `F${++serial}`)),
  );
  const { root, ...spec } = recordingSpec(acts, { txId: `tx${serial}` });
  chain.add(spec);
  return root;
}

function appendAll(chain: TestChain, to: LogIndex = index): void {
  for (const bytes of chain.blocks.slice(to.height)) to.append(parseBlock(bytes));
}

describe('the index', () => {
  it('has one leaf a newly recorded batch, in the order of the ledger', async () => {
    const chain = new TestChain();
    const first = await record(chain, 2);
    chain.add({ txId: 'nothing written' });
    const second = await record(chain);

    appendAll(chain);

    expect(index.head).toEqual({ height: 4, headHash: chain.hashes[3] });
    expect([index.batchAt(0)?.root, index.batchAt(1)?.root, index.batchAt(2)]).toEqual([
      ...[first, second, null],
    ]);
    expect(index.batch(first)).toMatchObject({ index: 0, size: 2, block: 1 });
    expect(index.batch(second)).toMatchObject({ submitterMspId: 'OperatorMSP', block: 3 });
    expect(index.newestRoot()).toBe(second);
    const leaves = [index.batch(first), index.batch(second)].map((batch) => {
      const { root, size, at, submitterMspId } = batch!;
      return leafHash(canonicalBytes({ schemaVersion: 1, root, size, at, submitterMspId }));
    });
    expect(Buffer.from(index.log.rootHash())).toEqual(Buffer.from(rootOf(leaves)));
  });

  it('counts several roots of one transaction in the order of its write set', () => {
    const chain = new TestChain();
    const roots = ['aa'.repeat(32), 'bb'.repeat(32)];
    const writes = roots.map((root) => {
      const record = { schemaVersion: 1, root, size: 1, at: '', submitterMspId: '' };
      return [batchKey(root), JSON.stringify(record)] as const;
    });
    chain.add({ function: 'usage:record', writes });

    appendAll(chain);

    expect(roots.map((root) => index.batch(root)?.index)).toEqual([0, 1]);
  });

  it('leaves out what a peer found invalid, and other chaincodes', async () => {
    const chain = new TestChain();
    const { root, ...spec } = recordingSpec([await issueAct(city, 'X1')]);
    chain.add({ ...spec, validationCode: 11 }, { ...spec, chaincode: 'other' });

    appendAll(chain);

    expect(index.log.size()).toBe(0);
    expect(index.batch(root)).toBeNull();
  });

  it('finds the block of a transaction that recorded something', async () => {
    const chain = new TestChain();
    await record(chain);
    chain.add({ txId: 'empty' });

    appendAll(chain);

    expect(index.blockOf(`tx${serial}`)).toBe(1);
    expect(index.blockOf('empty')).toBeNull();
  });

  it('stores nothing of a block that does not follow', async () => {
    const [chain, other] = [new TestChain(), new TestChain('other')];
    await record(chain);
    await record(other);
    index.append(parseBlock(chain.blocks[0]!));

    expect(() => {
      index.append(parseBlock(other.blocks[1]!));
    }).toThrow(expect.objectContaining({ code: 'LEDGER_CORRUPT' }));

    expect(index.height).toBe(1);
    expect(index.log.size()).toBe(0);
  });

  it('is the same after it is opened again', async () => {
    const chain = new TestChain();
    const root = await record(chain);
    appendAll(chain);
    const logRoot = index.log.rootHash();
    index.close();

    index = openLogIndex(file, 'yinxin');

    expect(index.head).toEqual({ height: 2, headHash: chain.hashes[1] });
    expect(index.batch(root)?.block).toBe(1);
    expect(index.log.rootHash()).toEqual(logRoot);
  });

  it('refuses a file of another chaincode, and one that is none', () => {
    const corrupt = expect.objectContaining({ code: 'LEDGER_CORRUPT' });
    expect(() => openLogIndex(file, 'other')).toThrow(corrupt);

    const text = join(folder, 'text.db');
    writeFileSync(text, 'no database at all, only a text that is long enough'.repeat(100));
    expect(() => openLogIndex(text, 'yinxin')).toThrow(corrupt);
  });
});

/** Streams of a chain that behaves as a test says. */
function streamOf(
  chain: TestChain,
  isBroken: (stream: number, sent: number) => boolean = () => false,
): {
  readonly starts: number[];
  blocks(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array>;
} {
  const starts: number[] = [];
  return {
    starts,
    async *blocks(from, signal) {
      const stream = starts.push(from);
      for (let number = from, sent = 0; !signal.aborted;) {
        if (isBroken(stream, sent)) throw new Error('Connection dropped');
        const block = chain.blocks[number];
        if (block === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
        else {
          yield block;
          number += 1;
          sent += 1;
        }
      }
    },
  };
}

describe('the follower', () => {
  const followers: BlockFollower[] = [];

  afterEach(async () => {
    await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  });

  function follow(stream: ReturnType<typeof streamOf>, stallMs = 3000): BlockFollower {
    const follower = new BlockFollower(stream, index, { retryMs: 1, maxRetryMs: 4, stallMs });
    followers.push(follower);
    follower.start();
    return follower;
  }

  it('takes in what is there and what comes', async () => {
    const chain = new TestChain();
    await record(chain);
    const follower = follow(streamOf(chain));
    await follower.whenIndexed(1, LONG_MS);

    const later = follower.whenIndexed(2, LONG_MS);
    const root = await record(chain);
    await later;

    expect(index.batch(root)?.block).toBe(2);
  });

  it('loses and doubles nothing while its stream keeps breaking', async () => {
    const chain = new TestChain();
    const roots: string[] = [];
    for (let count = 0; count < 12; count += 1) roots.push(await record(chain));
    const stream = streamOf(chain, (number, sent) => sent > number % 4);
    const follower = follow(stream);

    await follower.whenIndexed(12, LONG_MS);

    expect(roots.map((root) => index.batch(root)?.index)).toEqual(roots.map((_, place) => place));
    expect(index.log.size()).toBe(roots.length);
    expect(stream.starts.length).toBeGreaterThan(4);
  });

  it('goes on where the index ends', async () => {
    const chain = new TestChain();
    await record(chain);
    await record(chain);
    appendAll(chain);
    const stream = streamOf(chain);
    const follower = follow(stream);
    await record(chain);

    await follower.whenIndexed(3, LONG_MS);

    expect(stream.starts).toEqual([0, 2]); // the first block is compared, the newest too
  });

  it('opens a stream that brings nothing anew', async () => {
    const chain = new TestChain();
    appendAll(chain);
    let isSilent = true;
    const inner = streamOf(chain);
    const stream = {
      ...inner,
      async *blocks(from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
        if (from > 0 || !isSilent) yield* inner.blocks(from, signal);
        else {
          yield chain.blocks[0]!;
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve);
          });
        }
      },
    };
    const follower = follow(stream, 20);
    await record(chain);

    await new Promise((resolve) => setTimeout(resolve, 30));
    isSilent = false;
    follower.noticeHeight(2);
    await follower.whenIndexed(1, LONG_MS);

    expect(index.height).toBe(2);
  });

  it('stops for good at another channel, and names the index', async () => {
    const [chain, wiped] = [new TestChain(), new TestChain('wiped')];
    await record(chain);
    appendAll(chain);

    const follower = follow(streamOf(wiped));
    await follower.whenCompared();

    await expect(follower.whenIndexed(5, LONG_MS)).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
      message: expect.stringContaining(file),
    });
    expect(follower.fault?.message).toContain('another channel');
  });

  it('stops for good at another block under a known number', async () => {
    const [chain, forked] = [new TestChain(), new TestChain()];
    await record(chain);
    await record(forked);
    appendAll(chain);

    const follower = follow(streamOf(forked));

    await expect(follower.whenIndexed(5, LONG_MS)).rejects.toMatchObject({
      code: 'LEDGER_CORRUPT',
      message: expect.stringContaining('block 1'),
    });
  });

  it('waits no longer than it is told', async () => {
    const follower = follow(streamOf(new TestChain()));

    await expect(follower.whenIndexed(5, 10)).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });

  it('tells those who wait when it stops', async () => {
    const follower = follow(streamOf(new TestChain()));
    const outcome = follower.whenIndexed(5, LONG_MS).catch((error: unknown) => error);

    await follower.stop();

    expect(await outcome).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});
