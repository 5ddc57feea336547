import { ServiceError } from '../errors.ts';

/** How a table's text is written; those are what spreadsheets in Chinese save. */
export type TextEncodingName = 'utf-8' | 'gb18030';

/** Gives a table's bytes from the beginning, as often as it is called. */
export type TableSource = () => AsyncIterable<Uint8Array>;

/** Bytes a table has at most. */
export const MAX_TABLE_BYTES = 256 * 1024 * 1024;

/**
 * Finds out how a table is encoded, by reading all of it: what is well-formed UTF-8 is UTF-8, with a byte order mark
 * or without; else it is GB 18030, which GBK and GB 2312 are part of.
 *
 * @param source - attacker-controlled.
 * @throws ServiceError `IMPORT_MALFORMED` for a spreadsheet's own file or for what is neither; `REQUEST_TOO_LARGE`.
 */
export async function findTextEncoding(source: TableSource): Promise<TextEncodingName> {
  await refuseOtherKinds(source);
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    if (await isWellFormed(source, encoding)) return encoding;
  }
  throw malformed('text is neither UTF-8 nor GB 18030');
}

/** Decodes a table. The byte order mark is left out. */
export async function* decodeTable(
  source: TableSource,
  encoding: TextEncodingName,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const chunk of source()) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

const NOT_WELL_FORMED = 'ERR_ENCODING_INVALID_ENCODED_DATA'; // of a fatal decoder

async function isWellFormed(source: TableSource, encoding: TextEncodingName): Promise<boolean> {
  try {
    const texts = decodeTable(source, encoding);
    while ((await texts.next()).done !== true);
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === NOT_WELL_FORMED) return false;
    throw error;
  }
}

/** Signs by which other kinds of files are known. */
const OTHER_KINDS: readonly (readonly [sign: string, sentence: string])[] = [
  ['504b0304', 'a spreadsheet file is not read: save it as CSV'],
  ['d0cf11e0', 'a spreadsheet file is not read: save it as CSV'],
  ['fffe', 'UTF-16 is not read: save it as CSV in UTF-8'],
  ['feff', 'UTF-16 is not read: save it as CSV in UTF-8'],
];

async function refuseOtherKinds(source: TableSource): Promise<void> {
  let head = '';
  let size = 0;
  for await (const chunk of source()) {
    if (head.length < 8) head += Buffer.from(chunk.subarray(0, 4)).toString('hex');
    size += chunk.length;
    if (size > MAX_TABLE_BYTES) {
      throw new ServiceError('REQUEST_TOO_LARGE', `a table has at most ${MAX_TABLE_BYTES} bytes`);
    }
  }
  const other = OTHER_KINDS.find(([sign]) => head.startsWith(sign));
  if (other !== undefined) throw malformed(other[1]);
}

function malformed(message: string): ServiceError {
  return new ServiceError('IMPORT_MALFORMED', message);
}
