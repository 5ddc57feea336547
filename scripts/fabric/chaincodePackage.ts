/** What organisations install: not the chaincode itself, but where their peers find it as a service. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** One file of an archive. */
export interface ArchiveFile {
  /** At most 100 ASCII characters. */
  readonly name: string;
  readonly content: Uint8Array;
}

const BLOCK = 512;

/**
 * Makes the package of one organisation: always the same bytes for the same arguments.
 *
 * @param label - goes into the package id.
 * @param address - `host:port` of the organisation's chaincode process. Keys are no part of it: the external builder adds
 *   those of the peer it runs for.
 */
export function makeChaincodePackage({
  label,
  address,
}: Readonly<{ label: string; address: string }>): Uint8Array {
  const connection = { address, dial_timeout: '3s', domain: 'localhost', tls_required: true };
  const code = archive([{ name: 'connection.json', content: encodeJson(connection) }]);
  return archive([
    { name: 'code.tar.gz', content: code },
    { name: 'metadata.json', content: encodeJson({ type: 'ccaas', label }) },
  ]);
}

/** The name peers give an installed package. */
export function packageId(label: string, content: Uint8Array): string {
  return `${label}:${createHash('sha256').update(content).digest('hex')}`;
}

/** A gzipped tar (POSIX ustar) without times, owners or anything else of the machine it is made on. */
export function archive(files: readonly ArchiveFile[]): Uint8Array {
  const parts = files.flatMap(({ name, content }) => [
    encodeHeader(name, content.length),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return new Uint8Array(gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])));
}

function encodeHeader(name: string, length: number): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  const fields: readonly (readonly [offset: number, text: string])[] = [
    [0, name],
    [100, `${octal(0o644, 7)}\0`], // mode
    [108, `${octal(0, 7)}\0`], // owner
    [116, `${octal(0, 7)}\0`], // group
    [124, `${octal(length, 11)}\0`],
    [136, `${octal(0, 11)}\0`], // time
    [148, ' '.repeat(8)], // the checksum, as spaces while it is computed
    [156, '0'], // a regular file
    [257, 'ustar\x0000'],
  ];
  for (const [offset, text] of fields) header.write(text, offset, 'latin1');
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 6)}\0 `, 148, 'latin1');
  return header;
}

function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
