import type { DocumentFormat } from '@yinxin/chaincode/model';
import type { Drawing, SealPlacement } from '../documents/drawing.ts';
import type { FoundText } from '../documents/findText.ts';
import { ofdPageSizes } from '../documents/ofd/readPages.ts';
import { findKeyword } from '../documents/ofd/visibleText.ts';
import { pdfPageSizes } from '../documents/pdf/pageSizes.ts';
import { straddlePlacements, type PageEdge, type PageSize } from '../documents/straddle.ts';
import type { TextFinder } from '../documents/visible/visibleReader.ts';
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

/** A document to be sealed. */
export interface DocumentToSeal {
  readonly format: DocumentFormat;
  /** Attacker-controlled. */
  readonly bytes: Uint8Array;
}

/**
 * Finds where a seal's picture stands on a document.
 *
 * @param finder - looks for keywords in PDFs.
 * @throws ServiceError `DOCUMENT_MALFORMED`; `REQUEST_MALFORMED` if there is no such page, the seal would not lie on it, or
 * the keyword is not found that often; `RATE_LIMITED` if too many files wait to be searched.
 */
export async function placeSeal(
  { format, bytes }: DocumentToSeal,
  picture: Drawing,
  place: SealPlace,
  finder: TextFinder,
): Promise<PlacedSeal> {
  if (format === 'pdf' && place.at?.kind === 'point' && place.straddle === null) {
    return placeAtPoint(picture, place.at);
  }
  const sizes = format === 'ofd' ? ofdPageSizes(bytes) : pdfPageSizes(bytes);
  const find = async (keyword: string): Promise<readonly FoundText[]> =>
    format === 'ofd' ? findKeyword(bytes, keyword) : await finder.find(bytes, keyword);
  return await placeOnPages({ sizes, find }, picture, place);
}

/** The page is asked by whoever writes into the PDF. */
function placeAtPoint(
  { widthMm, heightMm }: Drawing,
  at: Omit<SealPlacement, 'widthMm' | 'heightMm'>,
): PlacedSeal {
  return { placements: [toPlacement({ ...at, widthMm, heightMm })], page: null, isWhole: true };
}

interface Pages {
  readonly sizes: readonly PageSize[];
  readonly find: (keyword: string) => Promise<readonly FoundText[]>;
}

async function placeOnPages(
  pages: Pages,
  { widthMm, heightMm }: Drawing,
  { at, straddle }: SealPlace,
): Promise<PlacedSeal> {
  const { sizes } = pages;
  const size = { widthMm, heightMm };
  const whole =
    at === null
      ? []
      : [at.kind === 'point' ? { ...at, ...size } : await overKeyword(pages, size, at)];
  for (const placement of whole) requireOnPage(sizes, placement);
  const strips =
    straddle === null
      ? []
      : straddlePlacements(sizes, {
          edge: straddle.edge,
          picture: size,
          ...(straddle.offsetMm === null ? {} : { offsetMm: straddle.offsetMm }),
        });
  const placements = [...whole.map(toPlacement), ...strips];
  const [first] = placements;
  if (first === undefined) throw refusal('a seal needs a place');
  return { placements, page: sizes[first.page - 1] ?? null, isWhole: whole.length > 0 };
}

function toPlacement({ page, xMm, yMm, widthMm, heightMm }: SealPlacement): SealPlacement {
  return { page, xMm, yMm, widthMm, heightMm };
}

/** The seal's middle over that of the keyword, moved back onto the sheet where it would not lie on it. */
async function overKeyword(
  { sizes, find }: Pages,
  size: PageSize,
  { keyword, occurrence }: Readonly<{ keyword: string; occurrence: number }>,
): Promise<SealPlacement> {
  const found = await find(keyword);
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
