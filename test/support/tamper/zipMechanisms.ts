/** Ways to tamper with the package around the parts of an OFD. */
import { unpack, repack } from '../repack.ts';
import { writeZip, type ZipPart } from '../../../service/src/documents/ofd/writeZip.ts';
import { expecting, MALFORMED, type Case, type Mechanism } from './tampered.ts';

const LOCAL = Buffer.from('PK\x03\x04', 'latin1');
const RECORD = Buffer.from('PK\x01\x02', 'latin1');
const END = Buffer.from('PK\x05\x06', 'latin1');

/**
 * Files that readers of ZIP disagree about are refused or have bytes that belong to no part. A seal's picture is a package
 * of its own: where the outer directory does not fit, it is the one that is found, unsigned, with all else stray.
 */
const FAULTS = expecting('UNSIGNED_CONTENT', 'HASH_FAILURE', 'NOT_SIGNED', MALFORMED);

/** Changes a copy of the package as our writer packs it. */
function patched(bytes: Uint8Array, patch: (archive: Buffer) => Buffer | undefined): Case {
  const archive = Buffer.from(repack(bytes, {}));
  return FAULTS(new Uint8Array(patch(archive) ?? archive));
}

/** Puts bytes at an offset; the directory's place in the end record follows. */
function inserted(archive: Buffer, at: number, bytes: Buffer): Buffer {
  const end = archive.lastIndexOf(END);
  const directory = archive.readUInt32LE(end + 16);
  const whole = Buffer.concat([archive.subarray(0, at), bytes, archive.subarray(at)]);
  if (at <= directory) whole.writeUInt32LE(directory + bytes.length, end + bytes.length + 16);
  return whole;
}

function withParts(bytes: Uint8Array, change: (parts: ZipPart[]) => ZipPart[]): Case {
  const parts = [...unpack(bytes)].map(([name, content]): ZipPart => ({ name, bytes: content }));
  return FAULTS(writeZip(change(parts)));
}

const EVIL: ZipPart = { name: 'OFD.xml', bytes: Buffer.from('<evil/>') };

const entryGames: Mechanism = {
  name: 'OFD: entries that readers disagree about',
  kind: 'ofd',
  cases({ bytes }) {
    return {
      'a name twice, the false one last': withParts(bytes, (parts) => [...parts, EVIL]),
      'a name twice, the false one first': withParts(bytes, (parts) => [EVIL, ...parts]),
      'a name in other letters': withParts(bytes, (parts) => [
        ...parts,
        { ...EVIL, name: 'ofd.XML' },
      ]),
      'a name from the root': withParts(bytes, (parts) => [
        ...parts,
        { ...EVIL, name: '/OFD.xml' },
      ]),
      'a name that climbs': withParts(bytes, (parts) => [
        ...parts,
        { ...EVIL, name: 'a/../OFD.xml' },
      ]),
      'a name with a backslash': withParts(bytes, (parts) => [
        ...parts,
        { ...EVIL, name: 'Doc_0\\x.xml' },
      ]),
      'a folder with content': withParts(bytes, (parts) => [...parts, { ...EVIL, name: 'Doc_0/' }]),
      'another name in the directory': patched(bytes, (archive) => {
        archive.write('X', archive.indexOf(RECORD) + 46, 'latin1');
        return undefined;
      }),
      'another name at the entry': patched(bytes, (archive) => {
        archive.write('X', archive.indexOf(LOCAL) + 30, 'latin1');
        return undefined;
      }),
      'the second entry over the first': patched(bytes, (archive) => {
        const second = archive.indexOf(RECORD, archive.indexOf(RECORD) + 4);
        archive.writeUInt32LE(0, second + 42);
        return undefined;
      }),
      'another size at the entry': patched(bytes, (archive) => {
        archive.writeUInt32LE(archive.readUInt32LE(18) + 1, 18);
        return undefined;
      }),
      'another checksum': patched(bytes, (archive) => {
        archive.writeUInt32LE(1, archive.indexOf(RECORD) + 16);
        return undefined;
      }),
      'an entry that is not in the directory': patched(bytes, (archive) => {
        const end = archive.lastIndexOf(END);
        const first = archive.indexOf(RECORD);
        const second = archive.indexOf(RECORD, first + 4);
        const whole = Buffer.concat([archive.subarray(0, first), archive.subarray(second)]);
        const newEnd = end - (second - first);
        whole.writeUInt16LE(archive.readUInt16LE(end + 8) - 1, newEnd + 8);
        whole.writeUInt16LE(archive.readUInt16LE(end + 10) - 1, newEnd + 10);
        whole.writeUInt32LE(archive.readUInt32LE(end + 12) - (second - first), newEnd + 12);
        return whole;
      }),
      'said to be encrypted': patched(bytes, (archive) => {
        archive.writeUInt16LE(1, archive.indexOf(RECORD) + 8);
        return undefined;
      }),
    };
  },
};

const strayBytes: Mechanism = {
  name: 'OFD: bytes that belong to no part',
  kind: 'ofd',
  cases({ bytes }) {
    const junk = Buffer.from('junk');
    return {
      'behind the end': patched(bytes, (archive) => Buffer.concat([archive, junk])),
      'a zero behind the end': patched(bytes, (archive) => Buffer.concat([archive, Buffer.of(0)])),
      'a package behind the end': patched(bytes, (archive) =>
        Buffer.concat([archive, writeZip([EVIL])]),
      ),
      'before the first entry': patched(bytes, (archive) => Buffer.concat([junk, archive])),
      'before the first entry, offsets right': patched(bytes, (archive) => {
        const shifted = inserted(archive, 0, junk);
        let at = shifted.indexOf(RECORD);
        while (at !== -1) {
          shifted.writeUInt32LE(shifted.readUInt32LE(at + 42) + junk.length, at + 42);
          at = shifted.indexOf(RECORD, at + 46);
        }
        return shifted;
      }),
      'a PDF before the first entry': patched(bytes, (archive) =>
        Buffer.concat([Buffer.from('%PDF-1.7\n'), archive]),
      ),
      'before the directory': patched(bytes, (archive) =>
        inserted(archive, archive.readUInt32LE(archive.lastIndexOf(END) + 16), junk),
      ),
      'before the end record': patched(bytes, (archive) =>
        inserted(archive, archive.lastIndexOf(END), junk),
      ),
      'in a comment of the package': patched(bytes, (archive) => {
        archive.writeUInt16LE(junk.length, archive.lastIndexOf(END) + 20);
        return Buffer.concat([archive, junk]);
      }),
      'in a comment of an entry': patched(bytes, (archive) => {
        const record = archive.indexOf(RECORD);
        const at = record + 46 + archive.readUInt16LE(record + 28);
        archive.writeUInt16LE(junk.length, record + 32);
        const whole = inserted(archive, at, junk);
        const end = whole.lastIndexOf(END);
        whole.writeUInt32LE(whole.readUInt32LE(end + 12) + junk.length, end + 12);
        return whole;
      }),
    };
  },
};

/** Says nothing to a reader, yet our own files have one form. */
const otherOrder: Mechanism = {
  name: 'OFD: our own parts in another order',
  kind: 'ofd',
  cases({ bytes, isOwn }) {
    const names = isOwn ? [...unpack(bytes).keys()] : [];
    return Object.fromEntries(
      names
        .slice(0, -1)
        .map((name, index) => [
          `${name} at the end`,
          withParts(bytes, (parts) => [...parts.toSpliced(index, 1), parts[index]!]),
        ]),
    );
  },
};

/** @returns mechanisms that leave every part as it is. */
export function zipMechanisms(): Mechanism[] {
  return [entryGames, strayBytes, otherOrder];
}
