import type { PdfContent } from './pdfContent.ts';

export const PRODUCER = 'Yinxin';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Writes the XMP packet (ISO 16684-1): title, identifier, author, dates. */
export function writeXmp(content: PdfContent): Uint8Array {
  const created = `${content.createdAt.toISOString().slice(0, 19)}Z`;
  const alternative = (text: string): string =>
    `<rdf:Alt><rdf:li xml:lang="x-default">${escape(text)}</rdf:li></rdf:Alt>`;
  const packet = [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"',
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">',
    '<dc:format>application/pdf</dc:format>',
    `<dc:title>${alternative(content.title)}</dc:title>`,
    `<dc:identifier>${escape(content.identifier)}</dc:identifier>`,
    `<dc:creator><rdf:Seq><rdf:li>${escape(content.author)}</rdf:li></rdf:Seq></dc:creator>`,
    `<xmp:CreateDate>${created}</xmp:CreateDate><xmp:ModifyDate>${created}</xmp:ModifyDate>`,
    `<pdf:Producer>${PRODUCER}</pdf:Producer>`,
    '</rdf:Description></rdf:RDF></x:xmpmeta>',
    '<?xpacket end="r"?>',
  ].join('\n');
  return Buffer.from(packet, 'utf8');
}

/** Control characters cannot stand in XML 1.0 at all. */
function escape(text: string): string {
  return text
    .replaceAll(/[&<>"]/gu, (character) => ESCAPES[character] ?? character)
    .replaceAll(/\p{Cc}/gu, ' ');
}
