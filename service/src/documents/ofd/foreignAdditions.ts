/** What sealing adds to somebody's own document besides the seal: the document code on a page, the certificate chain. */
import { toPem } from '../../pki/certificate.ts';
import type { QrItem } from '../drawing.ts';
import { appendChild, applyEdits, replaceText, type XmlEdit } from './editXml.ts';
import { xmlPart } from './ofdParts.ts';
import { encodeItems, objectIds, type ObjectIds } from './pageContent.ts';
import type { OfdDocument, OfdPackage } from './readOfd.ts';
import type { ZipPart } from './writeZip.ts';
import { childOf, childText, escapeXml, type XmlDocument } from './xml.ts';

const NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"';
const QUIET_ZONE_MODULES = 4; // ISO/IEC 18004 §9.1
/** Above any ID that a document without `MaxUnitID` is likely to use. */
const UNKNOWN_MAX_ID = 1_000_000;

export interface Additions {
  readonly qr: QrItem | null;
  readonly pageId: string;
  /** DER. */
  readonly certificates: readonly Uint8Array[];
  readonly addedAt: Date;
  /** Folder for the new parts, free in the package. */
  readonly folder: string;
}

/** A list that Document.xml names, and the entry to put in. */
interface ListEntry {
  /** `Annotations` or `Attachments`. */
  readonly list: string;
  readonly listPath: string;
  readonly entry: string;
  /** Members of Document.xml that follow this list. */
  readonly before: readonly string[];
}

/** @returns parts that are new or replace one of the same name. */
export function addToDocument(
  ofd: OfdPackage,
  document: OfdDocument,
  additions: Additions,
): readonly ZipPart[] {
  const root = ofd.readXml(document.rootPath);
  const ids = objectIds(maxIdOf(root));
  const parts: ZipPart[] = [];
  const edits: XmlEdit[] = [];
  const add = (part: ZipPart, entry: ListEntry): void => {
    parts.push(part, addEntry(ofd, { root, rootPath: document.rootPath, edits }, entry));
  };
  if (additions.qr !== null) {
    const part = xmlPart(
      `${additions.folder}/Code.xml`,
      encodeAnnotation(additions.qr, additions.addedAt, ids),
    );
    add(part, {
      list: 'Annotations',
      listPath: `${additions.folder}/Annotations.xml`,
      entry:
        `<ofd:Page PageID="${escapeXml(additions.pageId)}">` +
        `<ofd:FileLoc>/${part.name}</ofd:FileLoc></ofd:Page>`,
      before: ['CustomTags', 'Attachments', 'Extensions'],
    });
  }
  if (additions.certificates.length > 0) {
    const pem = Buffer.from(toPem(additions.certificates), 'latin1');
    const part = { name: `${additions.folder}/certificates.pem`, bytes: pem };
    add(part, {
      list: 'Attachments',
      listPath: `${additions.folder}/Attachments.xml`,
      entry:
        `<ofd:Attachment ID="${ids.next()}" Name="certificates" Format="pem" Visible="false">` +
        `<ofd:FileLoc>/${part.name}</ofd:FileLoc></ofd:Attachment>`,
      before: ['Extensions'],
    });
  }
  if (parts.length === 0) return [];
  edits.push(...updateMaxId(root, ids));
  return [{ name: document.rootPath, bytes: applyEdits(root, edits) }, ...parts];
}

function maxIdOf({ root }: XmlDocument): number {
  const common = childOf(root, 'CommonData');
  const max = Number(common === null ? NaN : (childText(common, 'MaxUnitID') ?? NaN));
  return Number.isSafeInteger(max) && max >= 0 && max < 2 ** 31 ? max : UNKNOWN_MAX_ID;
}

function updateMaxId(root: XmlDocument, ids: ObjectIds): readonly XmlEdit[] {
  const common = childOf(root.root, 'CommonData');
  const max = common === null ? null : childOf(common, 'MaxUnitID');
  return max === null || max.closingTagAt < 0 ? [] : [replaceText(root, max, String(ids.last()))];
}

interface DocumentEdits {
  readonly root: XmlDocument;
  readonly rootPath: string;
  readonly edits: XmlEdit[];
}

/** @returns the list with the entry: the one that is there, extended, or a new one that Document.xml then names. */
function addEntry(
  ofd: OfdPackage,
  { root, rootPath, edits }: DocumentEdits,
  wanted: ListEntry,
): ZipPart {
  const { list, entry } = wanted;
  const location = childText(root.root, list);
  const known = location === null || location === '' ? null : ofd.resolve(rootPath, location);
  if (known !== null && ofd.archive.entries.has(known)) {
    const existing = ofd.readXml(known);
    if (existing.root.closingTagAt >= 0) {
      return { name: known, bytes: applyEdits(existing, [appendChild(existing.root, entry)]) };
    }
  }
  const listPath = known ?? wanted.listPath;
  if (known === null) {
    edits.push(appendChild(root.root, `<ofd:${list}>/${listPath}</ofd:${list}>`, wanted.before));
  }
  return xmlPart(listPath, `<ofd:${list} ${NAMESPACE}>${entry}</ofd:${list}>`);
}

/** The code on white, so that its quiet zone is quiet whatever the page holds. */
function encodeAnnotation(qr: QrItem, addedAt: Date, ids: ObjectIds): string {
  const quietMm = QUIET_ZONE_MODULES * qr.moduleMm;
  const sizeMm = qr.modules.length * qr.moduleMm + 2 * quietMm;
  const annotationId = ids.next();
  const drawing = {
    widthMm: sizeMm,
    heightMm: sizeMm,
    items: [
      {
        kind: 'path',
        d: `M 0 0 L ${sizeMm} 0 L ${sizeMm} ${sizeMm} L 0 ${sizeMm} Z`,
        fill: '#ffffff',
        stroke: null,
        strokeWidthMm: 0,
      },
      { ...qr, xMm: quietMm, yMm: quietMm },
    ],
  } as const;
  return (
    `<ofd:PageAnnot ${NAMESPACE}><ofd:Annot ID="${annotationId}" Type="Stamp" Creator="Yinxin" ` +
    `LastModDate="${addedAt.toISOString().slice(0, 10)}"><ofd:Appearance Boundary="${qr.xMm - quietMm} ${qr.yMm - quietMm} ` +
    `${sizeMm} ${sizeMm}">${encodeItems(drawing, null, ids)}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>`
  );
}
