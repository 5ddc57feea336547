/** A demo city over HTTP, for scripts that show or measure its pages. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST, startService } from '../bench/serviceProcess.ts';

/** What tells who and what is in it; design of the demo city. */
export interface DemoFacts {
  readonly types: readonly { readonly typeCode: string; readonly sampleFields: object }[];
  readonly holders: readonly Readonly<Record<'name' | 'code' | 'codeType', string>>[];
}

/** Of an answer's members, those that scripts look at; which of them it has is the caller's to know. */
export interface Body {
  readonly [other: string]: unknown;
  readonly id: string;
  readonly identifier: string;
  readonly spokenCode: string;
  readonly queryCode: string;
  readonly receiptId: string;
  readonly items: readonly Body[];
}

export interface DemoCity {
  /** `http://127.0.0.1:…` */
  readonly origin: string;
  readonly facts: DemoFacts;
  readonly passwords: Readonly<Record<string, string>>;
  /** Sends JSON or a form below `/api/v1` for a person. @throws Error unless it is answered with success. */
  send(as: string, method: string, path: string, content?: unknown): Promise<Body>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

/** Starts a service with a new demo city and waits until it is ready. */
export async function openDemoCity(): Promise<DemoCity> {
  const folder = mkdtempSync(join(tmpdir(), 'yinxin-pages-'));
  const dataDir = join(folder, 'run');
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove); // also when it does not start
  const service = await startService({ dataDir, isDemo: true });
  const origin = `http://${HOST}:${service.port}`;
  const read = (name: string): unknown => JSON.parse(readFileSync(join(dataDir, name), 'utf8'));
  const passwords = read('demo-credentials.json') as DemoCity['passwords'];
  const tokens = new Map<string, Promise<string>>();
  const ask = async (
    method: string,
    path: string,
    content: unknown,
    token: string | null,
  ): Promise<Body> => {
    const response = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: {
        ...(content instanceof FormData ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(content === undefined ? {} : { body: bodyOf(content) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Body;
  };
  const tokenOf = async (username: string): Promise<string> => {
    const session = { username, password: passwords[username] };
    return (await ask('POST', '/sessions', session, null))['token'] as string;
  };
  return {
    ...{ origin, passwords, facts: read('demo-city.json') as DemoFacts },
    async send(as, method, path, content) {
      const token = tokens.get(as) ?? tokenOf(as);
      tokens.set(as, token);
      return await ask(method, path, content, await token);
    },
    async close() {
      await service.stop();
      remove();
      process.removeListener('exit', remove);
    },
  };
}

function bodyOf(content: unknown): FormData | string {
  return content instanceof FormData ? content : JSON.stringify(content);
}
