/**
 * Messages between chaincode and peer that concern several keys at once: Fabric 3.1, `peer/chaincode_shim.proto` and
 * `peer/chaincode.proto`. The shim's own protocol buffers are older and do not have them.
 */

/** `ChaincodeMessage.Type` */
export const WRITE_BATCH_STATE = 24;
/** `ChaincodeMessage.Type` */
export const GET_STATE_MULTIPLE = 25;

const PUT_STATE = 9; // WriteRecord.Type

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** What a peer says that it answers: most keys a message, 0 if it knows no such message. */
export interface BulkLimits {
  readonly maxReads: number;
  readonly maxWrites: number;
}

/**
 * Parses `ChaincodeAdditionalParams`, the payload of the peer's READY message. Older peers send none.
 *
 * @throws RangeError if the bytes are no protocol buffer.
 */
export function parseBulkLimits(payload: Uint8Array): BulkLimits {
  const numbers = new Map<number, number>();
  for (const { field, value } of readFields(payload))
    if (typeof value === 'number') numbers.set(field, value);
  const limit = (use: number, max: number): number =>
    numbers.get(use) === 1 ? (numbers.get(max) ?? 0) : 0;
  return { maxWrites: limit(1, 2), maxReads: limit(3, 4) };
}

/** `GetStateMultiple` for public state. */
export function encodeGetStateMultiple(keys: readonly string[]): Uint8Array {
  return Buffer.concat(keys.map((key) => bytesField(1, Buffer.from(key, 'utf8'))));
}

/**
 * Parses `GetStateMultipleResult`.
 *
 * @returns values in the order of the keys; empty: no such key.
 * @throws RangeError if the bytes are no protocol buffer.
 */
export function parseGetStateMultipleResult(payload: Uint8Array): readonly Uint8Array[] {
  const values: Uint8Array[] = [];
  for (const { field, value } of readFields(payload))
    if (field === 1 && typeof value !== 'number') values.push(value);
  return values;
}

/** `WriteBatchState`: puts of public state. */
export function encodeWriteBatchState(writes: Iterable<readonly [string, Uint8Array]>): Uint8Array {
  const records: Uint8Array[] = [];
  for (const [key, value] of writes) {
    const parts = [bytesField(1, Buffer.from(key, 'utf8')), bytesField(2, value), PUT_STATE_TYPE];
    records.push(bytesField(1, Buffer.concat(parts)));
  }
  return Buffer.concat(records);
}

const PUT_STATE_TYPE = Uint8Array.of((5 << 3) | VARINT, PUT_STATE);

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of((field << 3) | BYTES, ...varint(bytes.length)), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

interface Field {
  readonly field: number;
  readonly value: number | Uint8Array;
}

function* readFields(bytes: Uint8Array): Generator<Field> {
  const reader = new Reader(bytes);
  while (!reader.isAtEnd()) {
    const tag = reader.varint();
    yield { field: Math.floor(tag / 8), value: reader.value(tag % 8) };
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(wireType: number): number | Uint8Array {
    if (wireType === VARINT) return this.varint();
    if (wireType === BYTES) return this.#take(this.varint());
    if (wireType === FIXED64) return this.#take(8);
    if (wireType === FIXED32) return this.#take(4);
    throw new RangeError(`wire type ${wireType}`);
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('a number that does not end');
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('bytes that end early');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
