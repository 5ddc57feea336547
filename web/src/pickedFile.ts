/** What a picked or dropped file is good for. */
export type PickedFile = 'document' | 'picture' | 'empty';

/** First bytes of the picture kinds that browsers draw. */
const PICTURE_MARKS: readonly (readonly number[])[] = [
  [0x89, 0x50, 0x4e, 0x47], // PNG
  [0xff, 0xd8, 0xff], // JPEG
  [0x47, 0x49, 0x46, 0x38], // GIF
  [0x42, 0x4d], // BMP
];
const WEBP = 'WEBP';

/**
 * Tells pictures, whose code is read here, from documents, which the service judges: by content, not by name.
 *
 * @throws if the file cannot be read any more.
 */
export async function recogniseFile(file: Blob): Promise<PickedFile> {
  const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  if (head.length === 0) return 'empty';
  const isWebp = String.fromCharCode(...head.subarray(8, 12)) === WEBP;
  const isPicture = PICTURE_MARKS.some((mark) => mark.every((byte, i) => head[i] === byte));
  return isPicture || isWebp ? 'picture' : 'document';
}
