/** Changing foreign XML in place: everything but what is added keeps its characters. */
import { ServiceError } from '../../errors.ts';
import type { XmlDocument, XmlElement } from './xml.ts';

/** Replaces the characters from `start` to `end` (exclusive). */
export interface XmlEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @param edits - those at the same place take effect in their order. @returns UTF-8. */
export function applyEdits({ text }: XmlDocument, edits: readonly XmlEdit[]): Uint8Array {
  const fromTheEnd = edits.toReversed().sort((a, b) => b.start - a.start);
  let edited = text;
  for (const edit of fromTheEnd) {
    edited = edited.slice(0, edit.start) + edit.text + edited.slice(edit.end);
  }
  return Buffer.from(edited, 'utf8');
}

/**
 * Appends a child; in `xml`, `ofd:` stands for whatever prefix the parent has.
 *
 * @param before - names of children that must stay behind the new one.
 * @throws ServiceError `DOCUMENT_MALFORMED` if the parent is an empty-element tag.
 */
export function appendChild(
  parent: XmlElement,
  xml: string,
  before: readonly string[] = [],
): XmlEdit {
  if (parent.closingTagAt < 0) {
    throw new ServiceError('DOCUMENT_MALFORMED', `nothing can be added to an empty ${parent.name}`);
  }
  const follower = parent.children.find((child) => before.includes(child.name));
  const at = follower?.startsAt ?? parent.closingTagAt;
  return { start: at, end: at, text: xml.replaceAll(/(<\/?)ofd:/gu, `$1${parent.prefix}`) };
}

/** Replaces the text of an element without children. */
export function replaceText({ text }: XmlDocument, element: XmlElement, content: string): XmlEdit {
  return {
    start: text.lastIndexOf('>', element.closingTagAt) + 1,
    end: element.closingTagAt,
    text: content,
  };
}
