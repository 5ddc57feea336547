/** The pictures of seals where their signatures put them, whole or in strips. */
import type { Matrix } from '../glyphPath.ts';
import { parseSeal, type Seal } from '../../sealing/seal.ts';
import { ServiceError } from '../../errors.ts';
import { multiply } from './matrix.ts';
import { boxToSvgPath } from './pathData.ts';
import { readPicture } from './pictures.ts';
import type { OfdDocument, OfdPackage, Stamp } from './readOfd.ts';
import type { OfdPage } from './readPages.ts';
import { readSignatures, type ReadSignature } from './readSignatures.ts';
import type { Scene, SceneClip, SceneItem } from './scene.ts';

const MAX_STAMPS = 64;

/** Draws the first page of a picture that is an OFD itself; null if it cannot be read. */
export type DrawPicture = (bytes: Uint8Array) => Scene | null;

/** Draws what signatures show on a page; whether they are genuine is another question. */
export function drawStamps(
  ofd: OfdPackage,
  document: OfdDocument,
  page: OfdPage,
  drawPicture: DrawPicture,
): Pick<Scene, 'items' | 'omitted'> {
  const items: SceneItem[] = [];
  let omitted = 0;
  for (const signature of readSignatures(ofd, document)) {
    const stamps = (signature.description?.stamps ?? []).filter(({ pageId }) => pageId === page.id);
    const image = stamps.length === 0 ? undefined : sealOf(ofd, signature)?.image;
    for (const stamp of stamps.slice(0, MAX_STAMPS)) {
      const drawn = image === undefined ? null : drawStamp(image, stamp, drawPicture);
      if (drawn === null) omitted += 1;
      else items.push(...drawn);
    }
  }
  return { items, omitted };
}

/** The seal inside the signature, else the file beside it. */
function sealOf(ofd: OfdPackage, { value, description }: ReadSignature): Seal | null {
  if (value !== null) return value.seal;
  const bytes = ofd.archive.entries.get(description?.sealPath ?? '')?.read();
  try {
    return bytes ? parseSeal(bytes) : null;
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

function drawStamp(
  { type, bytes }: Seal['image'],
  { place }: Stamp,
  drawPicture: DrawPicture,
): readonly SceneItem[] | null {
  const { clip } = place;
  const shown =
    clip === undefined ? place : { ...clip, xMm: place.xMm + clip.xMm, yMm: place.yMm + clip.yMm };
  const outer: readonly SceneClip[] = [[{ d: boxToSvgPath(shown), matrix: [1, 0, 0, 1, 0, 0] }]];
  if (type.toLowerCase() === 'ofd') {
    const scene = drawPicture(bytes);
    if (scene === null) return null;
    const matrix: Matrix = [
      place.widthMm / scene.widthMm,
      0,
      0,
      place.heightMm / scene.heightMm,
      place.xMm,
      place.yMm,
    ];
    return scene.items.map((item) => moved(item, matrix, outer));
  }
  const picture = readPicture(bytes);
  if (picture === null) return null;
  const matrix: Matrix = [place.widthMm, 0, 0, place.heightMm, place.xMm, place.yMm];
  return [{ kind: 'image', ...picture, matrix, clips: outer, alpha: 1, multiplies: true }];
}

function moved(item: SceneItem, matrix: Matrix, outer: readonly SceneClip[]): SceneItem {
  const clips = item.clips.map((clip) =>
    clip.map((path) => ({ ...path, matrix: multiply(matrix, path.matrix) })),
  );
  return { ...item, matrix: multiply(matrix, item.matrix), clips: [...outer, ...clips] };
}
