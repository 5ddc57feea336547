/** The pages of an OFD document: where each one is described, and how large it is. */
import { ServiceError } from '../../errors.ts';
import type { BoxMm } from '../drawing.ts';
import type { PageSize } from '../straddle.ts';
import { readBox, readOfd, type OfdDocument, type OfdPackage } from './readOfd.ts';
import { childOf, childrenOf, childText, type XmlElement } from './xml.ts';

export interface OfdPage {
  readonly id: string;
  /** Path of Content.xml. */
  readonly path: string;
  readonly root: XmlElement;
  /** The sheet. */
  readonly box: BoxMm;
}

const MAX_PAGES = 2000;
const MAX_SIDE_MM = 20_000;

function malformed(what: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a readable OFD: ${what}`);
}

/** @returns how many pages a document lists. @throws ServiceError `DOCUMENT_MALFORMED`. */
export function countPages(ofd: OfdPackage, document: OfdDocument): number {
  return listedPages(ofd, document).length;
}

/**
 * Reads a page's description.
 *
 * @param number - from 1.
 * @throws ServiceError `DOCUMENT_MALFORMED` if it cannot be read; `DOCUMENT_NOT_FOUND` if the document has no such page.
 */
export function readPage(ofd: OfdPackage, document: OfdDocument, number: number): OfdPage {
  const listed = listedPages(ofd, document)[number - 1];
  if (listed === undefined) {
    throw new ServiceError('DOCUMENT_NOT_FOUND', `the document has no page ${number}`);
  }
  const path = ofd.resolve(document.rootPath, listed.attributes['BaseLoc'] ?? '');
  const { root } = ofd.readXml(path);
  const area = childOf(root, 'Area') ?? defaultArea(ofd, document);
  return { id: listed.attributes['ID'] ?? '', path, root, box: boxOf(area) };
}

/**
 * Tells how large the pages of the first document are.
 *
 * @param bytes - attacker-controlled.
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function ofdPageSizes(bytes: Uint8Array): readonly PageSize[] {
  const ofd = readOfd(bytes);
  const [document] = ofd.documents;
  if (document === undefined) return [];
  return Array.from({ length: countPages(ofd, document) }, (_, index) => {
    const { widthMm, heightMm } = readPage(ofd, document, index + 1).box;
    return { widthMm, heightMm };
  });
}

function listedPages(ofd: OfdPackage, { rootPath }: OfdDocument): readonly XmlElement[] {
  const pages = childOf(ofd.readXml(rootPath).root, 'Pages');
  const listed = pages === null ? [] : childrenOf(pages, 'Page');
  if (listed.length > MAX_PAGES) throw malformed('too many pages');
  return listed;
}

function defaultArea(ofd: OfdPackage, { rootPath }: OfdDocument): XmlElement | null {
  const common = childOf(ofd.readXml(rootPath).root, 'CommonData');
  return common === null ? null : childOf(common, 'PageArea');
}

function boxOf(area: XmlElement | null): BoxMm {
  const text = area === null ? null : childText(area, 'PhysicalBox');
  if (text === null) throw malformed('a page without size');
  const box = readBox(text, 'size of a page');
  const isPossible = [box.widthMm, box.heightMm].every((side) => side > 0 && side <= MAX_SIDE_MM);
  if (!isPossible) throw malformed('size of a page');
  return box;
}
