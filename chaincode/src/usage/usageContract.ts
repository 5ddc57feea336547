import { Context, Contract, Info, Returns, Transaction } from 'fabric-contract-api';

import { beginTransaction } from '../batch.js';
import { canonicalise } from '../canonicalJson.js';
import { parseBatch } from '../parseBatch.js';
import { readHistory, readStates } from '../readState.js';
import { recordAnchors } from './usageActs.js';

@Info({ title: 'usage', description: 'Roots over records of use' })
export class UsageContract extends Contract {
  constructor() {
    super('usage');
  }

  /** Records a batch of signed acts; canonical JSON in and out. */
  @Transaction()
  @Returns('string')
  async record(context: Context, batchJson: string): Promise<string> {
    const acts = parseBatch(batchJson, 'usage');
    return canonicalise(await recordAnchors(beginTransaction(context.stub), acts));
  }

  /** Reads committed values; canonical JSON in and out. */
  @Transaction(false)
  @Returns('string')
  async read(context: Context, keysJson: string): Promise<string> {
    return readStates(context.stub, keysJson);
  }

  /** Reads the changes of one key, oldest first; canonical JSON in and out. */
  @Transaction(false)
  @Returns('string')
  async history(context: Context, keyJson: string): Promise<string> {
    return readHistory(context.stub, keyJson);
  }
}
