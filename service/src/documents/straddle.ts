/** Page-straddling seals (骑缝章): one picture cut into strips, one strip at the edge of each page. */
import { ServiceError } from '../errors.ts';
import type { BoxMm, SealPlacement } from './drawing.ts';

export type PageEdge = 'right' | 'left' | 'top' | 'bottom';

export interface PageSize {
  readonly widthMm: number;
  readonly heightMm: number;
}

export interface StraddleRequest {
  readonly edge: PageEdge;
  /** Size of the whole picture. */
  readonly picture: PageSize;
  /** Pages from 1, ascending, at least two; absent: all. */
  readonly pages?: readonly number[];
  /** From the top (right, left) or the left (top, bottom) of the page to the picture; absent: in the middle. */
  readonly offsetMm?: number;
}

/** Thinner strips show nothing: with more pages the picture begins anew. */
const MAX_PAGES_A_PICTURE = 20;
const MAX_PAGES = 2000;

/**
 * Cuts a seal's picture over the edges of pages. Fanned out towards that edge, the pages show the picture whole; of more than
 * twenty pages, groups of nearly equal size show it once each.
 *
 * @param sizes - of all pages of the document, in order.
 * @returns one placement a page: `x`, `y`, width and height of the whole picture, and the strip of it that is shown.
 * @throws ServiceError `REQUEST_MALFORMED` if there are not two pages, or one of them is not there or too small.
 */
export function straddlePlacements(
  sizes: readonly PageSize[],
  request: StraddleRequest,
): readonly SealPlacement[] {
  const pages = request.pages ?? sizes.map((_, index) => index + 1);
  const isAscending = pages.every((page, index) => index === 0 || page > (pages[index - 1] ?? 0));
  if (pages.length < 2 || pages.length > MAX_PAGES || !isAscending) {
    throw refusal('needs at least two pages, in order');
  }
  return groupsOf(pages).flatMap((group) =>
    group.map((page, index) => {
      const size = sizes[page - 1];
      if (size === undefined) throw refusal(`needs a page ${page} that is not there`);
      return { page, ...placeStrip(request, size, { index, count: group.length }) };
    }),
  );
}

function refusal(why: string): ServiceError {
  return new ServiceError('REQUEST_MALFORMED', `a seal over page edges ${why}`);
}

function groupsOf(pages: readonly number[]): readonly (readonly number[])[] {
  const count = Math.ceil(pages.length / MAX_PAGES_A_PICTURE);
  return Array.from({ length: count }, (_, index) =>
    pages.slice(
      Math.round((index * pages.length) / count),
      Math.round(((index + 1) * pages.length) / count),
    ),
  );
}

interface Strip {
  readonly index: number;
  readonly count: number;
}

/** Above and below is as on the left and the right, with the axes changed. */
function placeStrip(
  { edge, picture, offsetMm }: StraddleRequest,
  page: PageSize,
  strip: Strip,
): BoxMm & { readonly clip: BoxMm } {
  const { widthMm, heightMm } = picture;
  const isFar = edge === 'right' || edge === 'bottom';
  const request = { isFar, picture: { widthMm, heightMm }, offsetMm, strip };
  if (edge === 'right' || edge === 'left') return placeUpright(request, page);
  const turned = placeUpright({ ...request, picture: turn(picture) }, turn(page));
  return { ...turnBox(turned), clip: turnBox(turned.clip) };
}

function turn({ widthMm, heightMm }: PageSize): PageSize {
  return { widthMm: heightMm, heightMm: widthMm };
}

function turnBox(box: BoxMm): BoxMm {
  return { xMm: box.yMm, yMm: box.xMm, ...turn(box) };
}

interface UprightRequest {
  readonly isFar: boolean;
  readonly picture: PageSize;
  readonly offsetMm: number | undefined;
  readonly strip: Strip;
}

/** On the right the first page has the first strip, on the left the last one has it. */
function placeUpright(
  { isFar, picture, offsetMm, strip: { index, count } }: UprightRequest,
  page: PageSize,
): BoxMm & { readonly clip: BoxMm } {
  const number = isFar ? index : count - 1 - index;
  const from = thousandths((number * picture.widthMm) / count);
  const to = thousandths(((number + 1) * picture.widthMm) / count);
  const room = page.heightMm - picture.heightMm;
  const yMm = thousandths(offsetMm ?? room / 2);
  if (yMm < 0 || yMm > room || to - from > page.widthMm) throw refusal('finds no room on a page');
  return {
    ...{ xMm: isFar ? thousandths(page.widthMm - to) : 0 - from, yMm, ...picture },
    clip: { xMm: from, yMm: 0, widthMm: thousandths(to - from), heightMm: picture.heightMm },
  };
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
