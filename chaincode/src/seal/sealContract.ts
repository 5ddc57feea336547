import { Context, Contract, Info, Returns, Transaction } from 'fabric-contract-api';

import { beginTransaction, recordActs } from '../batch.js';
import { canonicalise } from '../canonicalJson.js';
import { parseBatch } from '../parseBatch.js';
import { readHistory, readStates } from '../readState.js';
import { sealRecording } from './sealActs.js';

@Info({ title: 'seal', description: 'Seals, their mandates, life and uses' })
export class SealContract extends Contract {
  constructor() {
    super('seal');
  }

  /** Records a batch of signed acts; canonical JSON in and out. */
  @Transaction()
  @Returns('string')
  async record(context: Context, batchJson: string): Promise<string> {
    const acts = parseBatch(batchJson, 'seal');
    return canonicalise(await recordActs(beginTransaction(context.stub), acts, sealRecording));
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
