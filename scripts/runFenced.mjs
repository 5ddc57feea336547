// Runs the `sh` blocks of a document, in order, in one shell that stops at the first failure:
//   node scripts/runFenced.mjs README.md
// Blocks marked `sh fabric` need Fabric's programs and run by themselves:
//   node scripts/runFenced.mjs --fabric docs/operations.md
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const words = process.argv.slice(2);
const kind = words[0] === '--fabric' ? 'sh fabric' : 'sh';
const document = words.at(-1);
if (words.length !== (kind === 'sh' ? 1 : 2)) {
  console.error('usage: node scripts/runFenced.mjs [--fabric] DOCUMENT');
  process.exit(2);
}
const blocks = [...readFileSync(document, 'utf8').matchAll(/^```(.*)\n([^]*?)^```$/gm)]
  .filter(([, info]) => info === kind)
  .map(([, , code]) => code);
if (blocks.length === 0) {
  console.error(`${document}: no ${kind} blocks`);
  process.exit(1);
}
const script = ['set -eu', 'set -o pipefail', ...blocks].join('\n');
const { status } = spawnSync('bash', ['-c', script], { stdio: ['ignore', 'inherit', 'inherit'] });
console.log(`${document}: ${blocks.length} blocks ${status === 0 ? 'ran' : 'FAILED'}`);
process.exit(status ?? 1);
