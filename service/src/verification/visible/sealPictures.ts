import { likenessOf } from '../../documents/visible/redMarks.ts';
import type { VisibleReader } from '../../documents/visible/visibleReader.ts';
import type { UsableSeal } from '../../sealing/issuingSeal.ts';
import { everyItem } from '../../store/page.ts';
import type { Seal, SealStore } from '../../store/store.ts';

/** Recognises the pictures of this city's seals. */
export interface SealPictures {
  /** The seal whose picture a red figure is; `null` if it is none of this city's. */
  recognise(mask: Uint8Array): Promise<Seal | null>;
}

interface KnownPicture {
  readonly seal: Seal;
  readonly mask: Uint8Array;
}

/** A copy of a picture, also a shrunken or compressed one, is above it; another holder's seal of the same form is below. */
const MIN_LIKENESS = 0.9;
const MAX_SEALS = 5000;

export function sealPictures(
  parts: Readonly<{
    seals: Pick<SealStore, 'list'>;
    reader: Pick<VisibleReader, 'maskOf'>;
    openSeal: (esId: string) => Promise<Pick<UsableSeal, 'picture'>>;
  }>,
): SealPictures {
  const known = new Map<string, KnownPicture>();
  const learn = async (seal: Seal): Promise<void> => {
    if (known.has(seal.esId) || known.size >= MAX_SEALS) return;
    const mask = await parts.reader.maskOf((await parts.openSeal(seal.esId)).picture);
    if (mask !== null) known.set(seal.esId, { seal, mask });
  };
  return {
    async recognise(mask) {
      for await (const seal of everyItem((page) => parts.seals.list({}, page))) {
        if (known.has(seal.esId)) break; // older ones are known, too
        await learn(seal);
      }
      let best: KnownPicture | null = null;
      let likeness = MIN_LIKENESS;
      for (const picture of known.values()) {
        const found = likenessOf(mask, picture.mask);
        if (found < likeness) continue;
        best = picture;
        likeness = found;
      }
      return best?.seal ?? null;
    },
  };
}
