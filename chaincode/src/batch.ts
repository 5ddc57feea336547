/** Acts in, outcomes and Merkle root out: shared by every contract that records acts. */
import { createHash } from 'node:crypto';

import { requireNotFromFuture } from './access.js';
import type { Act, ActName, ActNameOf, ActOutcome, ActPosition, ContractName } from './act.js';
import { requireActSignature } from './actSignature.js';
import { canonicalise } from './canonicalJson.js';
import { ContractError } from './errors.js';
import { leafHash, rootOf } from './merkle.js';
import type { ParsedAct } from './parseBatch.js';
import type { AuthorityRecord, BatchRecord } from './records.js';
import { statePlaces } from './statePlaces.js';
import type { StatePlace } from './statePlaces.js';
import { WorldState } from './worldState.js';
import type { StateStub } from './worldState.js';

/** What recording a batch uses of Fabric's `ChaincodeStub`; the names are Fabric's. */
export interface BatchStub extends StateStub {
  getDateTimestamp(): Date;
  getCreator(): { readonly mspid: string };
  setEvent(name: string, payload: Uint8Array): void;
}

/** Name of the event; its payload is a {@link BatchEvent} in canonical JSON. */
export const BATCH_EVENT = 'batch';

/** Batches newly recorded by a transaction, in order; more than one only where several uses were anchored. */
export interface BatchEvent {
  readonly batches: readonly { readonly root: string; readonly size: number }[];
}

/** Judges one act and puts what it changes; refuses by throwing a ContractError. */
export type ActRule<N extends ActName> = (
  act: Act<N>,
  author: AuthorityRecord,
  state: WorldState,
) => Promise<void>;

/** One rule for every act of a contract. */
export type ActRules<C extends ContractName> = { readonly [N in ActNameOf<C>]: ActRule<N> };

/** One transaction: the stub, its overlay and its fixed facts. */
export interface Transaction {
  readonly stub: BatchStub;
  readonly state: WorldState;
  readonly at: Date;
}

export function beginTransaction(stub: BatchStub): Transaction {
  return { stub, state: new WorldState(stub), at: stub.getDateTimestamp() };
}

/** Tells who speaks for an act whose authority is not on the ledger yet, or refuses. */
export type StrangerRule = (act: Act, state: WorldState) => Promise<AuthorityRecord>;

/** Life-cycle contracts differ in their rules and in whom they let in. */
export interface RecordingRules {
  readonly rules: Readonly<Record<string, ActRule<never>>>;
  readonly admitStranger?: StrangerRule;
  /** What the rules of an act will read of its subject; never throws. Only spares round trips: rules read the rest themselves. */
  readonly readsOf?: (act: Act) => readonly StatePlace<object>[];
}

/** Newly recorded acts by id, in order. */
type NewActs = Map<string, NewAct>;

interface NewAct {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly digest: string;
}

/** Answer of one act while the batch's root is not known yet. */
type Pending = ActOutcome | { readonly id: string; readonly newIndex: number };

/**
 * Records a batch of life-cycle acts in order. A refused act writes nothing; an act recorded before is answered with its
 * first position; a batch with nothing new writes nothing.
 *
 * @returns one outcome an act, in order.
 */
export async function recordActs(
  transaction: Transaction,
  acts: readonly ParsedAct[],
  rules: RecordingRules,
): Promise<readonly ActOutcome[]> {
  await prefetch(transaction.state, acts, rules);
  const recorded: NewActs = new Map();
  const answers: Pending[] = [];
  for (const parsed of acts) answers.push(await recordAct(transaction, parsed, rules, recorded));
  if (recorded.size === 0) return answers as ActOutcome[]; // nothing new, so nothing is pending

  const root = toHex(rootOf([...recorded.values()].map(({ leaf }) => leaf)));
  const { state } = transaction;
  state.put(statePlaces.batch(root), batchRecord(transaction, root, recorded.size));
  for (const [id, { index, digest }] of recorded)
    state.put(statePlaces.act(id), { schemaVersion: 1, root, index, digest });
  state.keep();
  await state.flush();
  announce(transaction, [{ root, size: recorded.size }]);
  return answers.map((answer) =>
    'newIndex' in answer ? recordedOutcome(answer.id, { root, index: answer.newIndex }) : answer,
  );
}

/** Reads first which acts are known: those need nothing else. */
async function prefetch(
  state: WorldState,
  acts: readonly ParsedAct[],
  { readsOf = () => [] }: RecordingRules,
): Promise<void> {
  await state.prefetch(acts.map(({ act }) => statePlaces.act(act.id)));
  const places: StatePlace<object>[] = [];
  for (const { act } of acts)
    if ((await state.get(statePlaces.act(act.id))) === null)
      places.push(statePlaces.authority(act.by.authority), ...readsOf(act));
  await state.prefetch(places);
}

async function recordAct(
  transaction: Transaction,
  parsed: ParsedAct,
  rules: RecordingRules,
  recorded: NewActs,
): Promise<Pending> {
  const { id } = parsed.act;
  const digest = createHash('sha256').update(parsed.bytes).digest('hex');
  try {
    const earlier = recorded.get(id);
    if (earlier !== undefined) {
      requireSame(id, digest, earlier.digest);
      return { id, newIndex: earlier.index };
    }
    const known = await transaction.state.get(statePlaces.act(id));
    if (known !== null) {
      requireSame(id, digest, known.digest);
      return recordedOutcome(id, { root: known.root, index: known.index });
    }
    await applyAct(transaction, parsed, rules);
  } catch (error) {
    return refusedOutcome(transaction, id, error);
  }
  transaction.state.keep();
  const index = recorded.size;
  recorded.set(id, { index, leaf: leafHash(parsed.bytes), digest });
  return { id, newIndex: index };
}

async function applyAct(
  transaction: Transaction,
  parsed: ParsedAct,
  { rules, admitStranger }: RecordingRules,
): Promise<void> {
  const author = await authenticate(transaction, parsed, admitStranger);
  const rule = rules[parsed.act.act] as ActRule<ActName> | undefined; // the table has one rule a name, for that name's act
  if (rule === undefined)
    throw new ContractError('ACTS_MALFORMED', `no rule for ${parsed.act.act}`);
  await rule(parsed.act, author, transaction.state);
}

/**
 * Finds the authority that speaks and checks its signature and the act's time.
 *
 * @throws ContractError `ACT_FROM_FUTURE`, `AUTHORITY_NOT_FOUND` or as `requireActSignature`.
 */
export async function authenticate(
  { state, at }: Transaction,
  { act, bytes, signature }: ParsedAct,
  admitStranger: StrangerRule = refuseStranger,
): Promise<AuthorityRecord> {
  requireNotFromFuture(act.at, at);
  const author =
    (await state.get(statePlaces.authority(act.by.authority))) ?? (await admitStranger(act, state));
  requireActSignature(act, bytes, signature, author);
  return author;
}

/** @throws ContractError `AUTHORITY_NOT_FOUND`, always. */
export function refuseStranger(act: Act): Promise<AuthorityRecord> {
  throw new ContractError(
    'AUTHORITY_NOT_FOUND',
    `authority ${act.by.authority} is not on the ledger`,
  );
}

/** The value of `batch~root`. */
export function batchRecord({ stub, at }: Transaction, root: string, size: number): BatchRecord {
  return {
    schemaVersion: 1,
    root,
    size,
    at: at.toISOString(),
    submitterMspId: stub.getCreator().mspid,
  };
}

/** Sets the transaction's one event. */
export function announce({ stub }: Transaction, batches: BatchEvent['batches']): void {
  stub.setEvent(BATCH_EVENT, Buffer.from(canonicalise({ batches } satisfies BatchEvent)));
}

export function recordedOutcome(id: string, position: ActPosition): ActOutcome {
  return { id, outcome: 'recorded', position };
}

/** Drops what the act wrote. Anything but a refusal is a fault of the program and voids the transaction. */
export function refusedOutcome({ state }: Transaction, id: string, error: unknown): ActOutcome {
  state.drop();
  if (!(error instanceof ContractError)) throw error;
  return { id, outcome: 'refused', code: error.code, message: error.sentence };
}

function requireSame(id: string, digest: string, earlier: string): void {
  if (digest !== earlier)
    throw new ContractError('ACT_ID_REUSED', `act ${id} is recorded with another content`);
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
