/** Token Status List: statuses of licences as a signed, compressed bit array. */
import { isRecord, type Check } from '../report.ts';
import { decodeBase64url, MalformedError, type Bytes } from './bytes.ts';
import type { Trust } from './certificationPath.ts';
import { failed, indeterminate, passed } from './check.ts';
import { parseJws, verifyJws, type Jws } from './jws.ts';

/** Entries a list has: one shard, 2 bits an entry. */
export const STATUS_LIST_SIZE = 2 ** 17;
const STATUS_LIST_BYTES = STATUS_LIST_SIZE / 4;
const STATUS_LIST_TYPE = 'statuslist+jwt';
const MAX_TOKEN_LENGTH = 128 * 1024;
const MAX_SECONDS = 253_402_300_799; // 9999-12-31T23:59:59Z

/** `other`: a value that is never set. */
export type StatusValue = 'valid' | 'invalid' | 'suspended' | 'other';
const VALUES: readonly StatusValue[] = ['valid', 'invalid', 'suspended', 'other'];

/** A status list that was read, but not verified. */
export interface StatusList {
  readonly uri: string;
  readonly expiresAt: Date;
  /** Uncompressed, first entry in the lowest bits of the first byte. */
  readonly bits: Uint8Array;
  readonly jws: Jws;
}

/** @param index - 0 to 2^17 − 1. */
export function readStatus({ bits }: StatusList, index: number): StatusValue {
  return VALUES[((bits[Math.floor(index / 4)] ?? 0xff) >> ((index % 4) * 2)) & 3] ?? 'other';
}

/**
 * Reads a status list token.
 *
 * @param text - attacker-controlled; at most 128 KiB, and its list inflates to exactly 32 KiB.
 * @throws MalformedError `DOCUMENT_MALFORMED`.
 */
export async function parseStatusList(text: string): Promise<StatusList> {
  const jws = await parseJws(text, STATUS_LIST_TYPE, MAX_TOKEN_LENGTH);
  const { sub, iat, exp, ttl, status_list: list } = jws.payload;
  const areTimes = [iat, exp, ttl].every(
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_SECONDS,
  );
  if (typeof sub !== 'string' || !areTimes || !isRecord(list) || list['bits'] !== 2) {
    throw malformed('members are missing or of another form');
  }
  return {
    uri: sub,
    expiresAt: new Date(Number(exp) * 1000),
    bits: await inflate(list['lst']),
    jws,
  };
}

/** Signature, path, address and end of a list. A list past its `exp` is `TRY_LATER`. */
export async function verifyStatusList(
  list: StatusList,
  { trust, at, uri }: Readonly<{ trust: Trust; at: Date; uri: string }>,
): Promise<readonly Check[]> {
  const end = list.expiresAt.toISOString();
  return [
    ...(await verifyJws(list.jws, { trust, at })),
    list.uri === uri
      ? passed('statusList.uri', `it is the list ${uri}`)
      : failed('statusList.uri', 'FORMAT_FAILURE', `list ${list.uri} stands in for ${uri}`),
    at.getTime() < list.expiresAt.getTime()
      ? passed('statusList.period', `good before ${end}`)
      : indeterminate('statusList.period', 'TRY_LATER', `ended at ${end}`),
  ];
}

async function inflate(lst: unknown): Promise<Uint8Array> {
  const compressed = typeof lst === 'string' ? decodeBase64url(lst) : null;
  const bytes = compressed === null ? null : await inflateAtMost(compressed, STATUS_LIST_BYTES);
  if (bytes?.length !== STATUS_LIST_BYTES) throw malformed('it does not inflate to a whole list');
  return bytes;
}

/** @returns null for what is no ZLIB data, or inflates to more than `limit` bytes: that is not read to its end. */
async function inflateAtMost(compressed: Bytes, limit: number): Promise<Uint8Array | null> {
  const reader = new Blob([compressed])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  const whole = new Uint8Array(limit);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return whole.subarray(0, length);
      if (length + value.length > limit) {
        await reader.cancel();
        return null;
      }
      whole.set(value, length);
      length += value.length;
    }
  } catch {
    return null; // of another form, or cut off
  }
}

function malformed(reason: string): MalformedError {
  return new MalformedError('DOCUMENT_MALFORMED', `not a status list: ${reason}`);
}
