import { statePlaces, type ActPosition } from '@yinxin/chaincode/model';
import type { Ledger } from './ledger.ts';

/** Where an act stands, by the world state; null: it is not recorded. */
export async function readActPosition(
  ledger: Pick<Ledger, 'readStates'>,
  id: string,
): Promise<ActPosition | null> {
  const { values } = await ledger.readStates([statePlaces.act(id)]);
  const value = values[0] as ActPosition | null | undefined; // as the place says
  return value === null || value === undefined ? null : { root: value.root, index: value.index };
}
