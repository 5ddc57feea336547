/** Changing parts of a package without caring for its seals. */
import { readZip } from '../../service/src/documents/ofd/readZip.ts';
import { writeZip, type ZipPart } from '../../service/src/documents/ofd/writeZip.ts';

/** Parts by name, in order. */
export function unpack(archive: Uint8Array): Map<string, Uint8Array> {
  return new Map(
    [...readZip(archive).entries.values()].map((entry) => [entry.name, entry.read()!]),
  );
}

/** @param changes - new content by name; null takes the part out, new names are added at the end. */
export function repack(
  archive: Uint8Array,
  changes: Readonly<Record<string, Uint8Array | null>>,
): Uint8Array {
  const parts = unpack(archive);
  for (const [name, bytes] of Object.entries(changes)) {
    if (bytes === null) parts.delete(name);
    else parts.set(name, bytes);
  }
  return writeZip([...parts].map(([name, bytes]): ZipPart => ({ name, bytes })));
}

/** @returns a copy with one bit of the byte at the offset turned. */
export function turnBit(bytes: Uint8Array, offset: number, mask = 1): Uint8Array {
  const turned = new Uint8Array(bytes); // slice of a Buffer would share its memory
  turned[offset] = turned[offset]! ^ mask;
  return turned;
}
