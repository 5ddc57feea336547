// Installs what is missing before `npm start` and `npm test`. Plain JavaScript: runs under any Node from 18 on.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules/.yinxin-installed');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Installing packages (about a minute, once) …');
  const npm = process.env.npm_execpath;
  const result =
    npm === undefined
      ? spawnSync('npm', ['ci'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
      : spawnSync(process.execPath, [npm, 'ci', '--loglevel=error'], {
          cwd: root,
          stdio: ['ignore', 'ignore', 'inherit'],
        });
  if (result.status !== 0) process.exit(result.status ?? 1);
  writeFileSync(stamp, wanted);
}
