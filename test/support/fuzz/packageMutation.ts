/** OFD packages changed by their structure: parts, what is in them, and the records around them. */
import { deflateRawSync } from 'node:zlib';

import { writeZip, type ZipPart } from '../../../service/src/documents/ofd/writeZip.ts';
import { readDer, TAG } from '../../../service/src/pki/der.ts';
import { unpack } from '../repack.ts';
import { leavesOf } from '../tamper/derSurgery.ts';
import { mutateBytes } from './byteMutation.ts';
import { mutateDer } from './derMutation.ts';
import type { Random } from './random.ts';
import { mutateXml } from './textMutation.ts';

const NAMES = ['OFD.xml', '', '/', '../x', 'Doc_0/', 'a\\b', 'x'.repeat(600), 'Doc_0/Document.xml'];

const unpacked = new WeakMap<Uint8Array, readonly ZipPart[]>();

function partsOf(sample: Uint8Array): readonly ZipPart[] {
  const known =
    unpacked.get(sample) ?? [...unpack(sample)].map(([name, bytes]): ZipPart => ({ name, bytes }));
  unpacked.set(sample, known);
  return known;
}

/** Content of one to three parts: XML and DER by their structure, else by bytes. */
export function mutateParts(samples: readonly Uint8Array[], random: Random): Uint8Array {
  const parts = [...partsOf(random.pick(samples))];
  const changes = 1 + random.below(3);
  for (let change = 0; change < changes && parts.length > 0; change++) {
    random.pick(CHANGES)(parts, random);
  }
  return writeZip(parts);
}

const CHANGES: readonly ((parts: ZipPart[], random: Random) => void)[] = [
  changeContent,
  changeContent,
  changeContent,
  (parts, random) => void parts.splice(random.below(parts.length), 1),
  (parts, random) => void parts.push({ ...random.pick(parts), name: random.pick(NAMES) }),
  (parts, random) => void parts.push(random.pick(parts)),
  (parts, random) => {
    const at = random.below(parts.length);
    parts[at] = { ...parts[at]!, name: random.pick(parts).name };
  },
  (parts, random) => {
    const at = random.below(parts.length);
    parts[at] = { ...parts[at]!, bytes: random.pick(parts).bytes };
  },
  (parts, random) => {
    const bytes = Buffer.alloc(random.pick([0, 1, 1000, 300_000]), random.below(256));
    parts.push({ name: `x${random.below(9)}`, bytes, deflated: deflateRawSync(bytes) });
  },
];

/** A part that was changed before may be DER no more. */
function isDer(bytes: Uint8Array): boolean {
  try {
    return leavesOf(readDer(bytes, TAG.sequence).bytes).length > 0;
  } catch {
    return false;
  }
}

function changeContent(parts: ZipPart[], random: Random): void {
  const at = random.below(parts.length);
  const { name, bytes } = parts[at]!;
  const way = name.endsWith('.xml') ? mutateXml : isDer(bytes) ? mutateDer : mutateBytes;
  const changed = bytes.length === 0 ? random.bytes(4) : way([bytes], random);
  const isPacked = random.below(3) === 0;
  parts[at] = { name, bytes: changed, ...(isPacked ? { deflated: deflateRawSync(changed) } : {}) };
}

const SIGNATURES = ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06'];
const VALUES = [0, 1, 2, 8, 0x2061, 0x7fff, 0xffff];

/** Fields of the records that say where parts are, how long and how packed. */
export function mutateRecords(samples: readonly Uint8Array[], random: Random): Uint8Array {
  const archive = Buffer.from(writeZip(partsOf(random.pick(samples))));
  const changes = 1 + random.below(3);
  for (let change = 0; change < changes; change++) {
    const signature = random.pick(SIGNATURES);
    const places = [...archive.toString('latin1').matchAll(new RegExp(signature, 'gu'))];
    if (places.length === 0) continue;
    const at = random.pick(places).index + 4 + 2 * random.below(20);
    if (at + 2 > archive.length) continue;
    const old = archive.readUInt16LE(at);
    const near = Math.max(0, Math.min(0xffff, old + random.below(9) - 4));
    archive.writeUInt16LE(random.below(2) === 0 ? near : random.pick(VALUES), at);
  }
  return new Uint8Array(archive);
}
