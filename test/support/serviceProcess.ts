/** The whole service as people run it: a process of its own with a demo city, spoken to over HTTP. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoCredentials } from '../../service/src/demo/seedDemo.ts';
import { startMain, type ProcessAnswer } from './mainProcess.ts';

export type { ProcessAnswer } from './mainProcess.ts';

/** What a demo city tells its users, as far as tests look. */
export interface DemoCity {
  readonly types: readonly { readonly typeCode: string; readonly sampleFields: object }[];
  readonly esIds: readonly string[];
  readonly holders: readonly Readonly<Record<'name' | 'code' | 'codeType', string>>[];
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
  const main = await startMain({ YINXIN_DATA_DIR: dataDir, ...env });
  const passwords = readJson(dataDir, 'demo-credentials.json') as DemoCredentials;
  const tokens = new Map<string, Promise<string>>();
  const signIn = async (username: string): Promise<string> => {
    const session = { username, password: passwords[username] };
    return (await main.send('POST', '/sessions', {}, session)).body.token;
  };
  return {
    ...{ dataDir, url: main.url },
    city: readJson(dataDir, 'demo-city.json') as DemoCity,
    async send(method, path, as, content) {
      if (as !== null && !tokens.has(as)) tokens.set(as, signIn(as));
      const token = as === null ? null : ((await tokens.get(as)) ?? null);
      const headers = token === null ? {} : { authorization: `Bearer ${token}` };
      return await main.send(method, path, headers, content);
    },
    log: () => main.log(),
    stop: () => main.stop(),
    kill: () => main.kill(),
  };
}

function readJson(dataDir: string, name: string): unknown {
  return JSON.parse(readFileSync(join(dataDir, name), 'utf8'));
}
