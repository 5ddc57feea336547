/** Selective disclosure in JSON: salted digests in place of members (RFC 9901 §4.2 and §7.1). */

import { createHash, randomBytes } from 'node:crypto';

import { ServiceError } from '../errors.ts';
import type { JsonObject, JsonValue } from './jws.ts';

const SALT_BYTES = 16; // RFC 9901 §9.3: at least 128 bits
const MAX_DEPTH = 16;
const DIGESTS = '_sd';
const ARRAY_DIGEST = '...';
const DIGEST_ALGORITHM = '_sd_alg';
const NO_DISCLOSURES: ReadonlyMap<string, Disclosure> = new Map();

/** One disclosed member of an object, or element of an array. */
export interface Disclosure {
  /** As it travels, base64url: the digest is over these characters. */
  readonly text: string;
  /** Base64url of SHA-256. */
  readonly digest: string;
  /** `null` for an element of an array. */
  readonly name: string | null;
  readonly value: JsonValue;
}

/** An object whose members are all hidden behind digests, and what reveals them. */
export interface HiddenObject {
  readonly object: JsonObject;
  readonly disclosures: readonly Disclosure[];
}

/** What a payload says with the disclosures at hand. */
export interface RevealedPayload {
  readonly payload: JsonObject;
  /** Whether each disclosure was found behind exactly one digest and no digest stands twice (§7.1, 4 and 5). */
  readonly isConsistent: boolean;
}

/** Hides every member of an object behind a salted digest; digests are sorted, so that they do not tell the order. */
export function hideMembers(members: JsonObject): HiddenObject {
  const names = Object.keys(members);
  const salts = randomBytes(names.length * SALT_BYTES);
  const disclosures = names.map((name, index) => {
    const salt = salts.toString('base64url', index * SALT_BYTES, (index + 1) * SALT_BYTES);
    const value = members[name] ?? null;
    const text = Buffer.from(JSON.stringify([salt, name, value]), 'utf8').toString('base64url');
    return { text, digest: digestOf(text), name, value };
  });
  return { object: { [DIGESTS]: disclosures.map(({ digest }) => digest).sort() }, disclosures };
}

/**
 * Reads one disclosure.
 *
 * @param text - attacker-controlled; bound its length before.
 * @throws ServiceError `DOCUMENT_MALFORMED` unless it is a JSON array of salt, name and value, or of salt and value.
 */
export function parseDisclosure(text: string): Disclosure {
  const parts = parseJsonArray(text);
  const [salt, second] = parts;
  if (typeof salt !== 'string' || parts.length < 2 || parts.length > 3) {
    throw malformed('disclosure has not the form of RFC 9901 §4.2');
  }
  if (parts.length === 2) {
    return { text, digest: digestOf(text), name: null, value: second ?? null };
  }
  if (typeof second !== 'string' || second === DIGESTS || second === ARRAY_DIGEST) {
    throw malformed('name of a disclosure is reserved or no text');
  }
  return { text, digest: digestOf(text), name: second, value: parts[2] ?? null };
}

/**
 * Puts what disclosures reveal in the place of their digests and removes the digests that stay hidden.
 *
 * @param payload - attacker-controlled, as are the disclosures.
 * @throws ServiceError `DOCUMENT_MALFORMED` if digests stand where none may, a name stands twice, or it is nested
 * more than 16 levels deep.
 */
export function reveal(payload: JsonObject, disclosures: readonly Disclosure[]): RevealedPayload {
  if ((payload[DIGEST_ALGORITHM] ?? 'sha-256') !== 'sha-256') {
    throw malformed('digests are not SHA-256');
  }
  const byDigest =
    disclosures.length === 0
      ? NO_DISCLOSURES
      : new Map(disclosures.map((disclosure) => [disclosure.digest, disclosure]));
  const walk: Walk = { byDigest, seen: new Set(), used: 0, hasRepeatedDigest: false };
  const revealed = revealObject(withoutAlgorithm(payload), walk, 0);
  return {
    payload: revealed,
    isConsistent: walk.used === disclosures.length && !walk.hasRepeatedDigest,
  };
}

function withoutAlgorithm(payload: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name !== DIGEST_ALGORITHM));
}

interface Walk {
  readonly byDigest: ReadonlyMap<string, Disclosure>;
  readonly seen: Set<string>;
  used: number;
  hasRepeatedDigest: boolean;
}

function revealValue(value: JsonValue, walk: Walk, depth: number): JsonValue {
  if (depth > MAX_DEPTH) {
    throw malformed(`nested more than ${MAX_DEPTH} levels deep`);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return isArray(value) ? revealArray(value, walk, depth) : revealObject(value, walk, depth);
}

function revealObject(object: JsonObject, walk: Walk, depth: number): JsonObject {
  const { [DIGESTS]: digests = [], ...members } = object;
  if (Object.hasOwn(members, ARRAY_DIGEST) || Object.hasOwn(members, DIGEST_ALGORITHM)) {
    throw malformed('reserved member out of place');
  }
  const revealed = Object.entries(members).map(([name, value]): readonly [string, JsonValue] => [
    name,
    revealValue(value, walk, depth + 1),
  ]);
  const names = new Set(Object.keys(members));
  for (const digest of digestList(digests)) {
    const disclosure = find(digest, walk);
    if (disclosure === undefined) {
      continue;
    }
    if (disclosure.name === null || names.has(disclosure.name)) {
      throw malformed('disclosure does not fit its place, or a name stands twice');
    }
    names.add(disclosure.name);
    revealed.push([disclosure.name, revealValue(disclosure.value, walk, depth + 1)]);
  }
  return Object.fromEntries(revealed); // defines members: a `__proto__` stays a plain member
}

function revealArray(
  elements: readonly JsonValue[],
  walk: Walk,
  depth: number,
): readonly JsonValue[] {
  return elements.flatMap((element) => {
    const digest = hiddenElement(element);
    if (digest === null) {
      return [revealValue(element, walk, depth + 1)];
    }
    const disclosure = find(digest, walk);
    if (disclosure === undefined) {
      return [];
    }
    if (disclosure.name !== null) {
      throw malformed('disclosure does not fit its place');
    }
    return [revealValue(disclosure.value, walk, depth + 1)];
  });
}

/** @returns the digest if the element is a placeholder (§4.2.4.2), else `null`. */
function hiddenElement(element: JsonValue): string | null {
  if (typeof element !== 'object' || element === null || isArray(element)) {
    return null;
  }
  const digest = element[ARRAY_DIGEST];
  return typeof digest === 'string' && Object.keys(element).length === 1 ? digest : null;
}

function find(digest: string, walk: Walk): Disclosure | undefined {
  if (walk.seen.has(digest)) {
    walk.hasRepeatedDigest = true;
    return undefined;
  }
  walk.seen.add(digest);
  const disclosure = walk.byDigest.get(digest);
  walk.used += disclosure === undefined ? 0 : 1;
  return disclosure;
}

function digestList(value: JsonValue): readonly string[] {
  if (!isArray(value) || !value.every((digest) => typeof digest === 'string')) {
    throw malformed('_sd is no array of texts');
  }
  return value;
}

function parseJsonArray(text: string): readonly JsonValue[] {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) {
    throw malformed('disclosure is not base64url');
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw malformed('disclosure is no JSON', cause); // neither call throws for anything else
  }
  if (!Array.isArray(value)) {
    throw malformed('disclosure is no array');
  }
  return value as readonly JsonValue[]; // JSON.parse makes nothing else
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('base64url');
}

function malformed(reason: string, cause?: unknown): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not an SD-JWT: ${reason}`, { cause });
}
