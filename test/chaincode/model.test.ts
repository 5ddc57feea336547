import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import * as model from '../../chaincode/src/model.js';

const source = join(__dirname, '../../chaincode/src');

/** Files that `model.ts` draws in, by their imports. */
function drawnIn(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)\.js'/g))
    drawnIn(join(file, '..', `${specifier ?? ''}.ts`), found);
  return found;
}

describe('the model', () => {
  it('draws in no Fabric package', () => {
    const files = [...drawnIn(join(source, 'model.ts'))];

    expect(files.filter((file) => readFileSync(file, 'utf8').includes("'fabric-"))).toEqual([]);
    expect(files.length).toBeGreaterThan(15);
  });

  it('exports every name by name to ESM', () => {
    const built = join(source, '../dist/model.js');
    const names = Object.keys(model);
    const program = `import { ${names.join(', ')} } from ${JSON.stringify(built)}; console.log([${names.join(', ')}].length)`;

    expect(existsSync(built)).toBe(true);
    expect(
      execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }),
    ).toBe(`${names.length}\n`);
  });

  it('has no file of source that nothing reaches', () => {
    const reached = new Set([
      ...drawnIn(join(source, 'model.ts')),
      ...drawnIn(join(source, 'peer.ts')),
    ]);
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );

    expect(files.filter((name) => !reached.has(join(source, name)))).toEqual([]);
  });
});
