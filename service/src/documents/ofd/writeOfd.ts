import { deflateRawSync } from 'node:zlib';

import type { Drawing } from '../drawing.ts';
import { ofdParts } from './ofdParts.ts';
import type { OfdContent } from './ofdContent.ts';
import { writeZip } from './writeZip.ts';

/** A seal's picture has no date of its own; the seal has. */
const EPOCH = new Date(0);

/**
 * Writes an OFD (GB/T 33190) with real, searchable text and an embedded subset font, without a seal.
 *
 * The same content gives the same bytes.
 *
 * @throws ServiceError `GLYPH_MISSING` if the font lacks a character.
 */
export function writeOfd(content: OfdContent): Uint8Array {
  return writeZip(ofdParts(content, false).parts);
}

/** Draws a seal's picture as an OFD of one page as large as the drawing: the `image` of a seal, type `ofd`. */
export function writeSealImage(drawing: Drawing): Uint8Array {
  const content = {
    pages: [drawing],
    title: '',
    author: '',
    createdAt: EPOCH,
    metadata: [],
    attachments: [],
  };
  const { parts } = ofdParts(content, false);
  // made once a seal, carried twice in every sealed file: worth compressing
  return writeZip(
    parts.map((part) => ({ ...part, deflated: deflateRawSync(part.bytes, { level: 9 }) })),
  );
}
