/** A log and its witness, without a service. */
import { describe, expect, it } from '@jest/globals';
import { consistencyProof, leafHash, rootOf } from '@yinxin/chaincode/model';
import type { TreeHead } from '../../../service/src/ledger/checkpoint.ts';
import { compareCheckpoints } from '../../../service/src/ledger/witness.ts';

const LEAVES = Array.from({ length: 9 }, (_, place) => leafHash(Uint8Array.of(place)));
const head = (size: number, leaves = LEAVES): TreeHead => ({
  ...{ origin: 'city.example/ledger', size },
  rootHash: rootOf(leaves.slice(0, size)),
});
const honest = (from: number, to: number): Promise<readonly Uint8Array[]> =>
  Promise.resolve(consistencyProof(from, LEAVES.slice(0, to)));
const OTHER = LEAVES.map((leaf, place) => (place === 2 ? leafHash(Uint8Array.of(99)) : leaf));

describe('a witness', () => {
  it.each<[string, TreeHead | null, TreeHead, string]>([
    ['the first look', null, head(3), 'first'],
    ['the same', head(3), head(3), 'same'],
    ['a log that began', head(0), head(3), 'grown'],
    ['a log that grew', head(3), head(9), 'grown'],
    ['a log that shrank', head(9), head(8), 'shrunk'],
    ['another past', head(3), head(9, OTHER), 'fork'],
    ['another log of that size', head(3), head(3, OTHER), 'fork'],
    ['another name', head(3), { ...head(9), origin: 'other.example/ledger' }, 'fork'],
  ])('knows %s', async (_, before, now, outcome) => {
    expect(await compareCheckpoints(before, now, honest)).toBe(outcome);
  });
});
