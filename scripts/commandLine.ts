/** What the programs of this folder have in common: choosing a command, reading its arguments, help, exit codes. */
import { parseArgs } from 'node:util';
import { systemClock } from '../service/src/clock.ts';
import { ServiceError } from '../service/src/errors.ts';
import { LANGUAGES, type Language } from '../service/src/language.ts';
import {
  EXIT,
  outJson,
  UsageError,
  type Call,
  type Command,
  type ExitCode,
  type Io,
} from './command.ts';

/** A program of several commands. */
export interface Program {
  /** As people type it. */
  readonly name: string;
  /** In the order help lists them. */
  readonly commands: readonly Command[];
}

const COMMON = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  lang: { type: 'string' },
} as const;

/**
 * Runs a command.
 *
 * @param argv - without the names of interpreter and script.
 * @returns 0 done or passed, 1 refused or failed, 2 usage, 3 indeterminate.
 */
export async function runCommand(
  program: Program,
  argv: readonly string[],
  io: Io,
): Promise<ExitCode> {
  const language = languageOf(argv, io);
  const command = program.commands.find(({ name }) => startsWith(argv, name.split(' ')));
  if (command === undefined) return withoutCommand(program, argv, { io, language });
  try {
    const call = parseCall(command, argv, { io, language });
    if (call === null) {
      io.out(helpOf(program, command, language));
      return EXIT.done;
    }
    return await command.run(call);
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`${error.message}\n${program.name} ${command.name} ${command.usage}\n`);
      outProblem(io, argv, 'USAGE', error.message);
      return EXIT.usage;
    }
    if (!(error instanceof ServiceError)) throw error;
    io.err(`${error.code}: ${error.message}\n`);
    outProblem(io, argv, error.code, error.message);
    return MALFORMED.test(error.code) ? EXIT.usage : EXIT.refused;
  }
}

/** Where output is for machines, they are told too why there is none: `{code, detail}`. */
function outProblem(io: Io, argv: readonly string[], code: string, detail: string): void {
  if (argv.includes('--json')) outJson(io, { code, detail });
}

/** What was given is of no use, whatever the state of things. */
const MALFORMED = /(?:_MALFORMED|^CONFIGURATION_INVALID)$/;

/** @returns null if help was asked for. @throws UsageError. */
function parseCall(
  command: Command,
  argv: readonly string[],
  world: Readonly<{ io: Io; language: Language }>,
): Call | null {
  const args = argv.slice(command.name.split(' ').length);
  const options = { ...COMMON, ...command.options };
  const { values, positionals } = parseStrictly(args, options);
  if (values['help'] === true) return null;
  const [least, most] =
    typeof command.operands === 'number' ? [command.operands, command.operands] : command.operands;
  if (positionals.length < least || positionals.length > most) {
    throw new UsageError(
      positionals.length < least ? 'an argument is missing' : 'there are too many arguments',
    );
  }
  return { ...world, options: values, operands: positionals, isJson: values['json'] === true };
}

function parseStrictly(
  args: readonly string[],
  options: Command['options'],
): Readonly<{ values: Call['options']; positionals: readonly string[] }> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code !== 'string' || !code.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new UsageError((error as Error).message); // one of node:util's own
  }
}

function withoutCommand(
  program: Program,
  argv: readonly string[],
  { io, language }: Readonly<{ io: Io; language: Language }>,
): ExitCode {
  const isHelp = argv.some((word) => word === '--help' || word === '-h');
  if (isHelp || argv.length === 0) io.out(overview(program, language));
  else {
    io.err(`unknown command\n\n${overview(program, language)}`);
    outProblem(io, argv, 'USAGE', 'unknown command');
  }
  return isHelp ? EXIT.done : EXIT.usage;
}

function overview({ name: program, commands }: Program, language: Language): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary[language]}`);
  const more =
    language === 'en'
      ? `${program} COMMAND --help says more. Every command takes --json and --lang zh-CN|en.`
      : `${program} 命令 --help 查看详情。各命令均可用 --json 与 --lang zh-CN|en。`;
  return `${program} COMMAND …\n\n${lines.join('\n')}\n\n${more}\n`;
}

function helpOf(
  program: Program,
  { name, usage, summary, help }: Command,
  language: Language,
): string {
  const body = help[language]
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
  return `${program.name} ${name} ${usage}\n\n${summary[language]}\n\n${body}\n  --json, --lang zh-CN|en, --help\n`;
}

function startsWith(argv: readonly string[], words: readonly string[]): boolean {
  return words.every((word, place) => argv[place] === word);
}

/** `--lang`, else the environment's; Chinese unless English is asked for. */
function languageOf(argv: readonly string[], { env }: Io): Language {
  const place = argv.indexOf('--lang');
  const asked =
    argv.find((word) => word.startsWith('--lang='))?.slice('--lang='.length) ??
    (place < 0 ? undefined : argv[place + 1]);
  const wanted = asked ?? env['LC_ALL'] ?? env['LANG'] ?? '';
  return LANGUAGES.find((one) => one === asked) ?? (wanted.startsWith('en') ? 'en' : 'zh-CN');
}

/** Runs a program on the process's own command line. What nobody expects is said, and is no verdict. */
export async function runProgram(program: Program): Promise<void> {
  const io: Io = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    clock: systemClock,
    fetch: globalThis.fetch,
  };
  try {
    process.exitCode = await runCommand(program, process.argv.slice(2), io);
  } catch (error) {
    io.err(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    outProblem(io, process.argv, 'INTERNAL', 'something nobody expected happened');
    process.exitCode = EXIT.usage;
  }
}
