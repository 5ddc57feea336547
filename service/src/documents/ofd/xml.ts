/** A bounded reader for the XML inside an OFD: no DTD, no entities but the five, element names without prefix. */
import { SaxesParser, type SaxesTagPlain } from 'saxes';

import { ServiceError } from '../../errors.ts';

export interface XmlElement {
  /** Local name: prefixes differ between writers. */
  readonly name: string;
  readonly prefix: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Character data directly inside, not trimmed. */
  readonly text: string;
  /** Offset in the text of the `<` of the opening tag. */
  readonly startsAt: number;
  /** Offset in the text of the `<` of the closing tag; -1 for an empty-element tag. */
  readonly closingTagAt: number;
}

export interface XmlDocument {
  readonly text: string;
  readonly root: XmlElement;
}

const MAX_XML_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 100_000;
const MAX_ATTRIBUTES = 100;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function malformed(what: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not readable XML: ${what}`);
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
  closingTagAt: number;
}

/**
 * Parses a document (attacker-controlled): at most 4 MiB, 64 levels, 100,000 elements with 100 attributes each.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if it is not well-formed UTF-8 XML or has a document type declaration.
 */
export function parseXml(bytes: Uint8Array): XmlDocument {
  if (bytes.length > MAX_XML_BYTES) throw malformed('too large');
  const text = decode(bytes);
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elementCount = 0;
  let attributeCount = 0; // of the tag being read
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw malformed(error.message.slice(0, 100));
  });
  parser.on('doctype', () => {
    throw malformed('document type declaration');
  });
  parser.on('attribute', () => {
    if (++attributeCount > MAX_ATTRIBUTES) throw malformed('too many attributes');
  });
  parser.on('opentag', (tag) => {
    attributeCount = 0;
    if (++elementCount > MAX_ELEMENTS || open.length === MAX_DEPTH)
      throw malformed('too many elements');
    const element = openElement(tag, text.lastIndexOf('<', parser.position - 1));
    open.at(-1)?.children.push(element);
    open.push(element);
    root ??= element;
  });
  parser.on('text', (characters) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += characters;
  });
  parser.on('cdata', (characters) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += characters;
  });
  parser.on('closetag', (tag) => {
    const element = open.pop();
    if (element !== undefined && !tag.isSelfClosing)
      element.closingTagAt = text.lastIndexOf('<', parser.position - 1);
  });
  parser.write(text).close();
  if (root === undefined) throw malformed('empty');
  return { text, root };
}

function decode(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw malformed('not UTF-8');
  }
}

function openElement(tag: SaxesTagPlain, startsAt: number): OpenElement {
  const colon = tag.name.indexOf(':');
  return {
    name: tag.name.slice(colon + 1),
    prefix: tag.name.slice(0, colon + 1),
    attributes: tag.attributes,
    startsAt,
    children: [],
    text: '',
    closingTagAt: -1,
  };
}

/** @throws ServiceError `DOCUMENT_MALFORMED` if there are several: readers would differ in which one they take. */
export function childOf(element: XmlElement, name: string): XmlElement | null {
  const [first, second] = childrenOf(element, name);
  if (second !== undefined) throw malformed(`more than one ${name}`);
  return first ?? null;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** @returns trimmed text of the one child of that name; null if there is none. */
export function childText(element: XmlElement, name: string): string | null {
  return childOf(element, name)?.text.trim() ?? null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Escapes text for an attribute or element; characters that XML 1.0 cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  if (!/[^\x20-\x21\x23-\x25\x27-\x3b=\x3f-\x7e\u00a0-\ud7ff\ue000-\ufffd]/u.test(text))
    return text;
  return text
    .replaceAll(/[&<>"\t\n\r]/gu, (character) => ESCAPES[character] ?? character)
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
