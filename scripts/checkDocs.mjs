// Every file, folder and npm script that a document names exists; both READMEs have the same headings' number.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const documents = [
  'README.md',
  'README.zh-CN.md',
  ...globSync('{docs,data,test,web,network-config,service-fabric-network}/**/*.md', {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  }),
];
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const ROOMS =
  /^(chaincode|service|service-fabric-network|web|scripts|test|docs|data|network-config|\.ci)\//;
const MADE_BY_RUNNING =
  /^(data\/run|data\/network|web\/dist|chaincode\/dist|service\/generated|screenshots)/;
const faults = [];

for (const document of documents) {
  const path = join(root, document);
  if (!existsSync(path)) {
    faults.push(`${document} is missing`);
    continue;
  }
  const text = readFileSync(path, 'utf8');
  for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    if (!existsSync(join(dirname(path), target))) faults.push(`${document}: link to ${target}`);
  }
  for (const [, name] of text.matchAll(/`([^`\n]+)`/g)) {
    const file = name.replace(/[:#]\d*$/, '').replace(/\/$/, '');
    const isPath = ROOMS.test(name) && !/[\s*<>{}…$]/.test(name) && !MADE_BY_RUNNING.test(name);
    if (isPath && !existsSync(join(root, normalize(file))))
      faults.push(`${document}: no file ${name}`);
  }
  for (const [, script] of text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)) {
    if (scripts[script] === undefined) faults.push(`${document}: no script ${script}`);
  }
}

const headings = (name) => (readFileSync(join(root, name), 'utf8').match(/^#+ /gm) ?? []).length;
if (existsSync(join(root, 'README.md')) && headings('README.md') !== headings('README.zh-CN.md')) {
  faults.push('README.md and README.zh-CN.md differ in their headings');
}

for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
