// Every source file that does something is tested: by a test of its own name, by a test that imports it, or, as an
// inner part, through a tested file of its room that imports it.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (file) => readFileSync(join(root, file), 'utf8');
const sources = globSync('{chaincode,service,web}/src/**/*.{ts,vue}', { cwd: root }).filter(
  (file) => !file.endsWith('.d.ts'),
);
const tests = globSync('test/**/*.ts', { cwd: root });

/** Started as processes, threads or pages: by end-to-end tests, the walk-through, tests in a browser. */
const ENTRY_POINTS = [
  'service/src/main.ts',
  'service/src/documents/pressWorker.ts',
  'service/src/documents/visible/visibleWorker.ts',
  'web/src/main.ts',
  'web/src/console/main.ts',
  'web/src/worker.ts',
];

function importsOf(file) {
  return [...read(file).matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(
    ([, target]) => {
      const path = relative(root, resolve(root, dirname(file), target));
      return file.startsWith('chaincode/') || path.startsWith('chaincode/')
        ? path.replace(/\.js$/, '.ts')
        : path;
    },
  );
}

/** `service/src/store` for everything below it; the page is one room. */
const roomOf = (file) =>
  file.startsWith('web/') ? 'web/src' : dirname(file).split('/').slice(0, 3).join('/');
const doesSomething = (file) =>
  /^(export )?(async )?function|^export (const|class)|^const \w+ = (async )?\(/m.test(read(file));
const tested = new Set([...tests.flatMap(importsOf), ...ENTRY_POINTS]);
for (const file of sources) {
  const twin = file.replace(/^(\w+)\/src\//, 'test/$1/').replace(/\.ts$/, '');
  if (tests.some((test) => test.startsWith(`${twin}.`) && test.includes('.test.')))
    tested.add(file);
}
for (let grew = true; grew;) {
  grew = false;
  for (const file of [...tested]) {
    if (!sources.includes(file)) continue;
    for (const inner of importsOf(file)) {
      if (roomOf(inner) === roomOf(file) && !tested.has(inner)) {
        tested.add(inner);
        grew = true;
      }
    }
  }
}

const missing = sources.filter((file) => doesSomething(file) && !tested.has(file));
for (const file of missing) console.error(`no test reaches ${file}`);
process.exit(missing.length === 0 ? 0 : 1);
