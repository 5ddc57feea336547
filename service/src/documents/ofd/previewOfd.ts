import { drawPage } from './drawPage.ts';
import { sceneToPng } from './scenePng.ts';
import { sceneToSvg } from './sceneSvg.ts';

export type PreviewFormat = 'svg' | 'png';

export interface PreviewRequest {
  readonly format: PreviewFormat;
  /** From 1. */
  readonly page: number;
}

const DOTS_PER_INCH = 120;

/**
 * Draws a page of an OFD with the pictures of its seals. A picture says nothing of whether a seal is genuine.
 *
 * @param bytes - attacker-controlled.
 * @returns an SVG that does nothing but show, or a PNG of 120 dots an inch.
 * @throws ServiceError `DOCUMENT_MALFORMED`; `DOCUMENT_NOT_FOUND` if there is no such page.
 */
export async function previewOfd(
  bytes: Uint8Array,
  { format, page }: PreviewRequest,
): Promise<Uint8Array> {
  const scene = drawPage(bytes, page);
  return format === 'svg'
    ? Buffer.from(sceneToSvg(scene), 'utf8')
    : await sceneToPng(scene, DOTS_PER_INCH);
}
