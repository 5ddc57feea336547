/** Bytes of the system's random source, fetched many at a time: a call costs more than what is asked for. */
import { randomFillSync } from 'node:crypto';

const pool = new Uint8Array(8192);
let used = pool.length;

/**
 * @param length - 1 to 64.
 * @returns as many random bytes, for the caller alone; nobody gets the same bytes twice.
 */
export function freshBytes(length: number): Uint8Array {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.slice(used, used + length);
  pool.fill(0, used, used + length); // what was given out is not kept
  used += length;
  return bytes;
}
