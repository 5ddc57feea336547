/** Reading foreign archives strictly: what two readers could understand differently is refused. */
import { crc32, inflateRawSync } from 'node:zlib';

import { ServiceError } from '../../errors.ts';

export interface ZipEntry {
  /** Path without leading slash. */
  readonly name: string;
  /** Compressed stream if the entry is deflated, else null. */
  readonly deflated: Uint8Array | null;
  /** @returns the content; null if the stream is broken or has not the size declared. Computed once. */
  read(): Uint8Array | null;
  /** @returns whether the content can be read and has the CRC-32 declared. */
  hasRightChecksum(): boolean;
}

export interface ZipArchive {
  /** Files by name, in the order of the directory; folders are left out. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Bytes before, between and after the entries that belong to none of them. */
  readonly strayByteCount: number;
}

const MAX_ARCHIVE_BYTES = 64 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const MAX_ENTRIES = 10_000;
const MAX_NAME_LENGTH = 512;
const MAX_END_CANDIDATES = 64;
const UTF8_NAME = 0x0800;
const DATA_DESCRIPTOR = 0x0008;
const IN_EXTRA_FIELD = 0xffffffff;
const LONG_SIZES = 0x0001;
const STORED = 0;
const DEFLATED = 8;

/** Sizes and place of one entry as the central directory has them. */
interface DirectoryRecord {
  readonly name: string;
  readonly rawName: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
  readonly commentLength: number;
}

interface Directory {
  readonly start: number;
  /** After the end record, its comment excluded. */
  readonly end: number;
  readonly count: number;
  /** Bytes before the archive's own offset 0. */
  readonly base: number;
}

function malformed(what: string): ServiceError {
  return new ServiceError('DOCUMENT_MALFORMED', `not a readable ZIP archive: ${what}`);
}

/**
 * Reads the directory of an archive (attacker-controlled): at most 64 MiB, 10,000 entries, 64 MiB unpacked.
 *
 * Refused: encryption, ZIP64, several disks, methods other than store and deflate, overlapping entries, names that are
 * absolute, climb, repeat (letter case ignored) or differ between directory and entry, a file cut short. Bytes that belong
 * to no entry are counted, not refused.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED`.
 */
export function readZip(bytes: Uint8Array): ZipArchive {
  if (bytes.length > MAX_ARCHIVE_BYTES) throw malformed('too large');
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const directory = findDirectory(archive);
  if (isInsideEntry(archive, directory.base)) throw malformed('cut short');
  const records = readDirectory(archive, directory);
  const entries = new Map<string, ZipEntry>();
  let strayByteCount = directory.base + (archive.length - directory.end);
  let position = directory.base;
  for (const record of [...records].sort((a, b) => a.headerOffset - b.headerOffset)) {
    const start = directory.base + record.headerOffset;
    if (start < position) throw malformed('entries overlap');
    strayByteCount += start - position + record.commentLength;
    const content = contentOf(archive, record, start, directory.start);
    position = skipDataDescriptor(archive, record, content.end);
    if (position > directory.start) throw malformed('entries overlap');
    if (!record.name.endsWith('/')) entries.set(record.name, zipEntry(record, content.bytes));
  }
  strayByteCount += directory.start - position;
  const inOrder = records.flatMap((record) => entries.get(record.name) ?? []);
  return { entries: new Map(inOrder.map((entry) => [entry.name, entry])), strayByteCount };
}

/** The last end record that stands right behind its directory; what follows it is stray. */
function findDirectory(archive: Buffer): Directory {
  const signature = Buffer.from('PK\x05\x06', 'latin1');
  let at = archive.lastIndexOf(signature);
  for (let tries = 0; at >= 0 && tries < MAX_END_CANDIDATES; tries++) {
    const directory = directoryAt(archive, at);
    if (directory !== null) return directory;
    at = at === 0 ? -1 : archive.lastIndexOf(signature, at - 1);
  }
  throw malformed('no directory');
}

function directoryAt(archive: Buffer, at: number): Directory | null {
  if (at + 22 > archive.length) return null;
  const count = archive.readUInt16LE(at + 10);
  const length = archive.readUInt32LE(at + 12);
  const offset = archive.readUInt32LE(at + 16);
  const isOneDisk = archive.readUInt32LE(at + 4) === 0 && archive.readUInt16LE(at + 8) === count;
  const start = at - length;
  const base = start - offset;
  if (!isOneDisk || base < 0 || count === 0 || length < 46 * count) return null;
  return archive.readUInt32LE(start) === 0x02014b50 ? { start, end: at + 22, count, base } : null;
}

/**
 * Whether a place lies inside an entry of the archive that begins with the first byte. An archive that starts there is a part
 * of that one, as a seal's picture is, and is found only where the directory of the whole is lost.
 */
function isInsideEntry(archive: Buffer, place: number): boolean {
  let at = 0;
  while (at < place && at + 30 <= archive.length && archive.readUInt32LE(at) === 0x04034b50) {
    const namesLength = archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
    at += 30 + namesLength + archive.readUInt32LE(at + 18);
  }
  return at > place;
}

function readDirectory(archive: Buffer, directory: Directory): readonly DirectoryRecord[] {
  if (directory.count > MAX_ENTRIES) throw malformed('too many entries');
  const records: DirectoryRecord[] = [];
  const seen = new Set<string>();
  const directoryEnd = directory.end - 22;
  let position = directory.start;
  let unpacked = 0;
  for (let index = 0; index < directory.count; index++) {
    if (position + 46 > directoryEnd || archive.readUInt32LE(position) !== 0x02014b50) {
      throw malformed('directory');
    }
    const record = readRecord(archive, position);
    position +=
      46 + record.rawName.length + archive.readUInt16LE(position + 30) + record.commentLength;
    const folded = record.name.toLowerCase();
    if (seen.has(folded)) throw malformed('a name occurs twice');
    seen.add(folded);
    unpacked += record.size;
    if (unpacked > MAX_UNPACKED_BYTES) throw malformed('too large when unpacked');
    records.push(record);
  }
  if (position !== directoryEnd) throw malformed('directory');
  return records;
}

function readRecord(archive: Buffer, position: number): DirectoryRecord {
  const flags = archive.readUInt16LE(position + 8);
  const method = archive.readUInt16LE(position + 10);
  const nameLength = archive.readUInt16LE(position + 28);
  const rawName = archive.subarray(position + 46, position + 46 + nameLength);
  const record: DirectoryRecord = {
    name: readName(rawName, flags),
    rawName,
    flags,
    method,
    crc: archive.readUInt32LE(position + 16),
    compressedSize: archive.readUInt32LE(position + 20),
    size: archive.readUInt32LE(position + 24),
    headerOffset: archive.readUInt32LE(position + 42),
    commentLength: archive.readUInt16LE(position + 32),
  };
  // bit 0 encrypted, 5 patch, 6 strong encryption, 13 masked headers
  if ((flags & 0x2061) !== 0) throw malformed('encrypted');
  if (method !== STORED && method !== DEFLATED) throw malformed('compression method');
  if (archive.readUInt16LE(position + 34) !== 0) throw malformed('several disks');
  if (method === STORED && record.size !== record.compressedSize) throw malformed('sizes');
  if (record.name.endsWith('/') && record.size !== 0) throw malformed('a folder with content');
  return record;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const gb18030 = new TextDecoder('gb18030', { fatal: true });

/** UTF-8 where said so, and also where it fits; else GB 18030, as older Chinese writers use it. */
function readName(raw: Buffer, flags: number): string {
  const name = decodeName(raw, (flags & UTF8_NAME) !== 0);
  const segments = name.replace(/\/$/u, '').split('/');
  const isSafe =
    name.length <= MAX_NAME_LENGTH &&
    // eslint-disable-next-line no-control-regex -- control characters are what is refused
    !/[\u0000-\u001f\u007f\\:]/u.test(name) &&
    segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (!isSafe) throw malformed('unsafe name');
  return name;
}

function decodeName(raw: Buffer, isUtf8: boolean): string {
  try {
    return strictUtf8.decode(raw);
  } catch {
    if (isUtf8) throw malformed('a name is not UTF-8');
  }
  try {
    return gb18030.decode(raw);
  } catch {
    throw malformed('unreadable name');
  }
}

/** Checks the local header against the directory. */
function contentOf(
  archive: Buffer,
  record: DirectoryRecord,
  start: number,
  limit: number,
): { readonly bytes: Buffer; readonly end: number } {
  if (start + 30 > limit || archive.readUInt32LE(start) !== 0x04034b50)
    throw malformed('entry header');
  const flags = archive.readUInt16LE(start + 6);
  const nameEnd = start + 30 + archive.readUInt16LE(start + 26);
  const contentStart = nameEnd + archive.readUInt16LE(start + 28);
  const end = contentStart + record.compressedSize;
  if (end > limit) throw malformed('cut short');
  const header = archive.subarray(start, contentStart);
  const agrees =
    archive.subarray(start + 30, nameEnd).equals(record.rawName) &&
    archive.readUInt16LE(start + 8) === record.method &&
    (flags & DATA_DESCRIPTOR) === (record.flags & DATA_DESCRIPTOR) &&
    ((flags & DATA_DESCRIPTOR) !== 0 || sizesAgree(header, nameEnd - start, record));
  if (!agrees) throw malformed('entry and directory differ');
  return { bytes: archive.subarray(contentStart, end), end };
}

function sizesAgree(header: Buffer, extraStart: number, record: DirectoryRecord): boolean {
  const [compressedSize, size] = [header.readUInt32LE(18), header.readUInt32LE(22)];
  const isMoved = compressedSize === IN_EXTRA_FIELD && size === IN_EXTRA_FIELD;
  return (
    header.readUInt32LE(14) === record.crc &&
    (isMoved
      ? hasLongSizes(header.subarray(extraStart), record)
      : compressedSize === record.compressedSize && size === record.size)
  );
}

/** Some writers reserve eight bytes for each size and then have no need of them (APPNOTE 6.3.10 §4.5.3). */
function hasLongSizes(extra: Buffer, { size, compressedSize }: DirectoryRecord): boolean {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== LONG_SIZES) continue;
    return (
      extra.readUInt16LE(at + 2) === 16 &&
      at + 20 <= extra.length &&
      extra.readBigUInt64LE(at + 4) === BigInt(size) &&
      extra.readBigUInt64LE(at + 12) === BigInt(compressedSize)
    );
  }
  return false;
}

/** 12 bytes, or 16 with a signature. */
function skipDataDescriptor(archive: Buffer, record: DirectoryRecord, end: number): number {
  if ((record.flags & DATA_DESCRIPTOR) === 0) return end;
  return end + 4 <= archive.length && archive.readUInt32LE(end) === 0x08074b50
    ? end + 16
    : end + 12;
}

function zipEntry(record: DirectoryRecord, content: Buffer): ZipEntry {
  let result: Uint8Array | null | undefined; // undefined: not read yet
  const read = (): Uint8Array | null => {
    if (result === undefined) {
      result = record.method === STORED ? content : inflate(content, record.size);
    }
    return result;
  };
  return {
    name: record.name,
    deflated: record.method === DEFLATED ? content : null,
    read,
    hasRightChecksum: () => {
      const bytes = read();
      return bytes !== null && crc32(bytes) === record.crc;
    },
  };
}

function inflate(content: Buffer, size: number): Buffer | null {
  try {
    // the types of Node leave out what `info` changes
    const { buffer, engine } = inflateRawSync(content, {
      maxOutputLength: Math.max(size, 1),
      chunkSize: Math.max(size + 1, 64), // one chunk: nothing is copied together
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === content.length && buffer.length === size ? buffer : null;
  } catch {
    return null; // a broken stream, or more than it declared
  }
}
