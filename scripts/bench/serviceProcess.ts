import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs } from './processorTime.ts';

/** The service as a process of its own. */
export interface ServiceProcess {
  readonly port: number;
  readonly pid: number;
  /** Resident memory in MiB; null where the system does not say. */
  residentMiB(): number | null;
  /** Processor time used so far, of all threads, in ms; null where the system does not say. */
  cpuMs(): number | null;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly dataDir: string;
  readonly isDemo: boolean;
  /** Acts a ledger transaction takes at most. */
  readonly ledgerBatch?: number;
  /** Folder for a CPU profile; null: none. */
  readonly profileDir?: string | null;
}

export const HOST = '127.0.0.1';
const MAIN = join(import.meta.dirname, '../../service/src/main.ts');
const READY_WITHIN_MS = 60_000;
/** Names in codes must not depend on the port of the run. */
const PUBLIC_URL = 'https://bench.example';

/**
 * Starts the service and waits until it is ready. The demo city is made in a first run; measured is production mode.
 *
 * @throws Error if it ends or is not ready in time; its log is in the data directory's `bench.log`.
 */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const port = await freePort();
  const log = openSync(`${options.dataDir}.log`, 'a');
  const { profileDir = null } = options;
  const profiling = profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const child = spawn(process.execPath, [...profiling, MAIN], {
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: options.isDemo ? 'development' : 'production',
      YINXIN_HOST: HOST,
      YINXIN_PORT: String(port),
      YINXIN_DATA_DIR: options.dataDir,
      YINXIN_PUBLIC_URL: PUBLIC_URL,
      YINXIN_PUBLIC_RATE: 'off',
      YINXIN_DEMO: options.isDemo ? 'on' : 'off',
      ...(options.ledgerBatch === undefined
        ? {}
        : { YINXIN_LEDGER_BATCH: String(options.ledgerBatch) }),
    },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the service does not start');
  const ended = once(child, 'exit');
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  process.once('exit', () => child.kill()); // also when the bench is interrupted
  await waitUntilReady(port, hasEnded);
  return {
    port,
    pid,
    residentMiB: () => residentMiB(pid),
    cpuMs: () => cpuMs(pid),
    async stop() {
      if (!hasEnded()) child.kill('SIGTERM');
      await ended;
    },
  };
}

async function waitUntilReady(port: number, hasEnded: () => boolean): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    if (hasEnded()) throw new Error('the service ended before it was ready');
    const answer = await fetch(`http://${HOST}:${port}/readyz`).catch(() => null); // not listening yet
    if (answer?.ok === true) return;
    await sleep(50);
  }
  throw new Error('the service is not ready in time');
}

/** @returns a port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's
  server.close();
  await once(server, 'close');
  return port;
}

function residentMiB(pid: number): number | null {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null; // no /proc
  }
}
