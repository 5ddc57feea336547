import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { Drawing, SealPlacement } from '../documents/drawing.ts';
import { ofdPageSizes } from '../documents/ofd/readPages.ts';
import { findKeyword } from '../documents/ofd/visibleText.ts';
import { straddlePlacements, type PageEdge, type PageSize } from '../documents/straddle.ts';
import { ServiceError } from '../errors.ts';

/** Where a seal is to stand: at a point or over a keyword, over page edges, or both ways at once. */
export interface SealPlace {
  readonly at:
    | { readonly kind: 'point'; readonly page: number; readonly xMm: number; readonly yMm: number }
    | { readonly kind: 'keyword'; readonly keyword: string; readonly occurrence: number }
    | null;
  /** A page-straddling seal (骑缝章). */
  readonly straddle: { readonly edge: PageEdge; readonly offsetMm: number | null } | null;
}

/** A seal's places on a document. */
export interface PlacedSeal {
  /** At least one; what was asked for `at` stands first. */
  readonly placements: readonly SealPlacement[];
  /** Size of the page of the first one; null: not read beforehand. */
  readonly page: PageSize | null;
  /** Whether the first one stands wholly on its page, so that a code may stand beside it. */
  readonly isWhole: boolean;
}

/**
 * Finds where a seal's picture stands on a document.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`; `REQUEST_MALFORMED` if there is no such page, the seal would not lie on it, or
 * the keyword is not found that often.
 */
export function placeSeal(
  format: DocumentFormat,
  bytes: Uint8Array,
  picture: Drawing,
  place: SealPlace,
): PlacedSeal {
  return format === 'ofd' ? placeOnOfd(bytes, picture, place) : placeOnPdf(picture, place);
}

function placeOnOfd(bytes: Uint8Array, picture: Drawing, place: SealPlace): PlacedSeal {
  const sizes = ofdPageSizes(bytes);
  const size = { widthMm: picture.widthMm, heightMm: picture.heightMm };
  const whole =
    place.at === null
      ? []
      : [
          place.at.kind === 'point'
            ? { ...place.at, ...size }
            : overKeyword(bytes, sizes, size, place.at),
        ];
  for (const placement of whole) requireOnPage(sizes, placement);
  const straddle =
    place.straddle === null
      ? []
      : straddlePlacements(sizes, {
          edge: place.straddle.edge,
          picture: size,
          ...(place.straddle.offsetMm === null ? {} : { offsetMm: place.straddle.offsetMm }),
        });
  const placements = [...whole.map(toPlacement), ...straddle];
  const [first] = placements;
  if (first === undefined) throw refusal('a seal needs a place');
  return { placements, page: sizes[first.page - 1] ?? null, isWhole: whole.length > 0 };
}

/** The page is asked by whoever writes into the PDF. */
function placeOnPdf(picture: Drawing, { at, straddle }: SealPlace): PlacedSeal {
  if (straddle !== null) throw refusal('a seal over page edges can be put on an OFD only');
  if (at?.kind === 'keyword') throw refusal('a keyword is looked for in an OFD only');
  if (at === null) throw refusal('a seal needs a place');
  const { widthMm, heightMm } = picture;
  return { placements: [toPlacement({ ...at, widthMm, heightMm })], page: null, isWhole: true };
}

function toPlacement({ page, xMm, yMm, widthMm, heightMm }: SealPlacement): SealPlacement {
  return { page, xMm, yMm, widthMm, heightMm };
}

/** The seal's middle over that of the keyword, moved back onto the sheet where it would not lie on it. */
function overKeyword(
  bytes: Uint8Array,
  sizes: readonly PageSize[],
  size: PageSize,
  { keyword, occurrence }: Readonly<{ keyword: string; occurrence: number }>,
): SealPlacement {
  const found = findKeyword(bytes, keyword);
  const place = found[occurrence - 1];
  if (place === undefined) {
    throw refusal(
      found.length === 0
        ? 'the keyword is not in the document'
        : `the keyword is in the document ${found.length} times, not ${occurrence}`,
    );
  }
  const { page, box } = place;
  const sheet = sizes[page - 1] ?? size;
  const middle = (start: number, length: number, own: number, room: number): number =>
    Math.round(Math.min(Math.max(start + (length - own) / 2, 0), Math.max(room - own, 0)) * 1000) /
    1000;
  return {
    page,
    ...size,
    xMm: middle(box.xMm, box.widthMm, size.widthMm, sheet.widthMm),
    yMm: middle(box.yMm, box.heightMm, size.heightMm, sheet.heightMm),
  };
}

const SLACK_MM = 0.01;

function requireOnPage(sizes: readonly PageSize[], placement: SealPlacement): void {
  const page = sizes[placement.page - 1];
  if (page === undefined) {
    throw refusal(`there is no page ${placement.page}; the document has ${sizes.length}`);
  }
  const isOutside =
    placement.xMm < -SLACK_MM ||
    placement.yMm < -SLACK_MM ||
    placement.xMm + placement.widthMm > page.widthMm + SLACK_MM ||
    placement.yMm + placement.heightMm > page.heightMm + SLACK_MM;
  if (isOutside) {
    throw refusal(
      `the seal does not fit on the page of ${Math.floor(page.widthMm)} × ${Math.floor(page.heightMm)} mm`,
    );
  }
}

function refusal(why: string): ServiceError {
  return new ServiceError('REQUEST_MALFORMED', why);
}
