/** A process of the service, or of a script that stands in for it, spoken to over HTTP. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../service/src/config.ts';
import type { AnswerBody } from './testApp.ts';

export interface ProcessAnswer {
  readonly status: number;
  readonly body: AnswerBody;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface MainProcess {
  readonly url: string;
  /** Sends a request below `/api/v1`. Rejects when the process ends before it has answered. */
  send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    content?: FormData | object,
  ): Promise<ProcessAnswer>;
  /** What it wrote to its log so far. */
  log(): string;
  /** Resolves once it is gone. */
  readonly ended: Promise<unknown>;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

const HOST = '127.0.0.1';
const MAIN = join(import.meta.dirname, '../../service/src/main.ts');
const READY_WITHIN_MS = 60_000;

/**
 * Starts the service and waits until it is ready.
 *
 * @param env - settings besides the address.
 * @param script - what is started; it has to listen where the settings say.
 * @throws Error with its log if it ends or is not ready in time.
 */
export async function startMain(
  env: Readonly<Record<string, string>>,
  script = MAIN,
): Promise<MainProcess> {
  const port = await freePort();
  const url = `http://${HOST}:${port}`;
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ PATH: process.env['PATH'], YINXIN_HOST: HOST, YINXIN_PORT: String(port) },
      ...{ YINXIN_PUBLIC_RATE: 'off', ...env },
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  const ended = once(child, 'exit');
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!hasEnded()) child.kill(signal);
    await ended;
  };
  try {
    await untilReady(url, hasEnded);
  } catch (error) {
    await end('SIGKILL');
    throw new Error(`${String(error)}\n${log}`, { cause: error });
  }
  return {
    ...{ url, ended, log: () => log },
    send: (method, path, headers, content) =>
      sendTo(`${url}/api/v1${path}`, method, headers, content),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Settings of a further process that works with store and keys of a service. */
export function settingsBeside(
  { databaseUrl, keysDir, masterKeyFile, operator }: Config,
  dataDir: string,
): Readonly<Record<string, string>> {
  return {
    ...{ YINXIN_DATA_DIR: dataDir, YINXIN_DEMO: 'off', YINXIN_DATABASE_URL: databaseUrl },
    ...{ YINXIN_KEYS_DIR: keysDir, YINXIN_MASTER_KEY_FILE: masterKeyFile },
    ...{ YINXIN_OPERATOR_CODE: operator.creditCode, YINXIN_OPERATOR_NAME: operator.name },
    YINXIN_PUBLIC_URL: 'http://127.0.0.1:8080', // what testService puts into codes
  };
}

async function untilReady(url: string, hasEnded: () => boolean): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    if (hasEnded()) throw new Error('the service ended before it was ready');
    const answer = await fetch(`${url}/readyz`).catch(() => null); // not listening yet
    if (answer?.ok === true) return;
    await sleep(50);
  }
  throw new Error('the service is not ready in time');
}

async function sendTo(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  content?: FormData | object,
): Promise<ProcessAnswer> {
  const isForm = content instanceof FormData;
  const response = await fetch(url, {
    method,
    body: content === undefined ? null : isForm ? content : JSON.stringify(content),
    headers: {
      'accept-language': 'en',
      ...(content === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const body = isJson ? (JSON.parse(Buffer.from(bytes).toString('utf8')) as AnswerBody) : {};
  return { status: response.status, body: body as AnswerBody, bytes };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's
  server.close();
  await once(server, 'close');
  return port;
}
