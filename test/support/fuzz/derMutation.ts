/** DER changed by its structure: every length is right again, or wrong on purpose. */
import { readChildren, readDer } from '../../../service/src/pki/der.ts';
import type { Random } from './random.ts';

/** An element taken apart; strings that hold DER are taken apart, too. */
interface Node {
  tag: number;
  /** Of a BIT STRING: the octet of unused bits. */
  readonly head: Uint8Array;
  children: Node[] | null;
  content: Uint8Array;
  /** Lengths written otherwise than shortest. */
  length: 'right' | 'long' | 'indefinite' | 'wrong';
}

const TAGS = [
  ...[0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31],
  ...[0x80, 0x81, 0x82, 0x86, 0xa0, 0xa1, 0xa3, 0x1f, 0xbf, 0x24],
];
const NONE = new Uint8Array();
const MAX_DEPTH = 40;

/** Takes DER apart; kept by its bytes, for samples come again and again. */
const parsed = new WeakMap<Uint8Array, Node>();

function parse(bytes: Uint8Array, depth = 0): Node {
  const { tag, content } = readDer(bytes, bytes[0]!);
  const node: Node = { tag, head: NONE, children: null, content, length: 'right' };
  if (depth > MAX_DEPTH) return node;
  if ((tag & 0x20) !== 0) return { ...node, children: childrenOf(bytes, tag, depth) };
  const isBits = tag === 0x03;
  const inner = isBits ? content.subarray(1) : content;
  if ((isBits || tag === 0x04) && inner[0] === 0x30) {
    try {
      const child = parse(inner, depth + 1);
      return { ...node, head: isBits ? content.subarray(0, 1) : NONE, children: [child] };
    } catch {
      return node; // bytes that look like DER
    }
  }
  return node;
}

function childrenOf(bytes: Uint8Array, tag: number, depth: number): Node[] {
  return readChildren(readDer(bytes, tag)).map((child) => parse(child.bytes, depth + 1));
}

function clone(node: Node): Node {
  return { ...node, children: node.children?.map(clone) ?? null };
}

function encode({ tag, head, children, content, length }: Node): Buffer {
  const body = children === null ? content : Buffer.concat([head, ...children.map(encode)]);
  return Buffer.concat([Buffer.of(tag, ...lengthOctets(body.length, length)), body]);
}

function lengthOctets(size: number, kind: Node['length']): number[] {
  if (kind === 'indefinite') return [0x80];
  const told = kind === 'wrong' ? size + 1 : size;
  if (kind === 'long') return [0x83, (told >> 16) & 0xff, (told >> 8) & 0xff, told & 0xff];
  if (told < 0x80) return [told];
  if (told < 0x100) return [0x81, told];
  return told < 0x10000
    ? [0x82, told >> 8, told & 0xff]
    : [0x83, (told >> 16) & 0xff, (told >> 8) & 0xff, told & 0xff];
}

/** @returns all nodes with the list that holds them. */
function places(root: Node): { readonly list: Node[]; readonly index: number }[] {
  const found: { readonly list: Node[]; readonly index: number }[] = [];
  const visit = (list: Node[]): void => {
    list.forEach((node, index) => {
      found.push({ list, index });
      if (node.children !== null) visit(node.children);
    });
  };
  visit(root.children ?? []);
  return found;
}

const CONTENTS: readonly ((node: Node, random: Random) => Uint8Array)[] = [
  () => NONE,
  (_, random) => random.bytes(random.below(40)),
  (_, random) => Buffer.alloc(random.below(3000), random.below(256)),
  (node) => Buffer.concat([Buffer.of(0), node.content]),
  (node) => Buffer.concat([node.content, node.content]),
  (node, random) => node.content.subarray(0, random.below(node.content.length + 1)),
  () => Buffer.from('99991399999999Z'),
  () => Buffer.alloc(70, 0xff),
  (node) => {
    const copy = Buffer.from(node.content);
    if (copy.length > 0) copy[0] = copy[0]! ^ 0x80;
    return copy;
  },
];

type Change = (place: { list: Node[]; index: number }, random: Random, other: Node) => void;

const CHANGES: readonly Change[] = [
  ({ list, index }) => void list.splice(index, 1),
  ({ list, index }) => void list.splice(index, 0, clone(list[index]!)),
  ({ list, index }, random) =>
    void list.splice(random.below(list.length), 0, ...list.splice(index, 1)),
  ({ list, index }, random) => void (list[index]!.tag = random.pick(TAGS)),
  ({ list, index }, random) => {
    const node = list[index]!;
    node.content = random.pick(CONTENTS)(node, random);
    if (random.below(4) > 0 || node.children === null) node.children = null;
  },
  ({ list, index }, random, other) => {
    const theirs = places(other);
    if (theirs.length === 0) return;
    const { list: from, index: at } = random.pick(theirs);
    list[index] = clone(from[at]!);
  },
  ({ list, index }, random) => {
    const depth = random.pick([1, 1, 1, 2, 2, 30, 200]);
    for (let level = 0; level < depth; level++) {
      list[index] = {
        tag: random.pick([0x30, 0xa0, 0x31]),
        head: NONE,
        children: [list[index]!],
        content: NONE,
        length: 'right',
      };
    }
  },
  ({ list, index }, random) =>
    void (list[index]!.length = random.pick(['long', 'indefinite', 'wrong'])),
  ({ list, index }, random) => {
    const count = random.pick([2, 2, 2, 2, 2, 2, 20, 20, 1100]);
    const node = list[index]!;
    if (node.content.length * count < 100_000)
      list.splice(index, 0, ...Array.from({ length: count }, () => node));
  },
];

/** One to three elements lost, doubled, moved, exchanged, nested, of other types, with other content. */
export function mutateDer(samples: readonly Uint8Array[], random: Random): Uint8Array {
  const root = clone(parsedOf(random.pick(samples)));
  const changes = 1 + random.below(3);
  for (let change = 0; change < changes; change++) {
    const all = places(root);
    if (all.length === 0) break;
    random.pick(CHANGES)(random.pick(all), random, parsedOf(random.pick(samples)));
  }
  return new Uint8Array(encode(root));
}

function parsedOf(sample: Uint8Array): Node {
  const known = parsed.get(sample) ?? parse(sample);
  parsed.set(sample, known);
  return known;
}
