/** The parts of an OFD package that we write ourselves (GB/T 33190), before any seal. */
import { createHash } from 'node:crypto';
import { shanghaiDate } from '../../civilTime.ts';

import { licenceFont } from '../fonts.ts';
import type { FontSubset } from '../fonts.ts';
import { encodePage, objectIds, type ObjectIds, type PageFont } from './pageContent.ts';
import type { OfdAttachment, OfdContent } from './ofdContent.ts';
import type { ZipPart } from './writeZip.ts';
import { escapeXml } from './xml.ts';

const NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
export const SIGNATURES_PATH = 'Doc_0/Signs/Signatures.xml';

/** Parts in the order they are written, and what a seal must know of them. */
export interface OfdParts {
  readonly parts: readonly ZipPart[];
  /** ID of each page, in order. */
  readonly pageIds: readonly number[];
}

export function xmlPart(name: string, xml: string): ZipPart {
  return { name, bytes: Buffer.from(DECLARATION + xml, 'utf8') };
}

/** @param isSealed - `OFD.xml` then names the list of signatures, which the caller adds. */
export function ofdParts(content: OfdContent, isSealed: boolean): OfdParts {
  const texts = content.pages.flatMap((page) =>
    page.items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])),
  );
  const ids = objectIds();
  const font = texts.length === 0 ? null : { id: ids.next(), subset: licenceFont().subset(texts) };
  const pageIds = content.pages.map(() => ids.next());
  const pages = content.pages.map((page, index) =>
    xmlPart(`Doc_0/Pages/Page_${index}/Content.xml`, encodePage(page, font, ids)),
  );
  const attachments = withMetadata(content);
  return {
    pageIds,
    parts: [
      xmlPart('OFD.xml', encodeEntry(content, isSealed)),
      xmlPart('Doc_0/Document.xml', encodeDocument(content, { ids, pageIds, font, attachments })),
      ...(font === null ? [] : fontParts(font)),
      ...pages,
      ...attachmentParts(attachments, content.createdAt),
    ],
  };
}

function encodeEntry(content: OfdContent, isSealed: boolean): string {
  const { title, author, createdAt, metadata } = content;
  const customDatas = metadata
    .map(
      ({ name, value }) =>
        `<ofd:CustomData Name="${escapeXml(name)}">${escapeXml(value)}</ofd:CustomData>`,
    )
    .join('');
  return (
    `<ofd:OFD ${NAMESPACE} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>${documentId(content)}</ofd:DocID>` +
    `<ofd:Title>${escapeXml(title)}</ofd:Title><ofd:Author>${escapeXml(author)}</ofd:Author>` +
    `<ofd:CreationDate>${shanghaiDate(createdAt)}</ofd:CreationDate><ofd:Creator>Yinxin</ofd:Creator>` +
    (customDatas === '' ? '' : `<ofd:CustomDatas>${customDatas}</ofd:CustomDatas>`) +
    `</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>` +
    (isSealed ? `<ofd:Signatures>/${SIGNATURES_PATH}</ofd:Signatures>` : '') +
    `</ofd:DocBody></ofd:OFD>`
  );
}

/** 32 hexadecimal characters, the same for the same title, metadata and time. */
function documentId({ title, author, createdAt, metadata }: OfdContent): string {
  const facts = JSON.stringify([title, author, createdAt.toISOString(), metadata]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 32);
}

interface DocumentParts {
  readonly ids: ObjectIds;
  readonly pageIds: readonly number[];
  readonly font: PageFont | null;
  readonly attachments: readonly OfdAttachment[];
}

function encodeDocument(
  content: OfdContent,
  { ids, pageIds, font, attachments }: DocumentParts,
): string {
  const [first] = content.pages;
  const pages = pageIds.map(
    (id, index) => `<ofd:Page ID="${id}" BaseLoc="Pages/Page_${index}/Content.xml"/>`,
  );
  return (
    `<ofd:Document ${NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>${ids.last()}</ofd:MaxUnitID>` +
    `<ofd:PageArea><ofd:PhysicalBox>0 0 ${first?.widthMm ?? 210} ${first?.heightMm ?? 297}</ofd:PhysicalBox></ofd:PageArea>` +
    (font === null ? '' : '<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>') +
    `</ofd:CommonData><ofd:Pages>${pages.join('')}</ofd:Pages>` +
    (attachments.length === 0 ? '' : '<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>') +
    `</ofd:Document>`
  );
}

function fontParts({
  id,
  subset,
}: {
  readonly id: number;
  readonly subset: FontSubset;
}): readonly ZipPart[] {
  const { familyName } = licenceFont();
  const resources =
    `<ofd:Res ${NAMESPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="${id}" FontName="${subset.postScriptName}" ` +
    `FamilyName="${escapeXml(familyName)}"><ofd:FontFile>font.ttf</ofd:FontFile></ofd:Font></ofd:Fonts></ofd:Res>`;
  return [
    xmlPart('Doc_0/PublicRes.xml', resources),
    { name: 'Doc_0/Res/font.ttf', bytes: subset.bytes },
  ];
}

function withMetadata({ metadata, attachments }: OfdContent): readonly OfdAttachment[] {
  if (metadata.length === 0) return attachments;
  const items = metadata.map(
    ({ name, value }) => `<item name="${escapeXml(name)}">${escapeXml(value)}</item>`,
  );
  const xml = `${DECLARATION}<metadata>${items.join('')}</metadata>`;
  return [{ name: 'metadata.xml', format: 'xml', bytes: Buffer.from(xml, 'utf8') }, ...attachments];
}

function attachmentParts(
  attachments: readonly OfdAttachment[],
  createdAt: Date,
): readonly ZipPart[] {
  if (attachments.length === 0) return [];
  const list = attachments.map(
    ({ name, format, bytes }, index) =>
      `<ofd:Attachment ID="${index + 1}" Name="${escapeXml(name.replace(/\.[^.]*$/u, ''))}" Format="${escapeXml(format)}" ` +
      `CreationDate="${shanghaiDate(createdAt)}" Size="${Math.ceil(bytes.length / 102.4) / 10}" Visible="false">` +
      `<ofd:FileLoc>${escapeXml(name)}</ofd:FileLoc></ofd:Attachment>`,
  );
  return [
    xmlPart(
      'Doc_0/Attachs/Attachments.xml',
      `<ofd:Attachments ${NAMESPACE}>${list.join('')}</ofd:Attachments>`,
    ),
    ...attachments.map(({ name, bytes }) => ({ name: `Doc_0/Attachs/${name}`, bytes })),
  ];
}
