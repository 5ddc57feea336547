/** The whole service as people run it: a process of its own with a demo city, spoken to over HTTP. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoCredentials } from '../../service/src/demo/seedDemo.ts';
import type { AnswerBody } from './testApp.ts';

/** What a demo city tells its users, as far as tests look. */
export interface DemoCity {
  readonly types: readonly { readonly typeCode: string; readonly sampleFields: object }[];
  readonly esIds: readonly string[];
  readonly holders: readonly Readonly<Record<'name' | 'code' | 'codeType', string>>[];
}

export interface ProcessAnswer {
  readonly status: number;
  readonly body: AnswerBody;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface ServiceProcess {
  readonly dataDir: string;
  readonly url: string;
  readonly city: DemoCity;
  /** Sends a request below `/api/v1`. @param as - a name of the demo city; null: nobody. */
  send(
    method: string,
    path: string,
    as: string | null,
    content?: FormData | object,
  ): Promise<ProcessAnswer>;
  /** What it wrote to its log so far. */
  log(): string;
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
 * @param env - settings besides address and data directory.
 * @throws Error with its log if it ends or is not ready in time.
 */
export async function startServiceProcess(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const port = await freePort();
  const url = `http://${HOST}:${port}`;
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...{ PATH: process.env['PATH'], YINXIN_HOST: HOST, YINXIN_PORT: String(port) },
      ...{ YINXIN_DATA_DIR: dataDir, YINXIN_PUBLIC_RATE: 'off', ...env },
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
  const passwords = readJson(dataDir, 'demo-credentials.json') as DemoCredentials;
  const tokens = new Map<string, Promise<string>>();
  const signIn = async (username: string): Promise<string> => {
    const session = { username, password: passwords[username] };
    return (await sendTo(`${url}/api/v1/sessions`, 'POST', null, session)).body.token;
  };
  return {
    ...{ dataDir, url, city: readJson(dataDir, 'demo-city.json') as DemoCity, log: () => log },
    async send(method, path, as, content) {
      if (as !== null && !tokens.has(as)) tokens.set(as, signIn(as));
      const token = as === null ? null : ((await tokens.get(as)) ?? null);
      return await sendTo(`${url}/api/v1${path}`, method, token, content);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
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
  token: string | null,
  content?: FormData | object,
): Promise<ProcessAnswer> {
  const isForm = content instanceof FormData;
  const response = await fetch(url, {
    method,
    body: content === undefined ? null : isForm ? content : JSON.stringify(content),
    headers: {
      'accept-language': 'en',
      ...(content === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
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

function readJson(dataDir: string, name: string): unknown {
  return JSON.parse(readFileSync(join(dataDir, name), 'utf8'));
}
