/** Processes that outlive the command that starts them, and are never mistaken for others. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { until } from './until.ts';

/** What a process file says: enough to know the process again. */
export interface ProcessMark {
  readonly pid: number;
  /** When the system started it: a process number alone comes round again. */
  readonly started: string;
}

/** What to start. */
export interface ProcessStart {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/** The processes of one network. */
export interface Processes {
  /** Names of those that were started and not stopped, running or not. */
  names(): readonly string[];
  /** @returns the process number; null if it does not run, or the number is another's by now. */
  pid(name: string): number | null;
  /** Starts it unless it runs. */
  start(what: ProcessStart): void;
  /** Ends it, at last by force, and waits until it is gone. */
  stop(name: string, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  signal(name: string, signal: NodeJS.Signals): void;
  rename(from: string, to: string): void;
  logFile(name: string): string;
}

const STOPS_WITHIN_MS = 10_000;

/** @param folders - of process files and of logs; made where missing. */
export function openProcesses(folders: Readonly<{ marks: string; logs: string }>): Processes {
  const markFile = (name: string): string => join(folders.marks, `${name}.json`);
  const logFile = (name: string): string => join(folders.logs, `${name}.log`);
  const pid = (name: string): number | null => {
    const mark = readMark(markFile(name));
    return mark !== null && isSame(mark) ? mark.pid : null;
  };
  const signal = (name: string, what: NodeJS.Signals): void => {
    const found = pid(name);
    if (found !== null) kill(found, what);
  };
  return {
    names: () =>
      existsSync(folders.marks)
        ? readdirSync(folders.marks).flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? [])
        : [],
    pid,
    start(what) {
      if (pid(what.name) !== null) return;
      for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
      const mark = startDetached(what, logFile(what.name));
      writeFileSync(markFile(what.name), JSON.stringify(mark));
    },
    async stop(name, first = 'SIGTERM') {
      signal(name, first);
      signal(name, 'SIGCONT'); // a suspended one could not end
      const isGone = (): boolean => pid(name) === null;
      if (!(await until(isGone, { withinMs: STOPS_WITHIN_MS }))) {
        signal(name, 'SIGKILL');
        await until(isGone, { withinMs: STOPS_WITHIN_MS });
      }
      rmSync(markFile(name), { force: true });
    },
    signal,
    rename(from, to) {
      renameSync(markFile(from), markFile(to));
      renameSync(logFile(from), logFile(to));
    },
    logFile,
  };
}

/**
 * When the system started a process, in its own words.
 *
 * @returns null if there is none, or it has ended and nobody has asked for its end yet.
 */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from the third on; a name may hold anything
    const [state] = fields;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return state === 'Z' || state === 'X' ? null : `${boot} ${fields[19] ?? ''}`; // the 22nd: ticks since boot
  } catch {
    return null;
  }
}

function isSame({ pid, started }: ProcessMark): boolean {
  return startOf(pid) === started;
}

function startDetached({ name, program, args, cwd, env }: ProcessStart, log: string): ProcessMark {
  const file = openSync(log, 'a');
  try {
    const child = spawn(program, args, { detached: true, stdio: ['ignore', file, file], cwd, env });
    child.on('error', () => undefined); // told below, and by the missing process number
    child.unref();
    const started = child.pid === undefined ? null : startOf(child.pid);
    if (child.pid === undefined || started === null) throw new Error(`${name} does not start`);
    return { pid: child.pid, started };
  } finally {
    closeSync(file);
  }
}

function readMark(file: string): ProcessMark | null {
  if (!existsSync(file)) return null;
  const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessMark>;
  return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : null;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it ended by itself meanwhile
  }
}
