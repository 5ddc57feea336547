/** Blocks of the ledger as auditors read them, checked in the browser. */
import { areEqual, encodeUtf8, toHex, type Bytes } from '../../offline/bytes.ts';
import { canonicalise } from '../../offline/canonicalJson.ts';
import { isRecord } from '../../report.ts';
import type { Shapes } from '../api.ts';
import { leafHash, rootOf } from './proof/merkle.ts';
import { fromHex } from './proof/proofForm.ts';

export type Block = Shapes['LedgerBlock'];
type Transaction = Block['transactions'][number];

/** An act in a block, as far as it is shown. */
export interface BlockAct {
  readonly id: string;
  readonly name: string;
  readonly authority: string;
  /** What it is about, by the ledger's own names; null: nothing with a name. */
  readonly subject: string | null;
  /** A licence that has a page of its own. */
  readonly licence: string | null;
  readonly isRefused: boolean;
  /** Of an anchor: how many uses it holds. */
  readonly leaves: number | null;
}

/** A batch with the root that its acts come to. */
export interface CheckedBatch {
  readonly root: string;
  readonly computed: string | null;
  readonly isRight: boolean;
}

const HASH = /^[0-9a-f]{64}$/;
const SUBJECTS = ['identifier', 'esId', 'typeCode', 'code', 'creditCode', 'fingerprint', 'name'];

export function actsOf(block: Block): readonly BlockAct[] {
  return block.transactions.flatMap(({ acts, outcomes }) =>
    acts.flatMap((signed, place) => {
      const act = read(signed['act']);
      if (act === null) return [];
      const { id, name, authority, body } = act;
      const subject = SUBJECTS.map((member) => body[member]).find((one) => typeof one === 'string');
      const { leaves, identifier } = body;
      return [
        {
          ...{ id, name, authority, subject: subject ?? null },
          licence: typeof identifier === 'string' ? identifier : null,
          isRefused: outcomes[place]?.outcome === 'refused',
          leaves: Array.isArray(leaves) ? leaves.length : null,
        },
      ];
    }),
  );
}

/** How often each kind of act is in a block, most first. */
export function summaryOf(acts: readonly BlockAct[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { name } of acts) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left);
}

/** Reckons the root of each batch of a block from the acts that stand in it. */
export async function checkBatches({ transactions }: Block): Promise<readonly CheckedBatch[]> {
  const checked = await Promise.all(transactions.map(checkTransaction));
  return checked.flat();
}

async function checkTransaction(transaction: Transaction): Promise<readonly CheckedBatch[]> {
  return await Promise.all(
    transaction.batches.map(async ({ root }) => {
      const leaves = await leavesOf(transaction, root);
      if (leaves === null) return { root, computed: null, isRight: false };
      const computed = await rootOf(leaves);
      return { root, computed: toHex(computed), isRight: areEqual(computed, fromHex(root)) };
    }),
  );
}

/** Of an anchor its own leaves, of another batch the acts that were recorded in it, in their order. */
async function leavesOf(
  { contract, acts, outcomes, batches }: Transaction,
  root: string,
): Promise<readonly Bytes[] | null> {
  const mine = outcomes
    .map((outcome, place) => ({ place, position: readPosition(outcome['position']) }))
    .filter(({ position }) => position?.root === root)
    .sort((left, right) => (left.position?.index ?? 0) - (right.position?.index ?? 0))
    .map(({ place }) => acts[place]?.['act']);
  if (contract === 'usage') {
    const size = batches.find((batch) => batch.root === root)?.size;
    const leaves = mine.flatMap((act) => read(act)?.body['leaves'] ?? []);
    const hashes = leaves.filter(
      (leaf): leaf is string => typeof leaf === 'string' && HASH.test(leaf),
    );
    return hashes.length === size ? hashes.map(fromHex) : null;
  }
  try {
    return await Promise.all(mine.map((act) => leafHash(encodeUtf8(canonicalise(act)))));
  } catch {
    return null; // an act without canonical form
  }
}

function readPosition(value: unknown): { root: string; index: number } | null {
  if (!isRecord(value)) return null;
  const { root, index } = value;
  return typeof root === 'string' && typeof index === 'number' ? { root, index } : null;
}

interface ReadAct {
  readonly id: string;
  readonly name: string;
  readonly authority: string;
  readonly body: Readonly<Record<string, unknown>>;
}

function read(act: unknown): ReadAct | null {
  if (!isRecord(act) || !isRecord(act['by']) || !isRecord(act['body'])) return null;
  const { id, act: name, body } = act;
  const { authority } = act['by'];
  return typeof id === 'string' && typeof name === 'string' && typeof authority === 'string'
    ? { id, name, authority, body }
    : null;
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const ULID_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;

/** When an act with this id was made, ms; null: it is no id. */
export function timeOfId(id: string): number | null {
  if (!ULID.test(id)) return null;
  return Array.from(id.slice(0, TIME_CHARACTERS)).reduce(
    (time, character) => time * ULID_ALPHABET.length + ULID_ALPHABET.indexOf(character),
    0,
  );
}

/** An act is recorded soon after it was made: so many blocks are looked through. */
const SEARCHED_BLOCKS = 40;

/**
 * Finds the block of an act by the time in its id: a handful of blocks is read, whatever the height.
 *
 * @param readBlock - null: it could not be read, and the search ends.
 */
export async function findAct(
  id: string,
  height: number,
  readBlock: (number: number) => Promise<Block | null>,
): Promise<Block | null> {
  const time = timeOfId(id);
  if (time === null) return null;
  let low = 0;
  let high = height;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const block = await readBlock(middle);
    if (block === null) return null;
    if (Date.parse(block.at) < time) low = middle + 1;
    else high = middle;
  }
  const end = Math.min(height, low + SEARCHED_BLOCKS);
  for (let number = Math.max(low - 1, 0); number < end; number += 1) {
    const block = await readBlock(number);
    if (block === null) return null;
    if (actsOf(block).some((act) => act.id === id)) return block;
  }
  return null;
}
