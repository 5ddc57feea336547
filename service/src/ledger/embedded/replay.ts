import { setImmediate } from 'node:timers/promises';

import type { ContractName, SignedAct } from '@yinxin/chaincode/model';

import { ServiceError } from '../../errors.ts';
import type { BlockBody, StateWrite } from './blockFormat.ts';
import { batchesIn, outcomesOf, parseBody, parseHeader, submittedActs } from './blockReader.ts';
import type { BlockStore } from './blockStore.ts';
import type { RecordedAct } from '../ledger.ts';

/** An act newly recorded by a transaction, at its index in the batch. */
export interface BatchAct {
  readonly root: string;
  readonly index: number;
  readonly act: SignedAct;
}

/**
 * The acts a transaction recorded, in the order of its batches' leaves: without refused ones and
 * without those recorded before, whose position names an older root.
 */
export function recordedActsOf(
  body: BlockBody,
  writes: readonly StateWrite[],
): readonly BatchAct[] {
  const roots = new Set(batchesIn(writes).map(({ record }) => record.root));
  const acts = submittedActs(body);
  const found = new Map<string, BatchAct>();
  outcomesOf(body).forEach((outcome, place) => {
    const act = acts[place];
    if (outcome.outcome !== 'recorded' || act === undefined || !roots.has(outcome.position.root))
      return;
    const { root, index } = outcome.position;
    const name = `${root}/${index}`;
    if (!found.has(name)) found.set(name, { root, index, act });
  });
  return [...found.values()].sort((a, b) => a.index - b.index);
}

/**
 * Recorded acts in ledger order from block `from` to the newest, those that arrive meanwhile included.
 *
 * @param height - number of blocks that may be seen.
 * @throws ServiceError `LEDGER_CORRUPT` if a block is missing.
 */
export async function* replayBlocks(
  store: BlockStore,
  height: () => Promise<number>,
  from: number,
): AsyncGenerator<RecordedAct> {
  for (let number = Math.max(0, from); number < (await height()); number += 1) {
    const block = store.block(number);
    if (block === null) throw new ServiceError('LEDGER_CORRUPT', `block ${number} is missing`);
    const body = parseBody(block);
    const recordedAt = parseHeader(block).at;
    for (const { root, index, act } of recordedActsOf(body, store.writesOf(number))) {
      const contract = body.contract as ContractName; // only contracts of this ledger have blocks
      yield { contract, act, position: { root, index }, block: number, recordedAt };
    }
    await setImmediate();
  }
}
