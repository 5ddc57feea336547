/** Bytes as accidents and attackers change them, wherever they are. */
import type { Random } from './random.ts';

const TELLING = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xfe, 0xff, 0x30, 0x20];

/** One to four changes: bits, values that mean much, parts cut out, doubled, moved, taken from others. */
export function mutateBytes(samples: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array = Buffer.from(random.pick(samples));
  const changes = 1 + random.below(4);
  for (let change = 0; change < changes; change++) bytes = changeOnce(bytes, samples, random);
  return new Uint8Array(bytes);
}

type Change = (bytes: Uint8Array, random: Random, samples: readonly Uint8Array[]) => Uint8Array;

const CHANGES: readonly Change[] = [
  (bytes, random) => withByte(bytes, random, (value) => value ^ (1 << random.below(8))),
  (bytes, random) => withByte(bytes, random, () => random.pick(TELLING)),
  (bytes, random) => withByte(bytes, random, (value) => value + random.below(5) - 2),
  (bytes, random) => splice(bytes, random, new Uint8Array()),
  (bytes, random) => splice(bytes, random, random.bytes(1 + random.below(16)), 0),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return splice(bytes, random, bytes.subarray(at, at + random.below(200)), 0);
  },
  (bytes, random, samples) => {
    const other = random.pick(samples);
    const at = random.below(other.length + 1);
    return splice(bytes, random, other.subarray(at, at + random.below(200)));
  },
  (bytes, random) => {
    const [from, to] = [random.below(bytes.length + 1), random.below(bytes.length + 1)];
    const copy = Uint8Array.from(bytes);
    copy.copyWithin(to, from, from + random.below(64));
    return copy;
  },
];

function changeOnce(bytes: Uint8Array, samples: readonly Uint8Array[], random: Random): Uint8Array {
  return random.pick(CHANGES)(bytes, random, samples);
}

function withByte(
  bytes: Uint8Array,
  random: Random,
  change: (value: number) => number,
): Uint8Array {
  if (bytes.length === 0) return random.bytes(1);
  const at = random.below(bytes.length);
  bytes[at] = change(bytes[at]!) & 0xff;
  return bytes;
}

/** @param removed - bytes that go; some, if it is not given. */
function splice(
  bytes: Uint8Array,
  random: Random,
  inserted: Uint8Array,
  removed = random.below(64),
): Uint8Array {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
}
