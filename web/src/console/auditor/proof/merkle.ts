/** Merkle trees with SHA-256 (RFC 6962 §2.1), step by step, so that people can follow; verified as in RFC 9162 §2.1. */
import { areEqual, sha256, type Bytes } from '../../../offline/bytes.ts';

const LEAF_PREFIX = 0;
const NODE_PREFIX = 1;
const HASH_BYTES = 32;

/** One level up: the hash so far, with its sibling, becomes the next. */
export interface Climb {
  readonly before: Bytes;
  readonly sibling: Bytes;
  /** Where the sibling stands. */
  readonly side: 'left' | 'right';
  readonly after: Bytes;
}

/** SHA-256(0x00 ‖ data). */
export async function leafHash(data: Uint8Array): Promise<Bytes> {
  return await sha256(join(Uint8Array.of(LEAF_PREFIX), data));
}

/** SHA-256(0x01 ‖ left ‖ right). */
export async function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return await sha256(join(Uint8Array.of(NODE_PREFIX), left, right));
}

/** Merkle tree hash over leaf hashes in order; of none, SHA-256 of nothing. */
export async function rootOf(leafHashes: readonly Bytes[]): Promise<Bytes> {
  let level = leafHashes;
  while (level.length > 1) level = await parents(level);
  return level[0] ?? (await sha256(new Uint8Array()));
}

/**
 * Climbs from a leaf to the root that its path leads to; the caller compares it.
 *
 * @param claim - attacker-controlled: any lengths and numbers.
 * @returns null if a path of this leaf in a tree of this size does not look like that.
 */
export async function climb(
  claim: Readonly<{ leaf: Bytes; index: number; size: number; path: readonly Bytes[] }>,
): Promise<readonly Climb[] | null> {
  const { leaf, index, size, path } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return null;
  if (![leaf, ...path].every(isHash)) return null;
  const sides = sidesOf(index, size - 1, path.length);
  if (sides === null) return null;
  const climbs: Climb[] = [];
  let before = leaf;
  for (const [step, sibling] of path.entries()) {
    const side = sides[step] ?? 'right';
    const after = await (side === 'left' ? nodeHash(sibling, before) : nodeHash(before, sibling));
    climbs.push({ before, sibling, side, after });
    before = after;
  }
  return climbs;
}

export interface ConsistencyClaim {
  readonly firstSize: number;
  readonly secondSize: number;
  readonly firstRoot: Bytes;
  readonly secondRoot: Bytes;
  readonly proof: readonly Bytes[];
}

/**
 * Whether a tree is a prefix of another (RFC 9162 §2.1.4.2). A proof from the empty tree says nothing and is refused.
 *
 * @param claim - attacker-controlled: any lengths and numbers.
 */
export async function isConsistent(claim: ConsistencyClaim): Promise<boolean> {
  const { firstSize, secondSize, firstRoot, secondRoot, proof } = claim;
  if (!isCount(firstSize) || !isCount(secondSize)) return false;
  if (firstSize < 1 || firstSize > secondSize) return false;
  if (![firstRoot, secondRoot, ...proof].every(isHash)) return false;
  if (firstSize === secondSize) return proof.length === 0 && areEqual(firstRoot, secondRoot);
  const [start, ...rest] = isPowerOfTwo(firstSize) ? [firstRoot, ...proof] : proof;
  return start !== undefined && (await leadsToBothRoots(claim, start, rest));
}

async function leadsToBothRoots(
  { firstSize, secondSize, firstRoot, secondRoot }: ConsistencyClaim,
  start: Bytes,
  rest: readonly Bytes[],
): Promise<boolean> {
  let node = firstSize - 1;
  let last = secondSize - 1;
  while (node % 2 === 1) {
    node = half(node);
    last = half(last);
  }
  const sides = sidesOf(node, last, rest.length);
  if (sides === null) return false;
  let first = start;
  let second = start;
  for (const [step, sibling] of rest.entries()) {
    const isLeft = sides[step] === 'left';
    if (isLeft) first = await nodeHash(sibling, first);
    second = await (isLeft ? nodeHash(sibling, second) : nodeHash(second, sibling));
  }
  return areEqual(first, firstRoot) && areEqual(second, secondRoot);
}

/**
 * On which side of the climbing hash each sibling stands (RFC 9162 §2.1.3.2, steps 4 and 5).
 *
 * @param node - where the climb begins on its level; `last` is the last node there.
 * @returns null if the way to the root does not have this many steps.
 */
function sidesOf(node: number, last: number, steps: number): readonly ('left' | 'right')[] | null {
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

/** Pairs hashed; a last one without partner moves up as it is. */
async function parents(level: readonly Bytes[]): Promise<readonly Bytes[]> {
  const next: Bytes[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = level.slice(index, index + 2);
    if (left !== undefined) next.push(right === undefined ? left : await nodeHash(left, right));
  }
  return next;
}

/** The parts one behind the other. */
export function join(...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function half(count: number): number {
  return Math.floor(count / 2);
}

function isPowerOfTwo(count: number): boolean {
  return 2 ** Math.round(Math.log2(count)) === count;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}
