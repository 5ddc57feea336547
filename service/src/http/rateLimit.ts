import type { Clock } from '../clock.ts';

/** A token bucket a key: `capacity` at once, `perSecond` in the long run. */
export interface RateLimit {
  /** Takes a token. @returns 0, or the seconds until there is one. */
  take(key: string): number;
  /** Gives a token back that was taken for what turned out not to count. */
  giveBack(key: string): void;
}

interface Bucket {
  tokens: number;
  at: number;
}

const MAX_KEYS = 100_000;

/** @param rate - `capacity` in tokens, `perSecond` above 0. */
export function createRateLimit(
  clock: Clock,
  rate: Readonly<{ capacity: number; perSecond: number }>,
): RateLimit {
  const { capacity, perSecond } = rate;
  const buckets = new Map<string, Bucket>();
  const fill = (bucket: Bucket, now: number): void => {
    const elapsed = Math.max(0, now - bucket.at); // a clock may be set back
    bucket.tokens = Math.min(capacity, bucket.tokens + (elapsed / 1000) * perSecond);
    bucket.at = now;
  };
  const bucketOf = (key: string): Bucket => {
    const now = clock.now().getTime();
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      if (buckets.size >= MAX_KEYS) forgetFull(now);
      bucket = { tokens: capacity, at: now };
      buckets.set(key, bucket);
    }
    fill(bucket, now);
    return bucket;
  };
  const forgetFull = (now: number): void => {
    for (const [key, bucket] of buckets) {
      fill(bucket, now);
      if (bucket.tokens >= capacity) buckets.delete(key);
    }
    if (buckets.size < MAX_KEYS) return;
    for (const key of [...buckets.keys()].slice(0, MAX_KEYS / 10)) buckets.delete(key);
  };
  return {
    take(key) {
      const bucket = bucketOf(key);
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
      bucket.tokens -= 1;
      return 0;
    },
    giveBack(key) {
      const bucket = bucketOf(key);
      bucket.tokens = Math.min(capacity, bucket.tokens + 1);
    },
  };
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8; // RFC 4291 §2.2
const NETWORK_GROUPS = 4;

/** What counts as one address: an IPv4 address, or the /64 network of an IPv6 one. */
export function addressKey(address: string): string {
  const mapped = MAPPED_IPV4.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return address.includes(':') ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = tail === undefined ? 0 : Math.max(0, GROUPS - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return groups.slice(0, NETWORK_GROUPS).join(':');
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}
