/** The `openssl` command as a second opinion. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether there is an `openssl` command; without one, skip out loud: `const describeOpenssl = hasOpenssl ? describe : describe.skip`. */
export const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/**
 * Runs `openssl` in a folder of its own.
 *
 * @param files - name and content of the files it finds there.
 * @returns its standard output; throws if it exits with another code than 0.
 */
export function runOpenssl(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>> = {},
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'openssl-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    }
    return execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
