import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  archive,
  makeChaincodePackage,
  packageId,
} from '../../../scripts/fabric/chaincodePackage.ts';

const folder = mkdtempSync(join(tmpdir(), 'package-'));
const definition = { label: 'yinxin_1', address: '127.0.0.1:17062' };

function unpack(content: Uint8Array): void {
  writeFileSync(join(folder, 'package.tar.gz'), content);
  execFileSync('tar', ['-xzf', 'package.tar.gz'], { cwd: folder });
}

function readText(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('makeChaincodePackage', () => {
  it('says what it is and where the service listens', () => {
    unpack(makeChaincodePackage(definition));
    const metadata: unknown = JSON.parse(readText('metadata.json'));
    unpack(readFileSync(join(folder, 'code.tar.gz')));

    expect(metadata).toEqual({ type: 'ccaas', label: 'yinxin_1' });
    expect(JSON.parse(readText('connection.json'))).toMatchObject({
      address: '127.0.0.1:17062',
      tls_required: true,
    });
  });

  it('holds no key', () => {
    unpack(makeChaincodePackage(definition));
    unpack(readFileSync(join(folder, 'code.tar.gz')));

    expect(readText('connection.json')).not.toMatch(/key/i);
  });

  it('is the same for the same arguments, and another for another address', () => {
    const content = makeChaincodePackage(definition);

    expect(makeChaincodePackage(definition)).toEqual(content);
    expect(makeChaincodePackage({ ...definition, address: '127.0.0.1:17060' })).not.toEqual(
      content,
    );
  });
});

describe('packageId', () => {
  it('is the label and the SHA-256 of the package', () => {
    const content = makeChaincodePackage(definition);

    expect(packageId('yinxin_1', content)).toBe(
      `yinxin_1:${createHash('sha256').update(content).digest('hex')}`,
    );
  });
});

describe('archive', () => {
  it.each([0, 1, 511, 512, 513, 70_000])('keeps a file of %i bytes', (length) => {
    const content = Buffer.alloc(length, 'a');

    unpack(
      archive([
        { name: 'file', content },
        { name: 'next', content: Buffer.from('next') },
      ]),
    );

    expect(readFileSync(join(folder, 'file')).equals(content)).toBe(true);
    expect(readText('next')).toBe('next');
  });
});
