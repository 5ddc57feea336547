import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { describe } from '@jest/globals';

/**
 * The folder of one set of foreign vectors, read in place.
 *
 * @param name - for instance `cose`.
 * @returns `null` if `TEST_VECTORS` is unset or has no such set.
 */
export function vectorsFolder(name: string): string | null {
  const root = process.env['TEST_VECTORS'];
  const folder = root === undefined || root === '' ? null : join(root, name);
  return folder !== null && existsSync(folder) ? folder : null;
}

/** A `describe` over one set of vectors; skipped out loud where the set is not there. */
export function describeVectors(name: string, tests: (folder: string) => void): void {
  const folder = vectorsFolder(name);
  if (folder === null) {
    describe.skip(`vectors ${name} (TEST_VECTORS has none)`, () => {
      tests('');
    });
  } else {
    describe(`vectors ${name}`, () => {
      tests(folder);
    });
  }
}
