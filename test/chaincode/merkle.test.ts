import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  consistencyProof,
  inclusionPath,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../chaincode/src/merkle.js';
import { vectorTable } from '../support/vectorTable.js';
import { vectorsFolder } from '../support/vectors.js';

const folder = vectorsFolder('merkle');
const describeVectors = folder === null ? describe.skip : describe;
const leaves = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));

/** RFC 6962 §2.1, word for word. */
function treeHash(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return createHash('sha256').digest();
  if (hashes.length === 1) return hashes[0]!;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(treeHash(hashes.slice(0, split)), treeHash(hashes.slice(split)));
}

function flip(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[7]! ^= 1;
  return changed;
}

describe('rootOf', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 500])(
    'is the tree hash of %i leaves',
    (count) => {
      expect(Buffer.from(rootOf(leaves(count)))).toEqual(Buffer.from(treeHash(leaves(count))));
    },
  );
});

describe('verifyInclusion', () => {
  it('accepts every path of every tree up to 33 leaves', () => {
    for (let size = 1; size <= 33; size++) {
      const tree = leaves(size);
      for (const [index, leaf] of tree.entries()) {
        const path = inclusionPath(index, tree);

        expect(verifyInclusion({ leafHash: leaf, index, size, path, root: rootOf(tree) })).toBe(
          true,
        );
      }
    }
  });

  it('refuses another leaf, place, size, path or root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), (size, seed, other) => {
        const tree = leaves(size);
        const index = seed % size;
        const path = inclusionPath(index, tree);
        const claim = { leafHash: tree[index]!, index, size, path, root: rootOf(tree) };
        const wrong = path.map((hash, step) => (step === other % path.length ? flip(hash) : hash));

        expect(verifyInclusion({ ...claim, leafHash: flip(claim.leafHash) })).toBe(false);
        expect(verifyInclusion({ ...claim, index: (index + 1) % size })).toBe(false);
        expect(verifyInclusion({ ...claim, path: wrong })).toBe(false);
        expect(verifyInclusion({ ...claim, path: path.slice(1) })).toBe(false);
        expect(verifyInclusion({ ...claim, path: [...path, claim.root] })).toBe(false);
        expect(verifyInclusion({ ...claim, root: flip(claim.root) })).toBe(false);
      }),
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 60])('refuses the index %p', (index) => {
    const root = rootOf(leaves(1));

    expect(verifyInclusion({ leafHash: root, index, size: 2 ** 62, path: [], root })).toBe(false);
  });
});

describe('verifyConsistency', () => {
  it('accepts every prefix of every tree up to 33 leaves', () => {
    for (let size = 1; size <= 33; size++) {
      const tree = leaves(size);
      for (let first = 1; first <= size; first++) {
        const claim = {
          firstSize: first,
          secondSize: size,
          firstRoot: rootOf(tree.slice(0, first)),
          secondRoot: rootOf(tree),
          proof: consistencyProof(first, tree),
        };

        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, firstRoot: flip(claim.firstRoot) })).toBe(false);
        expect(verifyConsistency({ ...claim, secondRoot: flip(claim.secondRoot) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...claim.proof, claim.firstRoot] })).toBe(
          false,
        );
      }
    }
  });

  it('refuses a tree that is not the prefix', () => {
    const tree = leaves(9);
    const forked = [leafHash(Buffer.from('other')), ...tree.slice(1)];

    expect(
      verifyConsistency({
        firstSize: 5,
        secondSize: 9,
        firstRoot: rootOf(tree.slice(0, 5)),
        secondRoot: rootOf(forked),
        proof: consistencyProof(5, forked),
      }),
    ).toBe(false);
  });
});

describe('proofs that cannot be', () => {
  it.each([-1, 3, 0.5])('has no path for leaf %p of 3', (index) => {
    expect(() => inclusionPath(index, leaves(3))).toThrow(RangeError);
  });

  it.each([0, 4, 1.5])('has no proof from size %p to 3', (size) => {
    expect(() => consistencyProof(size, leaves(3))).toThrow(RangeError);
  });
});

interface InclusionVector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyVector {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

describeVectors('vectors of transparency-dev', () => {
  const table = vectorTable('merkle');
  const word = (isGood: boolean): 'accept' | 'reject' => (isGood ? 'accept' : 'reject');

  it.each(vectorFiles('inclusion'))('inclusion %s', (name) => {
    const vector = readVector('inclusion', name) as InclusionVector;

    const isIncluded = verifyInclusion({
      leafHash: bytes(vector.leafHash),
      index: vector.leafIdx,
      size: vector.treeSize,
      path: (vector.proof ?? []).map(bytes),
      root: bytes(vector.root),
    });

    table.judge({ name, expected: word(!vector.wantErr), found: word(isIncluded) });
    expect(isIncluded).toBe(!vector.wantErr);
  });

  it.each(vectorFiles('consistency'))('consistency %s', (name) => {
    const vector = readVector('consistency', name) as ConsistencyVector;

    const isConsistent = verifyConsistency({
      firstSize: vector.size1,
      secondSize: vector.size2,
      firstRoot: bytes(vector.root1),
      secondRoot: bytes(vector.root2),
      proof: (vector.proof ?? []).map(bytes),
    });

    table.judge({ name, expected: word(!vector.wantErr), found: word(isConsistent) });
    expect(isConsistent).toBe(!vector.wantErr);
  });
});

function vectorFiles(kind: string): string[] {
  if (folder === null) return [];
  return readdirSync(join(folder, kind), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
}

function readVector(kind: string, name: string): unknown {
  return JSON.parse(readFileSync(join(folder!, kind, name), 'utf8'));
}

function bytes(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
}
