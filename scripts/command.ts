import type { ParseArgsOptionsConfig } from 'node:util';
import type { Clock } from '../service/src/clock.ts';
import type { Language, Text } from '../service/src/language.ts';

/** The world outside of a command. */
export interface Io {
  /** Writes text to standard output. */
  out(text: string): void;
  /** Writes text to standard error. */
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

/** What `yinxin` ends with. */
export const EXIT = {
  /** Done; TOTAL-PASSED. */
  done: 0,
  /** Refused; TOTAL-FAILED. */
  refused: 1,
  /** Wrong arguments, or nothing that can be worked on. */
  usage: 2,
  /** INDETERMINATE. */
  indeterminate: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Values of options as given: those with `multiple` are lists. */
export type OptionValues = Readonly<
  Record<string, string | boolean | (string | boolean)[] | undefined>
>;

/** One run of a command, its arguments parsed. */
export interface Call {
  readonly io: Io;
  readonly options: OptionValues;
  /** What stands behind the command's name and is no option. */
  readonly operands: readonly string[];
  readonly language: Language;
  /** Whether the output is for machines. */
  readonly isJson: boolean;
}

export interface Command {
  /** Words that choose it. */
  readonly name: string;
  /** Operands and options, as help shows them. */
  readonly usage: string;
  readonly summary: Text;
  /** One line an option. */
  readonly help: Text;
  readonly options: ParseArgsOptionsConfig;
  /** How many operands it takes: so many, or from so many to so many. */
  readonly operands: number | readonly [least: number, most: number];
  /** @throws ServiceError, which `main` says. */
  run(call: Call): Promise<ExitCode>;
}

/** Arguments that are not as the usage says. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** @returns null if the option is not given. */
export function optionText(call: Call, name: string): string | null {
  const value = call.options[name];
  return typeof value === 'string' ? value : null;
}

/** @throws UsageError if the option is not given. */
export function requiredText(call: Call, name: string): string {
  const value = optionText(call, name);
  if (value === null) throw new UsageError(`--${name} is needed`);
  return value;
}

/** Values of an option that can be given several times. */
export function optionTexts(call: Call, name: string): readonly string[] {
  const value = call.options[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function optionFlag(call: Call, name: string): boolean {
  return call.options[name] === true;
}

/** Writes a value for machines: one JSON text. */
export function outJson(io: Io, value: unknown): void {
  io.out(`${JSON.stringify(value, null, 2)}\n`);
}
