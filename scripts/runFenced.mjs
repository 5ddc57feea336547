// Runs the `sh` blocks of a document, in order, in one shell that stops at the first failure:
//   node scripts/runFenced.mjs README.md
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [document] = process.argv.slice(2);
if (document === undefined) {
  console.error('usage: node scripts/runFenced.mjs DOCUMENT');
  process.exit(2);
}
const blocks = [...readFileSync(document, 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)].map(
  ([, code]) => code,
);
if (blocks.length === 0) {
  console.error(`${document}: no sh blocks`);
  process.exit(1);
}
const script = ['set -eu', 'set -o pipefail', ...blocks].join('\n');
const { status } = spawnSync('bash', ['-c', script], { stdio: ['ignore', 'inherit', 'inherit'] });
console.log(`${document}: ${blocks.length} blocks ${status === 0 ? 'ran' : 'FAILED'}`);
process.exit(status ?? 1);
