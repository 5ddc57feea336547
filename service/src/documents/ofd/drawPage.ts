/** Draws a page of an OFD: content, templates, annotations, and the pictures of its seals. */
import { ServiceError } from '../../errors.ts';
import type { Matrix } from '../glyphPath.ts';
import { drawStamps } from './drawStamps.ts';
import { drawText, textPens, type TextPens } from './drawText.ts';
import { boxToSvgPath, toSvgPath } from './pathData.ts';
import { readPicture } from './pictures.ts';
import { readOfd, type OfdDocument, type OfdPackage } from './readOfd.ts';
import { readPage } from './readPages.ts';
import { resourceFile } from './resources.ts';
import type { Scene, SceneClip, SceneItem } from './scene.ts';
import { fillOf, strokeOf } from './style.ts';
import { openPage, walkPage, type Clip, type PageSource, type PlacedObject } from './walkPage.ts';
import { childText } from './xml.ts';

const MAX_PATH_CHARACTERS = 16 * 1024 * 1024;

/**
 * Draws a page of the first document.
 *
 * @param bytes - attacker-controlled.
 * @param number - from 1.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be read or is too much; `DOCUMENT_NOT_FOUND` if there is no such
 * page.
 */
export function drawPage(bytes: Uint8Array, number: number): Scene {
  const ofd = readOfd(bytes);
  const [document] = ofd.documents;
  if (document === undefined) throw new ServiceError('DOCUMENT_NOT_FOUND', 'there is no document');
  const scene = drawContent(ofd, document, number);
  const stamps = drawStamps(ofd, document, readPage(ofd, document, number), drawSealPicture);
  return {
    ...scene,
    items: [...scene.items, ...stamps.items],
    omitted: scene.omitted + stamps.omitted,
  };
}

/** A seal's picture may be an OFD: its first page, without seals. */
function drawSealPicture(bytes: Uint8Array): Scene | null {
  try {
    const ofd = readOfd(bytes);
    const [document] = ofd.documents;
    return document === undefined ? null : drawContent(ofd, document, 1);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

function drawContent(ofd: OfdPackage, document: OfdDocument, number: number): Scene {
  const page = readPage(ofd, document, number);
  const source = openPage(ofd, document, page);
  const pens = textPens(ofd, source.resources);
  const items: SceneItem[] = [];
  let [omitted, characters] = [0, 0];
  walkPage(source, (object) => {
    const drawn = drawObject(source, object, pens);
    if (drawn === null) omitted += 1;
    for (const item of drawn ?? []) {
      characters += sizeOf(item);
      items.push(item);
    }
    if (characters > MAX_PATH_CHARACTERS) {
      throw new ServiceError('DOCUMENT_MALFORMED', 'the page is too much to be drawn');
    }
  });
  return { widthMm: page.box.widthMm, heightMm: page.box.heightMm, items, omitted };
}

/** Characters of path data. */
function sizeOf(item: SceneItem): number {
  const own = item.kind === 'path' ? item.d.length : 1;
  return item.clips.flat().reduce((sum, { d }) => sum + d.length, own);
}

/** @returns null if it cannot be drawn. */
function drawObject(
  source: PageSource,
  object: PlacedObject,
  pens: TextPens,
): readonly SceneItem[] | null {
  const clips = toSceneClips(object.clips);
  switch (object.element.name) {
    case 'TextObject':
      return drawText(object, pens, {
        fill: fillOf(object, source.resources),
        stroke: strokeOf(object, source.resources),
        clips,
      });
    case 'PathObject':
      return drawPath(source, object, clips);
    default:
      return drawImage(source, object, clips);
  }
}

function toSceneClips(clips: readonly Clip[]): readonly SceneClip[] {
  return clips.map(({ paths }) =>
    paths.map(({ shape, matrix }) => ({
      d: typeof shape === 'string' ? toSvgPath(shape) : boxToSvgPath(shape),
      matrix,
    })),
  );
}

/** Fill and outline apart, where they are not equally dense. */
function drawPath(
  { resources }: PageSource,
  object: PlacedObject,
  clips: readonly SceneClip[],
): readonly SceneItem[] {
  const d = toSvgPath(childText(object.element, 'AbbreviatedData') ?? '');
  const [fill, stroke] = [fillOf(object, resources), strokeOf(object, resources)];
  if (d === '') return [];
  const path = {
    ...({ kind: 'path', d, matrix: object.matrix, clips } as const),
    fillRule: object.element.attributes['Rule'] === 'Even-Odd' ? 'evenodd' : 'nonzero',
  } as const;
  const filled =
    fill === null
      ? []
      : [{ ...path, fill: fill.colour, stroke: null, alpha: object.alpha * fill.alpha }];
  const stroked =
    stroke === null ? [] : [{ ...path, fill: null, stroke, alpha: object.alpha * stroke.alpha }];
  return [...filled, ...stroked];
}

function drawImage(
  { ofd, resources }: PageSource,
  object: PlacedObject,
  clips: readonly SceneClip[],
): readonly SceneItem[] | null {
  const resource = resources.get(object.element.attributes['ResourceID'] ?? '');
  const bytes = resource?.kind === 'MultiMedia' ? resourceFile(ofd, resource, 'MediaFile') : null;
  const picture = bytes === null ? null : readPicture(bytes);
  if (picture === null) return null;
  const matrix: Matrix = object.matrix;
  return [{ kind: 'image', ...picture, matrix, clips, alpha: object.alpha, multiplies: false }];
}
