/**
 * Makes known mistakes, one at a time, in a copy of the tree, and sees that the tests notice each: `npm run test:mutants`.
 */
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Mutation } from './mutants/mutation.ts';
import { MUTATIONS } from './mutants/mutations.ts';

/** Where the script writes to. */
export interface ScriptIo {
  readonly write: (text: string) => void;
}

const ROOT = join(import.meta.dirname, '..');
const COPIED = ['chaincode', 'service', 'web', 'scripts', 'test', 'data'] as const;
const FILES = ['package.json', 'jest.config.cjs', 'tsconfig.json'] as const;
const LEFT_OUT = new Set(['node_modules', 'run', '.cache']);
const MAX_TEST_MS = 180_000;
const MAX_WORKERS = 2;

const USAGE = `Usage: node scripts/testMutants.ts [NAME...]

Applies each mutation (or those whose name contains one of the words) to a copy of the tree and runs the tests that
must notice it. Exit code 0: all noticed; 1: one was not; 2: a mutation does not fit the source.
`;

/**
 * A source with one mistake in it.
 *
 * @throws Error unless the text looked for stands in the source exactly once.
 */
export function applyMutation(source: string, { name, search, replace }: Mutation): string {
  const count = source.split(search).length - 1;
  if (count !== 1)
    throw new Error(`“${name}”: its text stands in the source ${count} times, not once`);
  return source.replace(search, () => replace);
}

/** What became of a mutant: `died` (a test failed), `lived`, `broken` (no test ran at all). */
export type Fate = 'died' | 'lived' | 'broken';

/** Reads jest's own summary. */
export function fateOf(exitCode: number | null, output: string): Fate {
  const tests = /^Tests: +(.*)$/m.exec(output)?.[1] ?? '';
  if (/\d+ failed/.test(tests)) return 'died';
  return exitCode === 0 && /\d+ passed/.test(tests) ? 'lived' : 'broken';
}

/** @returns exit code. */
export async function main(argv: readonly string[], io: ScriptIo): Promise<number> {
  if (argv.includes('--help')) {
    io.write(USAGE);
    return 0;
  }
  const chosen = MUTATIONS.filter(
    ({ name }) => argv.length === 0 || argv.some((word) => name.includes(word)),
  );
  for (const mutation of chosen) {
    applyMutation(readFileSync(join(ROOT, mutation.file), 'utf8'), mutation);
  }
  const copies: string[] = [];
  try {
    const count = Math.min(MAX_WORKERS, availableParallelism(), chosen.length);
    for (let copy = 0; copy < count; copy++) copies.push(copyTree());
    return await tryAll(chosen, copies, io);
  } finally {
    for (const copy of copies) rmSync(copy, { recursive: true });
  }
}

async function tryAll(
  chosen: readonly Mutation[],
  copies: readonly string[],
  io: ScriptIo,
): Promise<number> {
  const [first] = copies;
  const tests = [...new Set(chosen.flatMap((mutation) => mutation.tests))];
  const { fate, output } = first === undefined ? NOTHING : await runTests(first, tests);
  if (fate !== 'lived') {
    io.write(
      `${output.slice(-4000)}\nthe tests do not pass without any mutation\n0 passed, 1 failed\n`,
    );
    return 1;
  }
  const waiting = [...chosen];
  let died = 0;
  await Promise.all(
    copies.map(async (copy) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const begun = performance.now();
        const { fate, output } = await tryOne(copy, next);
        const seconds = ((performance.now() - begun) / 1000).toFixed(1);
        if (fate === 'died') died += 1;
        io.write(
          `${fate.padEnd(7)} ${seconds.padStart(6)} s  ${next.name} (${basename(next.file)})\n`,
        );
        if (fate === 'broken') io.write(output.slice(-2000));
      }
    }),
  );
  io.write(`${died} passed, ${chosen.length - died} failed\n`);
  return died === chosen.length ? 0 : 1;
}

async function tryOne(copy: string, mutation: Mutation): Promise<TestRun> {
  const file = join(copy, mutation.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, applyMutation(source, mutation));
  try {
    return await runTests(copy, mutation.tests);
  } finally {
    writeFileSync(file, source);
  }
}

/** Sources are copied, installed packages are linked. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'yinxin-mutants-'));
  const filter = (path: string): boolean => !LEFT_OUT.has(basename(path));
  for (const folder of COPIED)
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true, filter });
  for (const file of FILES) cpSync(join(ROOT, file), join(copy, file));
  for (const folder of ['', 'chaincode', 'service', 'web']) {
    const installed = join(ROOT, folder, 'node_modules');
    if (existsSync(installed)) symlinkSync(installed, join(copy, folder, 'node_modules'));
  }
  return copy;
}

interface TestRun {
  readonly fate: Fate;
  readonly output: string;
}

const NOTHING: TestRun = { fate: 'broken', output: 'there is no such mutation' };

async function runTests(folder: string, tests: readonly string[]): Promise<TestRun> {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const files = tests.map((test) => `${folder}/test/${test}`);
  const child = spawn(
    process.execPath,
    [...flags, jest, '--runInBand', '--bail', '--runTestsByPath', ...files],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: MAX_TEST_MS, killSignal: 'SIGKILL' },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { fate: fateOf(exitCode, output), output };
}

if (import.meta.main)
  process.exitCode = await main(process.argv.slice(2), {
    write: (text) => process.stdout.write(text),
  }).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  });
