#!/usr/bin/env node
// `npx yinxin`: builds what changed and runs the command, under the project's own Node if this one is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const root = join(dirname(self), '../..');
const ownNode = join(root, 'node_modules/.bin/node');
const OLDEST = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  if (!existsSync(ownNode)) {
    console.error(`yinxin needs Node ${OLDEST} or newer; this is ${process.version}`);
    process.exit(2);
  }
  const child = spawn(ownNode, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
} else {
  const { build } = await import('../../scripts/build.mjs');
  build(['prisma', 'chaincode']);
  const { runCommandLine } = await import('../../scripts/yinxin.ts');
  await runCommandLine();
}
