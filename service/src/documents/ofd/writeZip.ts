/** Our own ZIP form (APPNOTE 6.3.10): parts stored, every field fixed, so that an archive has just one encoding. */
import { crc32 } from 'node:zlib';

/** One file in the archive. `stored` bytes; or a compressed stream taken over from another archive as it is. */
export interface ZipPart {
  /** Path without leading slash. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Compressed form to copy instead of storing `bytes`. */
  readonly deflated?: Uint8Array;
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
const VERSION = 20; // 2.0: deflate and folders
const UTF8_NAME = 0x0800;
const FIRST_DAY = 0x0021; // 1980-01-01, the least date of the format
const STORED = 0;
const DEFLATED = 8;

interface Placed {
  readonly part: ZipPart;
  readonly name: Buffer;
  readonly content: Uint8Array;
  readonly fields: Buffer;
  readonly offset: number;
}

/** Writes an archive; parts keep their order. Less than 4 GiB and 65,535 parts. */
export function writeZip(parts: readonly ZipPart[]): Uint8Array {
  let offset = 0;
  const placed = parts.map((part): Placed => {
    const name = Buffer.from(part.name, 'utf8');
    const content = part.deflated ?? part.bytes;
    const at = offset;
    offset += 30 + name.length + content.length;
    return { part, name, content, fields: commonFields(part, name, content), offset: at };
  });
  const directoryOffset = offset;
  const directoryLength = placed.reduce((length, { name }) => length + 46 + name.length, 0);
  const archive = Buffer.alloc(directoryOffset + directoryLength + 22);
  for (const file of placed) writeLocal(archive, file);
  let position = directoryOffset;
  for (const file of placed) position = writeCentral(archive, position, file);
  archive.writeUInt32LE(END_OF_CENTRAL_DIRECTORY, position);
  archive.writeUInt16LE(placed.length, position + 8);
  archive.writeUInt16LE(placed.length, position + 10);
  archive.writeUInt32LE(directoryLength, position + 12);
  archive.writeUInt32LE(directoryOffset, position + 16);
  return new Uint8Array(archive.buffer, archive.byteOffset, archive.length);
}

/** The 26 bytes that local and central header share, from "version needed" to "extra field length". */
function commonFields(part: ZipPart, name: Buffer, content: Uint8Array): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(name.length === part.name.length ? 0 : UTF8_NAME, 2);
  fields.writeUInt16LE(part.deflated === undefined ? STORED : DEFLATED, 4);
  fields.writeUInt16LE(FIRST_DAY, 8);
  fields.writeUInt32LE(crc32(part.bytes), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(part.bytes.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function writeLocal(archive: Buffer, { name, content, fields, offset }: Placed): void {
  archive.writeUInt32LE(LOCAL_HEADER, offset);
  fields.copy(archive, offset + 4);
  name.copy(archive, offset + 30);
  archive.set(content, offset + 30 + name.length);
}

function writeCentral(archive: Buffer, position: number, { name, fields, offset }: Placed): number {
  archive.writeUInt32LE(CENTRAL_HEADER, position);
  archive.writeUInt16LE(VERSION, position + 4);
  fields.copy(archive, position + 6);
  archive.writeUInt32LE(offset, position + 42);
  name.copy(archive, position + 46);
  return position + 46 + name.length;
}
