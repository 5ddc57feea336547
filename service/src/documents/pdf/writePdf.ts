import { createHash } from 'node:crypto';
import type { Drawing } from '../drawing.ts';
import { licenceFont, type FontSubset } from '../fonts.ts';
import { embedFont } from './embeddedFont.ts';
import { POINTS_PER_MM, drawPage, opacityResources } from './pageContent.ts';
import {
  PdfObjects,
  formatDate,
  formatName,
  formatNumber,
  formatStream,
  formatText,
  formatXrefTable,
  type AssembledObjects,
  type Piece,
} from './pdfObjects.ts';
import type { PdfAttachment, PdfContent } from './pdfContent.ts';
import { PRODUCER, writeXmp } from './xmpMetadata.ts';

export type { PdfAttachment, PdfContent } from './pdfContent.ts';

/** Objects of a document whose catalogue is still open for a signature field. */
export interface PdfDraft {
  readonly objects: PdfObjects;
  /** Object numbers of the pages, in order. */
  readonly pages: readonly number[];
  /** Puts the catalogue and the pages: once, when all else is added. */
  finish(additions: DraftAdditions): AssembledObjects;
}

export interface DraftAdditions {
  /** Further members of the catalogue. */
  readonly catalogue: string;
  /** Annotations by number of the page object. */
  readonly annotations: ReadonlyMap<number, number>;
}

/**
 * Draws a PDF 1.7 with searchable text and embedded subset font, without a signature.
 *
 * The same content gives the same bytes.
 *
 * @throws ServiceError `GLYPH_MISSING` if the font lacks a character.
 */
export function writePdf(content: PdfContent): Uint8Array {
  return new Uint8Array(draftPdf(content).finish({ catalogue: '', annotations: new Map() }).bytes);
}

/** Draws everything of a document but its signature. */
export function draftPdf(content: PdfContent): PdfDraft {
  const objects = new PdfObjects();
  const [catalogue, pageTree] = [objects.reserve(), objects.reserve()];
  const font = subsetFor(content.pages);
  const fontNumber = font === null ? null : embedFont(objects, font);
  const streams = content.pages.map((drawing) => {
    const data = Buffer.from(drawPage(drawing, font), 'latin1');
    return objects.add(...formatStream('', data));
  });
  const pages = content.pages.map(() => objects.reserve());
  const metadata = objects.add(
    ...formatStream('/Type/Metadata/Subtype/XML', writeXmp(content), false),
  );
  const attachment =
    content.attachment === null ? '' : attach(objects, content.attachment, content);
  const information = objects.add(formatInformation(content));

  return {
    objects,
    pages,
    finish({ catalogue: members, annotations }) {
      content.pages.forEach((drawing, i) => {
        const page = {
          number: pages[i] ?? 0,
          content: streams[i] ?? 0,
          parent: pageTree,
          fontNumber,
        };
        objects.put(page.number, formatPage(drawing, page, annotations.get(page.number)));
      });
      const kids = pages.map((page) => `${page} 0 R`).join(' ');
      objects.put(pageTree, `<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`);
      objects.put(
        catalogue,
        `<</Type/Catalog/Pages ${pageTree} 0 R/Lang(zh-CN)/Metadata ${metadata} 0 R` +
          `/ViewerPreferences<</DisplayDocTitle true>>${attachment}${members}>>`,
      );
      return assembleFile(objects, { catalogue, information, identifier: fileIdentifier(content) });
    },
  };
}

function subsetFor(pages: readonly Drawing[]): FontSubset | null {
  const texts = pages.flatMap((page) =>
    page.items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])),
  );
  return texts.length === 0 ? null : licenceFont().subset(texts);
}

function formatPage(
  drawing: Drawing,
  page: { number: number; content: number; parent: number; fontNumber: number | null },
  annotation: number | undefined,
): string {
  const size = [drawing.widthMm, drawing.heightMm].map((mm) => formatNumber(mm * POINTS_PER_MM));
  const font = page.fontNumber === null ? '' : `/Font<</F1 ${page.fontNumber} 0 R>>`;
  const annotations = annotation === undefined ? '' : `/Annots[${annotation} 0 R]`;
  return (
    `<</Type/Page/Parent ${page.parent} 0 R/MediaBox[0 0 ${size.join(' ')}]` +
    `/Resources<<${font}${opacityResources(drawing)}>>/Contents ${page.content} 0 R${annotations}>>`
  );
}

/** @returns members of the catalogue that lead to the file, by name and as associated file. */
function attach(objects: PdfObjects, attachment: PdfAttachment, content: PdfContent): string {
  const date = formatDate(content.createdAt);
  const members =
    `/Type/EmbeddedFile/Subtype${formatName(attachment.mediaType)}` +
    `/Params<</Size ${attachment.bytes.length}/ModDate${date}>>`;
  const file = objects.add(...formatStream(members, attachment.bytes));
  const name = formatText(attachment.name);
  const specification = objects.add(
    `<</Type/Filespec/F${name}/UF${name}/AFRelationship/Data/EF<</F ${file} 0 R/UF ${file} 0 R>>>>`,
  );
  return `/AF[${specification} 0 R]/Names<</EmbeddedFiles<</Names[${name} ${specification} 0 R]>>>>`;
}

function formatInformation(content: PdfContent): string {
  const date = formatDate(content.createdAt);
  return (
    `<</Title${formatText(content.title)}/Subject${formatText(content.identifier)}` +
    `/Author${formatText(content.author)}/Producer(${PRODUCER})/CreationDate${date}/ModDate${date}>>`
  );
}

/** Binary bytes in the comment tell transports that this is no text (§7.5.2). */
const HEADER: readonly Piece[] = [
  '%PDF-1.7\n%',
  Uint8Array.of(0xe5, 0x8d, 0xb0, 0xe4, 0xbf, 0xa1),
  '\n',
];

function assembleFile(
  objects: PdfObjects,
  numbers: { catalogue: number; information: number; identifier: string },
): AssembledObjects {
  return objects.assemble(HEADER, 0, (offsets, end) => {
    const trailer =
      `/Size ${objects.size}/Root ${numbers.catalogue} 0 R/Info ${numbers.information} 0 R` +
      `/ID[<${numbers.identifier}><${numbers.identifier}>]`;
    return [formatXrefTable(new Map([[0, 0], ...offsets]), trailer, end)];
  });
}

/** §14.4 wants an identifier that differs for every document: here by what makes the document. */
function fileIdentifier(content: PdfContent): string {
  const hash = createHash('sha256')
    .update(`${content.identifier}\n${content.createdAt.toISOString()}\n`)
    .update(content.attachment?.bytes ?? '');
  return hash.digest('hex').slice(0, 32);
}
