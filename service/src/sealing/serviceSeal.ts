import { everyItem } from '../store/page.ts';
import type { Seal, SealStore } from '../store/store.ts';
import type { SealKind } from './sealKinds.ts';

const KIND: SealKind = 'windowService';

/**
 * The window service seal (窗口业务专用章) of an organisation that is in force at that time, the newest of several.
 *
 * @param organisation - credit code.
 */
export async function findServiceSeal(
  seals: Pick<SealStore, 'list'>,
  organisation: string,
  at: Date,
): Promise<Seal | null> {
  const isFit = ({ kind, state, validFrom, validUntil }: Seal): boolean =>
    kind === KIND && state === 'valid' && validFrom <= at && at <= validUntil;
  for await (const seal of everyItem((page) => seals.list({ holders: [organisation] }, page))) {
    if (isFit(seal)) return seal;
  }
  return null;
}
