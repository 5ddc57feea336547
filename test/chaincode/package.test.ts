import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = join(__dirname, '../..');
const elsewhere = mkdtempSync(join(tmpdir(), 'chaincode-'));
const copy = join(elsewhere, 'chaincode');
const installed = join(elsewhere, 'installed');

function run(command: string, args: readonly string[], cwd: string): string {
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: path,
      npm_config_offline: 'true',
      npm_config_cache: join(elsewhere, 'cache'),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

describe('the chaincode folder, somewhere else', () => {
  beforeAll(() => {
    cpSync(join(root, 'chaincode'), copy, {
      recursive: true,
      filter: (from) => !['node_modules', 'dist'].includes(basename(from)),
    });
    symlinkSync(join(root, 'node_modules'), join(elsewhere, 'node_modules'));
  }, 60_000);

  afterAll(() => {
    rmSync(elsewhere, { recursive: true });
  });

  it('builds and packs on its own', () => {
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', copy], copy);
    const [pack] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts'], copy)) as [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    mkdirSync(installed);
    run('tar', ['xzf', join(copy, pack.filename), '-C', installed], elsewhere);

    const paths = pack.files.map(({ path }) => path);
    expect(paths).toContain('dist/index.js');
    expect(
      paths.filter((path) => path.startsWith('src/') || path.endsWith('.tsbuildinfo')),
    ).toEqual([]);

    const program = `const { contracts } = require('./package'); console.log(contracts.map((c) => new c().getName()).join())`;
    expect(run(process.execPath, ['-e', program], installed)).toContain(
      'authority,seal,licence,usage,catalogue',
    );
  }, 120_000);

  it('names a main that the shim finds', () => {
    const { main } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')) as {
      main: string;
    };

    expect(main).toBe('dist/peer.js');
  });
});
