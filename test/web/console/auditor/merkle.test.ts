/** Merkle trees of the console against those of the ledger, and the browser as a witness. */
import { describe, expect, it } from '@jest/globals';
import {
  consistencyProof,
  inclusionPath,
  leafHash as ledgerLeafHash,
  rootOf as ledgerRootOf,
} from '@yinxin/chaincode/model';
import {
  climb,
  isConsistent,
  leafHash,
  rootOf,
} from '../../../../web/src/console/auditor/proof/merkle.ts';
import type { Checkpoint } from '../../../../web/src/console/auditor/proof/checkpoint.ts';
import {
  isAlarm,
  keepSeen,
  recallSeen,
  witness,
  type Seen,
} from '../../../../web/src/console/auditor/proof/witness.ts';
import { toHex, type Bytes } from '../../../../web/src/offline/bytes.ts';

const LEAVES = Array.from({ length: 33 }, (_, index) =>
  Uint8Array.from(ledgerLeafHash(Uint8Array.of(index))),
);
const bytes = (hashes: readonly Uint8Array[]): readonly Bytes[] =>
  hashes.map((hash) => Uint8Array.from(hash));
const rootAt = (size: number): Bytes => Uint8Array.from(ledgerRootOf(LEAVES.slice(0, size)));

describe('a tree', () => {
  it('has the hashes and roots of the ledger’s own', async () => {
    expect(await leafHash(Uint8Array.of(7))).toEqual(LEAVES[7]);
    for (let size = 0; size <= LEAVES.length; size += 1) {
      expect(await rootOf(LEAVES.slice(0, size))).toEqual(rootAt(size));
    }
  });

  it('is climbed from each leaf of each size to its root, and by no other place', async () => {
    for (const size of [1, 2, 3, 5, 8, 13, 33]) {
      for (let index = 0; index < size; index += 1) {
        const path = bytes(inclusionPath(index, LEAVES.slice(0, size)));
        const leaf = LEAVES[index]!;
        const climbs = await climb({ leaf, index, size, path });
        expect(climbs?.at(-1)?.after ?? leaf).toEqual(rootAt(size));
        const elsewhere = await climb({ leaf, index: (index + 1) % size, size, path });
        if (size > 1) expect(elsewhere?.at(-1)?.after ?? null).not.toEqual(rootAt(size));
      }
    }
  });

  it.each([
    ['no such place', { index: 3, size: 3 }],
    ['no number', { index: Number.NaN, size: 3 }],
    ['half a number', { index: 0.5, size: 3 }],
    ['a path too short', { index: 0, size: 4 }],
    ['a short hash', { index: 0, size: 3, path: [new Uint8Array(31), LEAVES[2]!] }],
  ])('is not climbed with %s', async (_, claim) => {
    const path = bytes(inclusionPath(0, LEAVES.slice(0, 3))).slice(0, claim.size === 4 ? 1 : 2);

    expect(await climb({ leaf: LEAVES[0]!, path, ...claim })).toBeNull();
  });

  it('extends each smaller one, and no other', async () => {
    for (let first = 1; first <= LEAVES.length; first += 1) {
      for (const second of [first, 17, 32, 33].filter((size) => size >= first)) {
        const proof = bytes(consistencyProof(first, LEAVES.slice(0, second)));
        const claim = {
          firstSize: first,
          secondSize: second,
          firstRoot: rootAt(first),
          secondRoot: rootAt(second),
          proof,
        };
        expect(await isConsistent(claim)).toBe(true);
        expect(await isConsistent({ ...claim, firstRoot: LEAVES[32]! })).toBe(false);
        expect(await isConsistent({ ...claim, proof: [...proof, LEAVES[0]!] })).toBe(false);
        expect(await isConsistent({ ...claim, firstSize: 0 })).toBe(false);
      }
    }
  });
});

describe('the browser as a witness', () => {
  const noteOf = (size: number, root = rootAt(size), origin = 'city.example/ledger'): string =>
    `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n\n\u2014 ${origin} ${Buffer.from('a signature').toString('base64')}\n`;
  const checkpointOf = (
    size: number,
    root = rootAt(size),
    origin = 'city.example/ledger',
  ): Checkpoint => ({
    ...{ note: noteOf(size, root, origin), text: '', origin, size, root, signatures: [] },
  });
  const seenAt = (size: number, root?: Bytes): Seen => ({
    note: noteOf(size, root),
    at: '2026-06-01T02:00:00.000Z',
  });
  const prove = (from: number, to: number): Promise<string[]> =>
    Promise.resolve(bytes(consistencyProof(from, LEAVES.slice(0, to))).map(toHex));

  it.each([
    ['first', null, checkpointOf(5)],
    ['same', seenAt(5), checkpointOf(5)],
    ['grown', seenAt(5), checkpointOf(9)],
    ['shrunk', seenAt(5), checkpointOf(4)],
    ['changed', seenAt(5), checkpointOf(5, rootAt(6))],
    ['forked', seenAt(5, rootAt(6)), checkpointOf(9)],
    ['other', seenAt(5), checkpointOf(9, rootAt(9), 'another.example/ledger')],
    ['first', { note: 'not a checkpoint', at: '' }, checkpointOf(5)],
  ])('says %s', async (kind, seen, now) => {
    const verdict = await witness(seen, now, prove);

    expect(verdict.kind).toBe(kind);
    expect(isAlarm(verdict)).toBe(['shrunk', 'changed', 'forked'].includes(kind));
  });

  it('says so where no proof came', async () => {
    expect((await witness(seenAt(5), checkpointOf(9), () => Promise.resolve(null))).kind).toBe(
      'unproven',
    );
    expect(
      (await witness(seenAt(5), checkpointOf(9), () => Promise.resolve(['nonsense']))).kind,
    ).toBe('forked');
  });

  it('keeps what it saw, and survives a memory that is full, forbidden or spoilt', () => {
    const kept = new Map<string, string>();
    const memory = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    } as unknown as Storage; // the members that are used
    keepSeen(memory, seenAt(5));
    expect(recallSeen(memory)).toEqual(seenAt(5));
    kept.set('yinxin.witness', '{');
    expect(recallSeen(memory)).toBeNull();
    expect(recallSeen(null)).toBeNull();
    expect(() => {
      keepSeen(
        {
          setItem: () => {
            throw new Error('full');
          },
        } as unknown as Storage,
        seenAt(5),
      );
    }).not.toThrow();
  });
});
