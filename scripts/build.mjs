// Builds what Node cannot run as it is: the chaincode, the Prisma clients, public page and console; for checks, the
// API's types. Only what changed.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const VITE = ['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn'];

/** One target a row: rebuilt when the content of an input differs from the last build's. */
const TARGETS = [
  {
    name: 'prisma',
    inputs: ['service/prisma/schema.prisma', 'scripts/generate.mjs', 'package-lock.json'],
    output: 'service/generated/sqlite',
    command: ['scripts/generate.mjs'],
  },
  {
    name: 'chaincode',
    inputs: ['chaincode/src/**/*.ts', 'chaincode/tsconfig.json', 'chaincode/package.json'],
    output: 'chaincode/dist/model.js',
    command: ['node_modules/typescript/bin/tsc', '-p', 'chaincode/tsconfig.json'],
  },
  {
    name: 'api',
    inputs: ['service/src/**/*.ts', 'scripts/writeApiTypes.ts'],
    output: 'web/generated/api.d.ts',
    command: ['scripts/writeApiTypes.ts'],
  },
  {
    name: 'page',
    inputs: ['web/*.{ts,html,json}', 'web/src/**/*', 'web/public/**/*'],
    output: 'web/dist/page/index.html',
    command: [...VITE, '--config', 'web/vite.config.ts'],
  },
  {
    name: 'console',
    inputs: ['web/*.{ts,html,json}', 'web/src/**/*'],
    output: 'web/dist/console/console.html',
    command: [...VITE, '--config', 'web/vite.console.config.ts'],
  },
];

/** Only whoever checks types needs the API's. */
const FOR_TYPES = ['api'];
/** What a service needs to run. */
const TO_RUN = TARGETS.map(({ name }) => name).filter((name) => !FOR_TYPES.includes(name));

/** @param names - targets to look at; by default what a service needs to run. */
export function build(names = TO_RUN) {
  for (const target of TARGETS.filter(({ name }) => names.includes(name))) {
    const files = target.inputs.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
    const hash = createHash('sha256');
    for (const file of files) {
      const path = join(root, file);
      try {
        hash.update(file).update(readFileSync(path));
      } catch (error) {
        if (error.code !== 'EISDIR') throw error;
      }
    }
    const digest = hash.digest('hex');
    const stamp = join(root, 'node_modules/.cache/yinxin', `${target.name}.sha256`);
    const isCurrent =
      existsSync(join(root, target.output)) &&
      existsSync(stamp) &&
      readFileSync(stamp, 'utf8') === digest;
    if (isCurrent || files.length === 0) continue;
    const [script, ...args] = target.command;
    execFileSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, digest);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  build(names.length === 0 ? undefined : names);
}
