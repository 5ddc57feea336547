import { describe, expect, it } from '@jest/globals';
import { canonicalise } from '@yinxin/chaincode/model';

import { StateReader } from '../../../../service/src/ledger/fabric/stateReader.ts';
import type { ReadFloor } from '../../../../service/src/ledger/fabric/stateReader.ts';
import type { StateKey } from '../../../../service/src/ledger/ledger.ts';

interface Query {
  readonly name: string;
  readonly keys: readonly { readonly objectType: string; readonly attributes: string[] }[];
  answer(): void;
  fail(error: Error): void;
}

/** A peer that answers when it is told; every key has itself as value, `none` has none. */
function testPeer(): {
  queries: Query[];
  evaluate: (name: string, text: string) => Promise<Uint8Array>;
} {
  const queries: Query[] = [];
  return {
    queries,
    evaluate: (name, text) =>
      new Promise((resolve, reject) => {
        const keys = JSON.parse(text) as Query['keys'];
        expect(canonicalise(keys)).toBe(text);
        const values = keys.map((key) => (key.attributes[0] === 'none' ? null : key));
        queries.push({
          ...{ name, keys, fail: reject },
          answer: () => {
            resolve(Buffer.from(JSON.stringify(values)));
          },
        });
      }),
  };
}

const NO_FLOOR: ReadFloor = { roots: [], height: 7 };

function readerOf(
  peer: ReturnType<typeof testPeer>,
  floor = NO_FLOOR,
  timeoutMs = 5000,
): StateReader {
  return new StateReader({ evaluate: peer.evaluate, floor: () => floor, timeoutMs });
}

function key(...attributes: string[]): StateKey {
  return { contract: 'licence', objectType: 'licence', attributes };
}

function valueOf(...attributes: string[]): object {
  return { objectType: 'licence', attributes };
}

/** Lets queries leave. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('concurrent reads', () => {
  it('share one query, in which a key stands once', async () => {
    const peer = testPeer();
    const reader = readerOf(peer);

    const reads = [reader.read([key('a'), key('b')]), reader.read([key('b'), key('none')])];
    await nextTurn();
    peer.queries[0]!.answer();

    expect(await Promise.all(reads)).toEqual([
      { values: [valueOf('a'), valueOf('b')], height: 7 },
      { values: [valueOf('b'), null], height: 7 },
    ]);
    expect(peer.queries).toHaveLength(1);
    expect(peer.queries[0]!.name).toBe('licence:read');
    expect(peer.queries[0]!.keys.map(({ attributes }) => attributes)).toEqual([
      ['a'],
      ['b'],
      ['none'],
    ]);
  });

  it('have at most two queries under way; what comes meanwhile goes together', async () => {
    const peer = testPeer();
    const reader = readerOf(peer);
    const reads: Promise<unknown>[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      reads.push(reader.read([key(name)]));
      await nextTurn();
    }
    expect(peer.queries).toHaveLength(2);

    peer.queries[0]!.answer();
    await nextTurn();

    expect(peer.queries[2]!.keys).toHaveLength(2);
    peer.queries.forEach((query) => {
      query.answer();
    });
    await Promise.all(reads);
  });

  it('are told apart when their query fails, and the next works', async () => {
    const peer = testPeer();
    const reader = readerOf(peer);
    const failed = [reader.read([key('a')]), reader.read([key('b')])];
    await nextTurn();

    peer.queries[0]!.fail(new Error('broken'));
    expect((await Promise.allSettled(failed)).map(({ status }) => status)).toEqual([
      ...['rejected', 'rejected'],
    ]);

    const next = reader.read([key('c')]);
    await nextTurn();
    peer.queries[1]!.answer();
    expect((await next).values).toEqual([valueOf('c')]);
  });

  it('never ask for more keys than the contract takes, and keep a request whole', async () => {
    const peer = testPeer();
    const reader = readerOf(peer, { roots: ['aa', 'bb'], height: 1 });
    const many = (name: string): StateKey[] =>
      Array.from({ length: 600 }, (_, place) => key(name, String(place)));

    const reads = [reader.read(many('one')), reader.read(many('two'))];
    await nextTurn();
    peer.queries.forEach((query) => {
      query.answer();
    });

    const [one, two] = await Promise.all(reads);
    expect(peer.queries.map(({ keys }) => keys.length)).toEqual([602, 602]);
    expect([one!.values[599], two!.values[0]]).toEqual([
      valueOf('one', '599'),
      valueOf('two', '0'),
    ]);
  });
});

describe('one read', () => {
  it('asks nothing for no keys and for names no key can have', async () => {
    const peer = testPeer();
    const reader = readerOf(peer);
    const impossible = [
      key(''),
      key('a\0'),
      key('x'.repeat(201)),
      key('\ud800'),
      key('\u{10ffff}'),
    ];

    expect(await reader.read([])).toEqual({ values: [], height: 7 });
    expect((await reader.read(impossible)).values).toEqual(impossible.map(() => null));
    expect(peer.queries).toHaveLength(0);
  });

  it('of more keys than fit is made of several queries', async () => {
    const peer = testPeer();
    const reader = readerOf(peer);

    const read = reader.read(Array.from({ length: 2000 }, (_, place) => key(String(place))));
    for (let count = 0; count < 3; count += 1) {
      await nextTurn();
      peer.queries[count]!.answer();
    }

    expect((await read).values[1999]).toEqual(valueOf('1999'));
    expect(Math.max(...peer.queries.map(({ keys }) => keys.length))).toBeLessThanOrEqual(1000);
  });

  it('gives up in time, and a query that hangs holds up nobody for longer', async () => {
    const peer = testPeer();
    const reader = readerOf(peer, NO_FLOOR, 50);
    const begun = performance.now();

    const hanging = ['a', 'b', 'c'].map(async (name) => {
      await nextTurn();
      return await reader.read([key(name)]);
    });
    const outcomes = await Promise.allSettled(hanging);

    expect(outcomes).toEqual(
      outcomes.map(() =>
        expect.objectContaining({
          reason: expect.objectContaining({ code: 'LEDGER_UNAVAILABLE' }),
        }),
      ),
    );
    expect(performance.now() - begun).toBeLessThan(5000);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const next = reader.read([key('d')]);
    await nextTurn();
    peer.queries.at(-1)!.answer();
    expect((await next).values).toEqual([valueOf('d')]);
  });

  it('refuses an answer for other keys', async () => {
    const evaluate = (): Promise<Uint8Array> => Promise.resolve(Buffer.from('[]'));
    const reader = new StateReader({ evaluate, floor: () => NO_FLOOR });

    await expect(reader.read([key('a')])).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('a peer that is behind', () => {
  const floor = { roots: ['none'], height: 9 };

  it('is asked again until it has the newest batch', async () => {
    let behind = 2;
    const evaluate = (_: string, text: string): Promise<Uint8Array> => {
      const keys = JSON.parse(text) as Query['keys'];
      behind -= 1;
      const values = keys.map(({ objectType }) => {
        return objectType === 'batch' && behind >= 0 ? null : { behind };
      });
      return Promise.resolve(Buffer.from(JSON.stringify(values)));
    };
    const reader = new StateReader({ evaluate, floor: () => floor });

    expect(await reader.read([key('a')])).toEqual({ values: [{ behind: -1 }], height: 9 });
  });

  it('is not believed when it stays behind', async () => {
    const peer = testPeer();
    const reader = new StateReader({
      ...{ floor: () => floor, timeoutMs: 60 },
      evaluate: async (name, text) => {
        const answer = peer.evaluate(name, text);
        peer.queries.at(-1)!.answer();
        return await answer;
      },
    });

    await expect(reader.read([key('a')])).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});
