import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

import { ServiceError } from '../../errors.ts';
import { within } from './deadline.ts';
import { parseBlock, requireSuccessor } from './fabricBlock.ts';
import type { FabricBlock } from './fabricBlock.ts';
import type { FabricTransport } from './transport.ts';

/** Which blocks are read. */
export interface BlockRange {
  readonly from: number;
  /** Outside. */
  readonly to: number;
}

const BLOCK_MS = 10_000;
const MAX_FAILURES = 5; // one after the other without a block
const PAUSE_MS = 100;

/**
 * Blocks of the own peer one after the other, each proven to follow the one before. A stream that breaks is opened again.
 *
 * @throws ServiceError `LEDGER_UNAVAILABLE` when it keeps breaking, `LEDGER_CORRUPT` if a block does not follow.
 */
export async function* readBlocks(
  transport: Pick<FabricTransport, 'blocks'>,
  range: BlockRange,
): AsyncGenerator<FabricBlock> {
  let next = range.from;
  let before: FabricBlock | null = null;
  for (let failures = 0; next < range.to;) {
    const stop = new AbortController();
    const stream = transport.blocks(next, stop.signal)[Symbol.asyncIterator]();
    try {
      while (next < range.to) {
        const block = await nextBlock(stream);
        if (block.number !== next) throw new ServiceError('LEDGER_UNAVAILABLE', 'no such block');
        if (before !== null) requireSuccessor(block, { height: next, headHash: before.hash });
        yield block;
        [before, next, failures] = [block, next + 1, 0];
        await nextTurn();
      }
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'LEDGER_CORRUPT') throw error;
      failures += 1;
      if (failures === MAX_FAILURES) {
        throw new ServiceError('LEDGER_UNAVAILABLE', 'the stream of blocks keeps breaking', {
          cause: error,
        });
      }
      await sleep(PAUSE_MS * 2 ** failures);
    } finally {
      stop.abort();
    }
  }
}

async function nextBlock(stream: AsyncIterator<Uint8Array>): Promise<FabricBlock> {
  const answer = await within(BLOCK_MS, 'a block', stream.next());
  if (answer.done === true) throw new ServiceError('LEDGER_UNAVAILABLE', 'the stream has ended');
  return parseBlock(answer.value);
}
