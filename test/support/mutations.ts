/** Bytes as accidents and attackers change them. */
import fc from 'fast-check';

/** One change: where (a fraction of the length), how long, and with what. */
export interface Mutation {
  readonly kind: 'flip' | 'overwrite' | 'remove' | 'repeat' | 'insert' | 'truncate';
  readonly place: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip', 'overwrite', 'remove', 'repeat', 'insert', 'truncate'),
  place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.integer({ min: 1, max: 200 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
});

/** One to four changes, one after the other. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(mutation, {
  minLength: 1,
  maxLength: 4,
});

export function mutate(
  original: Uint8Array,
  changes: readonly Mutation[],
): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(original);
  for (const { kind, place, length, bytes: given } of changes) {
    const at = Math.floor(place * bytes.length);
    const end = Math.min(bytes.length, at + length);
    switch (kind) {
      case 'flip':
        if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << (length % 8));
        break;
      case 'overwrite':
        bytes.set(given.subarray(0, bytes.length - at), at);
        break;
      case 'remove':
        bytes = join(bytes.subarray(0, at), bytes.subarray(end));
        break;
      case 'repeat':
        bytes = join(bytes.subarray(0, end), bytes.subarray(at));
        break;
      case 'insert':
        bytes = join(bytes.subarray(0, at), given, bytes.subarray(at));
        break;
      case 'truncate':
        bytes = bytes.slice(0, at);
    }
  }
  return bytes;
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts));
}
