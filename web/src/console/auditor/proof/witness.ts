/** This browser as a witness: it keeps the checkpoint it saw last, and says whether the log has only grown since. */
import { areEqual, type Bytes } from '../../../offline/bytes.ts';
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { isConsistent } from './merkle.ts';
import { fromHex } from './proofForm.ts';

/** A checkpoint that was seen before, and when. Public, like everything in it. */
export interface Seen {
  readonly note: string;
  /** RFC 3339. */
  readonly at: string;
}

export type WitnessVerdict =
  /** Nothing was kept before. */
  | { readonly kind: 'first' }
  | {
      readonly kind: 'same' | 'grown';
      readonly before: Checkpoint;
      readonly proof: readonly string[];
    }
  /** The log is not the one that was seen: `shrunk`, `changed` (same size, another root), `forked` (no proof leads from one to the other). */
  | {
      readonly kind: 'shrunk' | 'changed' | 'forked';
      readonly before: Checkpoint;
      readonly proof: readonly string[];
    }
  /** Another log altogether. */
  | { readonly kind: 'other'; readonly before: Checkpoint }
  /** The service gave no proof. */
  | { readonly kind: 'unproven'; readonly before: Checkpoint };

export type AskConsistency = (from: number, to: number) => Promise<readonly string[] | null>;

/** Whether the checkpoint of now holds everything that the one seen before held. */
export async function witness(
  seen: Seen | null,
  now: Checkpoint,
  askConsistency: AskConsistency,
): Promise<WitnessVerdict> {
  const before = seen === null ? null : readCheckpoint(seen.note);
  if (before === null) return { kind: 'first' };
  if (before.origin !== now.origin) return { kind: 'other', before };
  if (now.size < before.size) return { kind: 'shrunk', before, proof: [] };
  if (now.size === before.size) {
    const kind = areEqual(before.root, now.root) ? 'same' : 'changed';
    return { kind, before, proof: [] };
  }
  if (before.size === 0) return { kind: 'grown', before, proof: [] }; // everything extends nothing
  const proof = await askConsistency(before.size, now.size);
  if (proof === null) return { kind: 'unproven', before };
  const isRight = await isConsistent({
    ...{ firstSize: before.size, secondSize: now.size },
    ...{ firstRoot: before.root, secondRoot: now.root, proof: proof.map(toHash) },
  });
  return { kind: isRight ? 'grown' : 'forked', before, proof };
}

/** Whether a verdict says that the operator showed two logs. */
export function isAlarm({ kind }: WitnessVerdict): boolean {
  return kind === 'shrunk' || kind === 'changed' || kind === 'forked';
}

const MEMORY = 'yinxin.witness';

type Memory = Pick<Storage, 'getItem' | 'setItem'>;

/** @returns null: nothing was seen yet, or it is not readable any more. */
export function recallSeen(memory: Memory | null): Seen | null {
  try {
    const seen = JSON.parse(memory?.getItem(MEMORY) ?? 'null') as Partial<Seen> | null;
    return typeof seen?.note === 'string' && typeof seen.at === 'string'
      ? { note: seen.note, at: seen.at }
      : null;
  } catch {
    return null; // not JSON
  }
}

/** Never throws: without memory each visit is the first. */
export function keepSeen(memory: Memory | null, seen: Seen): void {
  try {
    memory?.setItem(MEMORY, JSON.stringify(seen));
  } catch {
    // full or forbidden
  }
}

function toHash(hex: string): Bytes {
  return /^[0-9a-f]{64}$/.test(hex) ? fromHex(hex) : new Uint8Array();
}
