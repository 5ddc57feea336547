/** The bit array behind a status list: 2 bits an entry (Token Status List §4). */

import { ServiceError } from '../errors.ts';

/** Entries a list has: one shard. */
export const STATUS_LIST_SIZE = 2 ** 17;

/** Width of an entry. */
export const STATUS_BITS = 2;

const ENTRIES_PER_BYTE = 8 / STATUS_BITS;

/** Bytes of a whole list: 32 KiB. */
export const STATUS_LIST_BYTES = STATUS_LIST_SIZE / ENTRIES_PER_BYTE;

/** Values of an entry; `applicationSpecific` (0x03) is never set here. */
export const STATUS_VALUES = ['valid', 'invalid', 'suspended', 'applicationSpecific'] as const;
export type StatusValue = (typeof STATUS_VALUES)[number];

/** One list in memory. Readers may share it with a writer: an entry changes in one step. */
export class StatusBits {
  readonly #bytes: Uint8Array;

  /**
   * @param bytes - the uncompressed list, first entry in the lowest bits of the first byte; all valid if left out.
   * @throws ServiceError `INTERNAL` if it has not exactly 32 KiB.
   */
  constructor(bytes: Uint8Array = new Uint8Array(STATUS_LIST_BYTES)) {
    if (bytes.length !== STATUS_LIST_BYTES) {
      throw new ServiceError('INTERNAL', `a status list has ${STATUS_LIST_BYTES} bytes`);
    }
    this.#bytes = Uint8Array.from(bytes);
  }

  /** @param index - 0 to 2^17 − 1, else ServiceError `INTERNAL`. */
  get(index: number): StatusValue {
    const { byte, shift } = placeOf(index);
    return STATUS_VALUES[((this.#bytes[byte] ?? 0) >> shift) & 3] ?? 'applicationSpecific';
  }

  /** @param index - 0 to 2^17 − 1, else ServiceError `INTERNAL`. */
  set(index: number, value: StatusValue): void {
    const { byte, shift } = placeOf(index);
    const others = (this.#bytes[byte] ?? 0) & ~(3 << shift);
    this.#bytes[byte] = others | (STATUS_VALUES.indexOf(value) << shift);
  }

  /** A copy of the uncompressed list. */
  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function placeOf(index: number): { readonly byte: number; readonly shift: number } {
  if (!Number.isInteger(index) || index < 0 || index >= STATUS_LIST_SIZE) {
    throw new ServiceError('INTERNAL', `status list has no entry ${index}`);
  }
  return {
    byte: Math.floor(index / ENTRIES_PER_BYTE),
    shift: (index % ENTRIES_PER_BYTE) * STATUS_BITS,
  };
}
