// `npm run check`: what must hold besides the tests. Same command for a person and for CI.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);

const STEPS = [
  ['format', bin('prettier'), '--check', '--log-level', 'warn', '.'],
  ['lint', bin('eslint'), '.'],
  [
    'dependencies',
    bin('depcruise'),
    '--config',
    '.dependency-cruiser.cjs',
    'chaincode/src',
    'service/src',
    'service-fabric-network/src',
    'scripts',
    'web/src',
  ],
  ['types: service, scripts, tests', bin('tsc'), '-p', '.'],
  ['types: chaincode', bin('tsc'), '-p', 'chaincode', '--noEmit', '--incremental', 'false'],
  ['types: chaincode tests', bin('tsc'), '-p', 'test/chaincode'],
  ['types: web', bin('vue-tsc'), '--noEmit', '-p', 'web'],
  ['migrations', process.execPath, 'scripts/makeMigration.mjs', '--check'],
  ['docs', process.execPath, 'scripts/checkDocs.mjs'],
  ['tests beside sources', process.execPath, 'scripts/checkTests.mjs'],
];

build();
build(['api']);
let failures = 0;
for (const [name, command, ...args] of STEPS) {
  const started = Date.now();
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  const isOk = result.status === 0;
  if (!isOk) failures += 1;
  console.log(
    `${isOk ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
  );
  if (!isOk) console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`);
}
process.exit(failures === 0 ? 0 : 1);
