import { canonicalise } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import type { StateKey } from '../ledger.ts';
import { within } from './deadline.ts';

/** What a read must at least reflect. */
export interface ReadFloor {
  /** Roots of recorded batches: a peer that lacks one of them is behind. At most 24. */
  readonly roots: readonly string[];
  /** Number of blocks that a peer which has them all has at least. */
  readonly height: number;
}

/** What a reader is made of. */
export interface StateReaderOptions {
  /** Runs the query `<contract>:read` at a peer of the own organisation. */
  readonly evaluate: (name: string, argument: string) => Promise<Uint8Array>;
  readonly floor: () => ReadFloor;
  /** Queries under way at once. Default 2. */
  readonly maxCalls?: number;
  /** Longest wait of a caller, milliseconds. Default 2500. */
  readonly timeoutMs?: number;
}

/** Values in the order of the keys asked for. */
export interface ReadValues {
  readonly values: readonly (object | null)[];
  readonly height: number;
}

const MAX_KEYS = 1000; // of the contract's own limit
const MAX_FLOOR_KEYS = 24;
const MAX_KEYS_A_REQUEST = MAX_KEYS - MAX_FLOOR_KEYS;
const MAX_CHARACTERS = 400 * 1024; // below the contract's own limit, with room for the floor
const MAX_WAITING = 20_000;
const BEHIND_PAUSE_MS = 20;

interface Waiting {
  readonly contract: string;
  readonly texts: readonly string[];
  isGivenUp: boolean;
  readonly resolve: (found: Answer) => void;
  readonly reject: (error: unknown) => void;
}

interface Answer {
  readonly values: ReadonlyMap<string, object | null>;
  readonly height: number;
}

/**
 * Reads values of the world state. Callers at the same time share queries, and keys that several ask for are read once:
 * a query costs milliseconds whether it reads one key or a thousand. Nobody waits for company: a query leaves as soon as
 * fewer than the allowed number are under way.
 *
 * Each query asks for the newest recorded batches as well. A peer without them is behind what this service has already
 * been told, and is asked again.
 */
export class StateReader {
  readonly #options: Required<StateReaderOptions>;
  #waiting: Waiting[] = [];
  #calls = 0;
  #isScheduled = false;

  constructor(options: StateReaderOptions) {
    this.#options = { maxCalls: 2, timeoutMs: 2500, ...options };
  }

  /**
   * Reads committed values; all of one request are of one moment, unless it has more than 976 keys.
   * @throws ServiceError `LEDGER_UNAVAILABLE` within the time-out, and what `evaluate` throws.
   */
  async read(keys: readonly StateKey[]): Promise<ReadValues> {
    const texts = keys.map(keyText);
    const wanted = [...new Set(texts.filter((text) => text !== null))];
    const parts = inParts(wanted);
    const contract = keys[0]?.contract ?? 'usage';
    const answers: Answer[] = [];
    for (const part of parts) answers.push(await this.#ask(contract, part));
    const found = new Map(answers.flatMap(({ values }) => [...values]));
    const height = Math.min(
      ...answers.map((answer) => answer.height),
      this.#options.floor().height,
    );
    return {
      values: texts.map((text) => (text === null ? null : (found.get(text) ?? null))),
      height,
    };
  }

  #ask(contract: string, texts: readonly string[]): Promise<Answer> {
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(unavailable('too many reads wait for the ledger'));
    }
    let waiting: Waiting | undefined;
    const answer = new Promise<Answer>((resolve, reject) => {
      waiting = { contract, texts, isGivenUp: false, resolve, reject };
      this.#waiting.push(waiting);
      this.#schedule();
    });
    return within(this.#options.timeoutMs, 'reading the ledger', answer).finally(() => {
      if (waiting !== undefined) waiting.isGivenUp = true;
    });
  }

  /** Lets callers of the same turn of the event loop get in before the query leaves. */
  #schedule(): void {
    if (this.#isScheduled || this.#calls >= this.#options.maxCalls) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#calls < this.#options.maxCalls) {
      const group = this.#takeGroup();
      if (group.length === 0) return;
      this.#calls += 1;
      void this.#serve(group).finally(() => {
        this.#calls -= 1;
        this.#dispatch();
      });
    }
  }

  /** Takes the oldest requests, each whole, as long as they fit into one query. */
  #takeGroup(): readonly Waiting[] {
    const alive = this.#waiting.filter((one) => !one.isGivenUp);
    const keys = new Set<string>();
    let characters = 0;
    let count = 0;
    for (const { texts } of alive) {
      const added = texts.filter((text) => !keys.has(text));
      characters += added.reduce((sum, text) => sum + text.length + 1, 0);
      const isFull = keys.size + added.length > MAX_KEYS_A_REQUEST || characters > MAX_CHARACTERS;
      if (isFull && count > 0) break;
      for (const text of added) keys.add(text);
      count += 1;
    }
    this.#waiting = alive.slice(count);
    return alive.slice(0, count);
  }

  /** Never rejects: every caller of the group gets an answer or an error. */
  async #serve(group: readonly Waiting[]): Promise<void> {
    try {
      const answer = await this.#query(group);
      for (const { resolve } of group) resolve(answer);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async #query(group: readonly Waiting[]): Promise<Answer> {
    const floor = this.#options.floor();
    const roots = floor.roots.slice(0, MAX_FLOOR_KEYS).map((root) => keyText(batchKey(root)) ?? '');
    const texts = [...new Set([...group.flatMap((one) => one.texts), ...roots])];
    const name = `${group[0]?.contract ?? 'usage'}:read`;
    const { timeoutMs } = this.#options;
    const deadline = performance.now() + timeoutMs;
    for (let pauseMs = BEHIND_PAUSE_MS; ; pauseMs *= 2) {
      const query = this.#options.evaluate(name, `[${texts.join(',')}]`);
      const values = parseValues(await within(timeoutMs, 'reading the ledger', query), texts);
      if (roots.every((root) => (values.get(root) ?? null) !== null)) {
        return { values, height: floor.height };
      }
      if (performance.now() + pauseMs > deadline) {
        throw unavailable('the peer is behind what it was seen to record');
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** @returns canonical JSON of a key's parts; null for a name no key can have: then there is no value either. */
export function keyText(key: StateKey): string | null {
  const { objectType, attributes } = key;
  const isKey = attributes.length <= 8 && [objectType, ...attributes].every(isPart);
  return isKey ? canonicalise({ objectType, attributes }) : null;
}

/** As the contract demands of the parts of a key; a request with any other one would be refused whole. */
function isPart(text: string): boolean {
  return /^[^\0\u{10ffff}]{1,200}$/u.test(text) && text.isWellFormed();
}

function batchKey(root: string): StateKey {
  return { contract: 'usage', objectType: 'batch', attributes: [root] };
}

function inParts(texts: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let characters = Infinity;
  for (const text of texts) {
    const last = parts.at(-1);
    characters += text.length + 1;
    if (last === undefined || last.length >= MAX_KEYS_A_REQUEST || characters > MAX_CHARACTERS) {
      parts.push([text]);
      characters = text.length + 1;
    } else last.push(text);
  }
  return parts;
}

function parseValues(
  answer: Uint8Array,
  texts: readonly string[],
): ReadonlyMap<string, object | null> {
  const values = JSON.parse(Buffer.from(answer).toString('utf8')) as unknown;
  if (!Array.isArray(values) || values.length !== texts.length) {
    throw new ServiceError('INTERNAL', 'the contract answered for other keys');
  }
  return new Map(texts.map((text, place) => [text, values[place] as object | null])); // as our contract answers
}

function unavailable(why: string): ServiceError {
  return new ServiceError('LEDGER_UNAVAILABLE', why);
}
