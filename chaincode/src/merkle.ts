/** Merkle tree hash with inclusion and consistency proofs: RFC 6962 §2.1 with SHA-256; verification as in RFC 9162 §2.1. */
import { createHash } from 'node:crypto';

export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0); // RFC 6962 §2.1
const NODE_PREFIX = Uint8Array.of(1); // RFC 6962 §2.1

/** Hash of a leaf: SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(LEAF_PREFIX).update(data).digest();
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
}

/** Merkle tree hash over leaf hashes in order; of the empty list, SHA-256 of nothing. */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  let level = leafHashes;
  while (level.length > 1) level = parents(level);
  return level[0] ?? createHash('sha256').digest();
}

/**
 * Audit path of one leaf, RFC 6962 §2.1.1.
 *
 * @param index - from 0, below the number of leaves.
 * @returns sibling hashes from the leaf up.
 * @throws RangeError if there is no such leaf.
 */
export function inclusionPath(index: number, leafHashes: readonly Uint8Array[]): Uint8Array[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= leafHashes.length)
    throw new RangeError(`leaf ${index} of ${leafHashes.length}`);
  const path: Uint8Array[] = [];
  let level = leafHashes;
  for (let position = index; level.length > 1; position = Math.floor(position / 2)) {
    const sibling = level[position % 2 === 0 ? position + 1 : position - 1];
    if (sibling !== undefined) path.push(sibling);
    level = parents(level);
  }
  return path;
}

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/**
 * Whether a path leads from a leaf to a root, RFC 9162 §2.1.3.2.
 *
 * @param claim - attacker-controlled: any lengths and numbers.
 */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const { index, size, path } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![claim.leafHash, claim.root, ...path].every(isHash)) return false;
  const sides = climb(index, size - 1, path.length);
  if (sides === null) return false;
  let hash = claim.leafHash;
  for (const [step, sibling] of path.entries())
    hash = sides[step] === 'left' ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  return isSame(hash, claim.root);
}

/**
 * Proof that the first `size` leaves are a prefix of all, RFC 6962 §2.1.2.
 *
 * @param size - 1 to the number of leaves; of equal trees the proof is empty.
 * @throws RangeError for another size.
 */
export function consistencyProof(size: number, leafHashes: readonly Uint8Array[]): Uint8Array[] {
  if (!Number.isSafeInteger(size) || size < 1 || size > leafHashes.length)
    throw new RangeError(`size ${size} of ${leafHashes.length}`);
  return subproof(size, leafHashes, true);
}

export interface ConsistencyClaim {
  readonly firstSize: number;
  readonly secondSize: number;
  readonly firstRoot: Uint8Array;
  readonly secondRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Whether the first tree is a prefix of the second, RFC 9162 §2.1.4.2. A proof from the empty tree says nothing and is
 * refused.
 *
 * @param claim - attacker-controlled: any lengths and numbers.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { firstSize, secondSize, firstRoot, secondRoot, proof } = claim;
  if (!isCount(firstSize) || !isCount(secondSize) || firstSize < 1 || firstSize > secondSize)
    return false;
  if (![firstRoot, secondRoot, ...proof].every(isHash)) return false;
  if (firstSize === secondSize) return proof.length === 0 && isSame(firstRoot, secondRoot);
  const path = isPowerOfTwo(firstSize) ? [firstRoot, ...proof] : proof;
  return path.length > 0 && leadsToBothRoots(claim, path);
}

function leadsToBothRoots(claim: ConsistencyClaim, path: readonly Uint8Array[]): boolean {
  let node = claim.firstSize - 1;
  let last = claim.secondSize - 1;
  while (node % 2 === 1) {
    node = half(node);
    last = half(last);
  }
  const [start, ...rest] = path as [Uint8Array, ...Uint8Array[]]; // the caller made sure that it is not empty
  const sides = climb(node, last, rest.length);
  if (sides === null) return false;
  let first = start;
  let second = start;
  for (const [step, sibling] of rest.entries()) {
    const isLeft = sides[step] === 'left';
    if (isLeft) first = nodeHash(sibling, first);
    second = isLeft ? nodeHash(sibling, second) : nodeHash(second, sibling);
  }
  return isSame(first, claim.firstRoot) && isSame(second, claim.secondRoot);
}

/**
 * On which side of the climbing hash each sibling of a path stands (RFC 9162 §2.1.3.2, steps 4 and 5).
 *
 * @param node - where the climb begins on its level; `last` is the last node there.
 * @returns `null` if the way to the root does not have this many steps.
 */
function climb(node: number, last: number, steps: number): readonly ('left' | 'right')[] | null {
  const sides: ('left' | 'right')[] = [];
  while (sides.length < steps) {
    if (last === 0) return null;
    const isLeft = node % 2 === 1 || node === last;
    sides.push(isLeft ? 'left' : 'right');
    // a last node without partner moves up as it is
    while (isLeft && node % 2 === 0 && node !== 0) {
      node = half(node);
      last = half(last);
    }
    node = half(node);
    last = half(last);
  }
  return last === 0 ? sides : null;
}

function subproof(size: number, leaves: readonly Uint8Array[], isWhole: boolean): Uint8Array[] {
  if (size === leaves.length) return isWhole ? [] : [rootOf(leaves)];
  const split = largestPowerOfTwoBelow(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return size <= split
    ? [...subproof(size, left, isWhole), rootOf(right)]
    : [...subproof(size - split, right, false), rootOf(left)];
}

/** Pairs hashed; a last one without partner moves up as it is, which gives the split of RFC 6962 §2.1. */
function parents(level: readonly Uint8Array[]): Uint8Array[] {
  const next: Uint8Array[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const left = level[index] as Uint8Array; // index is below the length
    const right = level[index + 1];
    next.push(right === undefined ? left : nodeHash(left, right));
  }
  return next;
}

function half(count: number): number {
  return Math.floor(count / 2);
}

function largestPowerOfTwoBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count)) && 2 ** Math.log2(count) === count;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
