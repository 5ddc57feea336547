import { createCipheriv } from 'node:crypto';
import type { LicenceState, StatusPlace, StatusStore } from '../licences.ts';
import type { SqliteParts } from './parts.ts';

/** Places a list has: design's shard size. */
export const STATUS_LIST_SIZE = 2 ** 17;
/** Places reserved by one durable write; at most so many are lost by a crash. */
const BLOCK = 256;
/** Name of the counter in `Meta`: places reserved so far, over all lists. */
const COUNTER = 'status.reserved';

/** Status places: a durable counter, turned into places that are random within their list. */
export function sqliteStatus(parts: SqliteParts): StatusStore & {
  continueAfter(list: number): Promise<void>;
} {
  const { database, writer } = parts;
  const read = database.prepare<[string], { value: string }>(
    'SELECT value FROM Meta WHERE name = ?',
  );
  const write = database.prepare<[string, string]>(
    'INSERT INTO Meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const counter = (): number => Number(read.get(COUNTER)?.value ?? '0');
  const exceptions = database.prepare<
    [number],
    { index: number; identifier: string; state: LicenceState }
  >(
    `SELECT statusIndex AS "index", identifier, state FROM Licence
     WHERE statusList = ? AND state IN ('suspended', 'withdrawn', 'cancelled', 'lapsed', 'transferred', 'revoked', 'superseded')`,
  );
  const lastList = database
    .prepare<[], number | null>('SELECT max(statusList) FROM Licence')
    .pluck();
  let next = 0;
  let end = 0;
  let reserving: Promise<void> | null = null;
  const reserve = async (): Promise<void> => {
    try {
      next = await writer.write(() => {
        const start = counter();
        write.run(COUNTER, String(start + BLOCK));
        return start;
      });
      end = next + BLOCK;
    } finally {
      reserving = null; // a failure is of those who wait now: the next caller tries again
    }
  };
  const shuffles = keepLast((list: number) => shuffleOf(parts, list));
  return {
    allocate: async () => {
      while (next >= end) {
        reserving ??= reserve();
        await reserving;
      }
      return placeOf(next++, shuffles);
    },
    exceptions: async (list) => await Promise.resolve(exceptions.all(list)),
    lists: async () => {
      const last = lastList.get() ?? -1;
      return await Promise.resolve(Array.from({ length: last + 1 }, (_, list) => list));
    },
    continueAfter: async (list) => {
      await writer.write(() => {
        const start = (list + 1) * STATUS_LIST_SIZE;
        if (counter() < start) write.run(COUNTER, String(start));
      });
      end = next; // what was reserved before may lie in a list that is now closed
    },
  };
}

function placeOf(number: number, shuffles: (list: number) => Uint32Array): StatusPlace {
  const list = Math.floor(number / STATUS_LIST_SIZE);
  const index = shuffles(list)[number % STATUS_LIST_SIZE];
  if (index === undefined) throw new RangeError('status place outside its list'); // cannot be: modulo
  return { list, index };
}

function keepLast<T>(make: (list: number) => T): (list: number) => T {
  let last: { readonly list: number; readonly value: T } | null = null;
  return (list) => {
    if (last?.list !== list) last = { list, value: make(list) };
    return last.value;
  };
}

/**
 * A list's places in an order that depends on a key: neighbours in time are strangers in the list, so that a status
 * request does not tell when its licence was issued. Fisher–Yates over an AES-CTR key stream.
 */
function shuffleOf({ keys }: SqliteParts, list: number): Uint32Array {
  const places = Uint32Array.from({ length: STATUS_LIST_SIZE }, (_, index) => index);
  const key = keys.serviceKey(`status-list/${list}`);
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(
    Buffer.alloc(STATUS_LIST_SIZE * 4),
  );
  for (let last = STATUS_LIST_SIZE - 1; last > 0; last--) {
    const pick = stream.readUInt32LE(last * 4) % (last + 1); // bias below 2⁻¹⁵: nothing here rests on it
    const moved = places[last] ?? 0;
    places[last] = places[pick] ?? 0;
    places[pick] = moved;
  }
  return places;
}
