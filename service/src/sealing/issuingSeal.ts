import type { SealUse } from '@yinxin/chaincode/model';
import type { Drawing } from '../documents/drawing.ts';
import { ServiceError } from '../errors.ts';
import type { Signer } from '../keys/signer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { SealStore } from '../store/store.ts';
import { drawNameSeal } from './nameSealPicture.ts';
import { SEAL_KINDS, type SealKind } from './sealKinds.ts';
import { drawSealPicture } from './sealPicture.ts';
import { createSealUses } from './sealUses.ts';

/** A seal ready to be used: the .esl file and its picture. */
export interface UsableSeal {
  readonly esId: string;
  readonly holder: { readonly creditCode: string; readonly name: string };
  readonly file: Uint8Array;
  readonly picture: Drawing;
}

/** Opens seals for use; file and picture never change and are kept. */
export type SealOpener = (esId: string) => Promise<UsableSeal>;

/** @param seals - where the .esl files are. */
export function sealOpener(seals: Pick<SealStore, 'find' | 'file'>): SealOpener {
  const opened = new Map<string, UsableSeal>();
  return async (esId) => {
    const known = opened.get(esId);
    if (known !== undefined) return known;
    const [seal, file] = await Promise.all([seals.find(esId), seals.file(esId)]);
    if (seal === null || file === null) {
      throw new ServiceError('SEAL_NOT_FOUND', `no seal ${esId}`);
    }
    const picture = pictureOf(seal);
    const usable = { esId, holder: seal.holder, file, picture };
    opened.set(esId, usable);
    return usable;
  };
}

/** The picture of a seal from its facts: round with the holder's name, or a legal representative's square name seal. */
export function pictureOf(
  seal: Readonly<{
    esId: string;
    kind: string;
    name: string;
    holder: { readonly name: string };
  }>,
): Drawing {
  if (seal.kind === 'legalRepresentative') return drawNameSeal(seal.name);
  const kind = SEAL_KINDS[seal.kind as SealKind] as (typeof SEAL_KINDS)[SealKind] | undefined;
  const bottomLine = kind?.bottomLine ?? null;
  return drawSealPicture({
    name: seal.holder.name,
    ...(bottomLine === null ? {} : { bottomLine }),
    number: seal.esId,
  });
}

/**
 * Asks whether a seal could be used so, without using it: see {@link SealUses.use}.
 *
 * @throws ServiceError as that does.
 */
export async function requireSealUse(
  ledger: Pick<Ledger, 'readStates'>,
  use: SealUse,
  signers: readonly Signer[],
): Promise<void> {
  await createSealUses(ledger).use(use, signers, () => Promise.resolve());
}
