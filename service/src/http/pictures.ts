import type { PreviewFormat } from '../documents/ofd/previewOfd.ts';
import type { Headers } from './guard.ts';

export const PICTURE_TYPES: Readonly<Record<PreviewFormat, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
};
/** Opened by itself, a picture is a document: it may load nothing and run nothing. */
const INERT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/** Of an answer that is a picture. */
export function pictureHeaders(format: PreviewFormat): Headers {
  return { 'content-type': PICTURE_TYPES[format], 'content-security-policy': INERT };
}
