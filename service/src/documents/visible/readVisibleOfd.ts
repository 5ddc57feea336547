/** Draws OFD pages by our own reader; run on a thread of its own, for the bytes are attacker-controlled. */
import { ServiceError } from '../../errors.ts';
import { drawPage } from '../ofd/drawPage.ts';
import { readOfd, type OfdDocument, type OfdPackage } from '../ofd/readOfd.ts';
import { countPages, readPage } from '../ofd/readPages.ts';
import { readSignatures } from '../ofd/readSignatures.ts';
import { drawScene } from '../ofd/scenePng.ts';
import { readVisibleText } from '../ofd/visibleText.ts';
import { lookAt } from './lookAt.ts';
import {
  MAX_PAGE_MM,
  MAX_VISIBLE_PAGES,
  PIXELS_PER_MM,
  type VisibleDocument,
  type VisiblePage,
} from './visiblePage.ts';

const MM_PER_INCH = 25.4;

/** @throws ServiceError `DOCUMENT_MALFORMED` for what cannot be drawn, or not whole. */
export async function readVisibleOfd(bytes: Uint8Array): Promise<VisibleDocument> {
  const ofd = readOfd(bytes);
  const [document] = ofd.documents;
  if (document === undefined) return { pages: [], pageCount: 0 };
  const pageCount = countPages(ofd, document);
  const texts = readVisibleText(bytes);
  const pages: VisiblePage[] = [];
  for (let number = 1; number <= Math.min(pageCount, MAX_VISIBLE_PAGES); number += 1) {
    pages.push({
      ...(await drawVisible(bytes, number)),
      runs: (texts[number - 1]?.runs ?? []).map(({ text }) => text),
      signatureBoxes: stampsOn(ofd, document, readPage(ofd, document, number).id),
    });
  }
  return { pages, pageCount };
}

async function drawVisible(
  bytes: Uint8Array,
  number: number,
): Promise<Omit<VisiblePage, 'runs' | 'signatureBoxes'>> {
  const scene = drawPage(bytes, number);
  if (scene.omitted > 0) {
    throw new ServiceError('DOCUMENT_MALFORMED', 'the page has what cannot be drawn');
  }
  const { widthMm, heightMm } = scene;
  const shrink = Math.min(1, MAX_PAGE_MM / Math.max(widthMm, heightMm));
  const pixelsPerMm = PIXELS_PER_MM * shrink;
  const canvas = await drawScene(scene, pixelsPerMm * MM_PER_INCH);
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  return { widthMm, heightMm, ...(await lookAt({ width, height, data }, pixelsPerMm)) };
}

function stampsOn(
  ofd: OfdPackage,
  document: OfdDocument,
  pageId: string,
): VisiblePage['signatureBoxes'] {
  return readSignatures(ofd, document)
    .flatMap(({ description }) => description?.stamps ?? [])
    .filter((stamp) => stamp.pageId === pageId)
    .map(({ place }) => place);
}
