/** Read-only transaction functions: values and history of keys. */
import { getStates } from './bulkState.js';
import { canonicalise, parseCanonical } from './canonicalJson.js';
import { ContractError } from './errors.js';
import { list, object, pattern } from './schema.js';
import { parseValue } from './worldState.js';
import type { StateStub } from './worldState.js';

export const MAX_KEYS_READ = 1000;
/** A longer history is cut: only the newest changes are given. */
export const MAX_CHANGES_READ = 1000;
const MAX_KEYS_CHARACTERS = 512 * 1024;

/** Names a value: Fabric's composite key in its parts. */
export interface KeyParts {
  readonly objectType: string;
  readonly attributes: readonly string[];
}

/** One change of a key as {@link readHistory} gives it. */
export interface KeyChange {
  readonly txId: string;
  /** The transaction's timestamp, RFC 3339. */
  readonly at: string;
  readonly value: object | null;
}

/** What reading history uses of Fabric's `ChaincodeStub`; the names are Fabric's. */
export interface HistoryStub extends StateStub {
  getHistoryForKey(key: string): AsyncIterable<{
    readonly txId: string;
    readonly value: Uint8Array;
    readonly isDelete: boolean;
    readonly timestamp: { readonly seconds: unknown; readonly nanos: number };
  }>;
}

// U+0000 and U+10FFFF delimit composite keys
const part = pattern(/^[^\0\u{10ffff}]{1,200}$/u);
const keyParts = object({ objectType: part, attributes: list(part, 0, 8) });
const keysSchema = list(keyParts, 1, MAX_KEYS_READ);

/**
 * Reads committed values.
 *
 * @param keysJson - canonical JSON of 1 to 1000 {@link KeyParts}; attacker-controlled.
 * @returns canonical JSON of the values in the same order, `null` where there is none.
 * @throws ContractError `KEYS_MALFORMED`.
 */
export async function readStates(stub: StateStub, keysJson: string): Promise<string> {
  const keys = parseKeys(keysJson);
  if (keysSchema(keys, '') !== null)
    throw new ContractError('KEYS_MALFORMED', `keys are a list of 1 to ${MAX_KEYS_READ} places`);
  const parts = keys as readonly KeyParts[]; // fits the schema
  const values = await getStates(
    stub,
    parts.map((key) => compositeKey(stub, key)),
  );
  return canonicalise(values.map(parseValue));
}

/**
 * Reads the changes of one key, oldest first.
 *
 * @param keyJson - canonical JSON of {@link KeyParts}; attacker-controlled.
 * @returns canonical JSON of {@link KeyChange}s.
 * @throws ContractError `KEYS_MALFORMED`.
 */
export async function readHistory(stub: HistoryStub, keyJson: string): Promise<string> {
  const key = parseKeys(keyJson);
  if (keyParts(key, '') !== null) throw new ContractError('KEYS_MALFORMED', 'the key is no place');
  const changes: KeyChange[] = [];
  const parts = key as KeyParts; // fits the schema
  // Fabric gives the newest first
  for await (const change of stub.getHistoryForKey(compositeKey(stub, parts))) {
    const { seconds, nanos } = change.timestamp;
    const at = new Date(Number(seconds) * 1000 + Math.floor(nanos / 1_000_000)).toISOString();
    const value = change.isDelete ? null : parseValue(change.value);
    changes.push({ txId: change.txId, at, value });
    if (changes.length === MAX_CHANGES_READ) break;
  }
  return canonicalise(changes.reverse());
}

function parseKeys(text: string): unknown {
  if (text.length > MAX_KEYS_CHARACTERS)
    throw new ContractError('KEYS_MALFORMED', 'the text is too long');
  return parseCanonical(text);
}

function compositeKey(stub: StateStub, { objectType, attributes }: KeyParts): string {
  return stub.createCompositeKey(objectType, [...attributes]);
}
