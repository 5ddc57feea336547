import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folder of one set of foreign vectors, read in place.
 *
 * @param name - for instance `cose`.
 * @returns `null` if `TEST_VECTORS` is unset or has no such set: then skip out loud,
 * `const describeVectors = folder === null ? describe.skip : describe`.
 */
export function vectorsFolder(name: string): string | null {
  const root = process.env['TEST_VECTORS'];
  const folder = root === undefined || root === '' ? null : join(root, name);
  return folder !== null && existsSync(folder) ? folder : null;
}
