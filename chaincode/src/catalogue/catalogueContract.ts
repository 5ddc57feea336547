import { Context, Contract, Info, Returns, Transaction } from 'fabric-contract-api';

import { beginTransaction, recordActs } from '../batch.js';
import { canonicalise } from '../canonicalJson.js';
import { parseBatch } from '../parseBatch.js';
import { readHistory, readStates } from '../readState.js';
import { catalogueRecording } from './catalogueActs.js';

@Info({ title: 'catalogue', description: 'Licence types and matters' })
export class CatalogueContract extends Contract {
  constructor() {
    super('catalogue');
  }

  /** Records a batch of signed acts; canonical JSON in and out. */
  @Transaction()
  @Returns('string')
  async record(context: Context, batchJson: string): Promise<string> {
    const acts = parseBatch(batchJson, 'catalogue');
    return canonicalise(await recordActs(beginTransaction(context.stub), acts, catalogueRecording));
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
