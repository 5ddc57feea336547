import { deflateRawSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { readZip } from '../../../../service/src/documents/ofd/readZip.ts';
import { writeZip, type ZipPart } from '../../../../service/src/documents/ofd/writeZip.ts';
import { ServiceError } from '../../../../service/src/errors.ts';

const malformed = expect.objectContaining({ code: 'DOCUMENT_MALFORMED' });
const part = (name: string, text = 'text'): ZipPart => ({ name, bytes: Buffer.from(text) });

/** Changes the central directory's record of the first part. */
function patchDirectory(archive: Uint8Array, patch: (record: Buffer) => void): Uint8Array {
  const copy = Buffer.from(archive);
  patch(copy.subarray(copy.indexOf('PK\x01\x02')));
  return copy;
}

describe('readZip', () => {
  it('reads what writeZip wrote, stored and deflated, in order', () => {
    const bytes = Buffer.from('again and again and again');
    const { entries, strayByteCount } = readZip(
      writeZip([part('b/二.xml'), { name: 'a', bytes, deflated: deflateRawSync(bytes) }]),
    );

    expect([...entries.keys()]).toEqual(['b/二.xml', 'a']);
    expect(Buffer.from(entries.get('a')!.read()!).toString()).toBe('again and again and again');
    expect([...entries.values()].every((entry) => entry.hasRightChecksum())).toBe(true);
    expect(strayByteCount).toBe(0);
  });

  it('leaves folders out', () => {
    expect([...readZip(writeZip([part('a/', ''), part('a/b')])).entries.keys()]).toEqual(['a/b']);
  });

  it.each(['/a', '../a', 'a/../b', 'a//b', './a', 'a\\b', 'c:a', 'a\u0000b', 'x'.repeat(600)])(
    'refuses the name %j',
    (name) => {
      expect(() => readZip(writeZip([part(name)]))).toThrow(malformed);
    },
  );

  it.each([
    ['the same name twice', [part('a'), part('a')]],
    ['names that differ in letter case', [part('Doc/a'), part('doc/A')]],
    ['a folder with content', [part('a/')]],
    [
      'more than 10,000 entries',
      Array.from({ length: 10_001 }, (_, index) => part(`f${index}`, '')),
    ],
    ['nothing in it', []],
  ])('refuses %s', (_, parts) => {
    expect(() => readZip(writeZip(parts))).toThrow(malformed);
  });

  it.each<[string, (record: Buffer) => void]>([
    ['encrypted', (record) => record.writeUInt16LE(1, 8)],
    ['of an unknown method', (record) => record.writeUInt16LE(12, 10)],
    ['of another size than the entry says', (record) => record.writeUInt32LE(3, 24)],
    ['longer than the archive', (record) => record.writeUInt32LE(1 << 30, 20)],
    ['named otherwise than the entry', (record) => record.write('x', 46)],
    ['on another disk', (record) => record.writeUInt16LE(1, 34)],
    ['beyond the directory', (record) => record.writeUInt32LE(1 << 20, 42)],
    ['above 64 MiB', (record) => record.writeUInt32LE(0x7fffffff, 24)],
  ])('refuses an entry %s', (_, patch) => {
    expect(() => readZip(patchDirectory(writeZip([part('a')]), patch))).toThrow(malformed);
  });

  it('refuses entries that share bytes', () => {
    const archive = Buffer.from(writeZip([part('a'), part('b')]));
    const second = archive.lastIndexOf('PK\x01\x02');
    archive.write('a', second + 46);
    archive.writeUInt32LE(0, second + 42);

    expect(() => readZip(archive)).toThrow(malformed);
  });

  it.each([
    ['declares less than it holds', 10],
    ['declares more than it holds', 2000],
  ])('gives no content of a stream that %s', (_, size) => {
    const bytes = Buffer.alloc(1000, 'a');
    const archive = writeZip([{ name: 'a', bytes, deflated: deflateRawSync(bytes) }]);
    const lying = Buffer.from(patchDirectory(archive, (record) => record.writeUInt32LE(size, 24)));
    lying.writeUInt32LE(size, 22);

    expect(readZip(lying).entries.get('a')!.read()).toBeNull();
  });

  it('takes no archive that is a part for the whole that was cut short', () => {
    const whole = writeZip([part('a'), { name: 'b', bytes: writeZip([part('inner')]) }]);

    expect([...readZip(whole).entries.keys()]).toEqual(['a', 'b']);
    expect(() => readZip(whole.subarray(0, -1))).toThrow(malformed);
  });

  it('counts an archive before the archive as bytes of no entry', () => {
    const before = writeZip([part('other')]);

    const { entries, strayByteCount } = readZip(Buffer.concat([before, writeZip([part('a')])]));

    expect([...entries.keys()]).toEqual(['a']);
    expect(strayByteCount).toBe(before.length);
  });

  it('gives no content of a stream with something behind its end', () => {
    const bytes = Buffer.from('text');
    const deflated = Buffer.concat([deflateRawSync(bytes), Buffer.from('more')]);

    expect(
      readZip(writeZip([{ name: 'a', bytes, deflated }]))
        .entries.get('a')!
        .read(),
    ).toBeNull();
  });

  it('notices a wrong checksum', () => {
    const archive = writeZip([part('a')]);
    archive[31] = archive[31]! ^ 1;

    expect(readZip(archive).entries.get('a')!.hasRightChecksum()).toBe(false);
  });

  it('throws nothing but DOCUMENT_MALFORMED, whatever it is given', () => {
    const bytes = Buffer.alloc(200, 'ab');
    const archive = writeZip([
      part('a'),
      { name: 'b', bytes, deflated: deflateRawSync(bytes) },
      part('c'),
    ]);
    const mutated = fc
      .array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((changes) => {
        const copy = new Uint8Array(archive);
        for (const [offset, value] of changes) copy[offset] = value;
        return copy;
      });

    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (foreign) => {
        try {
          for (const entry of readZip(foreign).entries.values()) entry.read();
        } catch (error) {
          return error instanceof ServiceError && error.code === 'DOCUMENT_MALFORMED';
        }
        return true;
      }),
      { numRuns: 3000 },
    );
  });
});
