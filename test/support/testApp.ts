/** The HTTP face over a whole test service, on a port of its own. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { createApp, type AppParts } from '../../service/src/app.ts';
import { createApiServer } from '../../service/src/http/server.ts';
import {
  testService,
  type TestPersonName,
  type TestService,
  type TestServiceOptions,
} from './testService.ts';

export interface TestRequest {
  /** Who asks, by bearer token; absent: nobody. */
  readonly as?: TestPersonName;
  readonly json?: unknown;
  readonly form?: FormData;
  /** Bytes as they are. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The members that tests look at, of all the answers there are. Which of them an answer has is the test's to know: what
 * is not there is undefined.
 */
export interface AnswerBody {
  readonly [other: string]: unknown;
  readonly id: string;
  readonly code: string;
  readonly detail?: string;
  readonly requestId: string;
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
  readonly items: readonly AnswerBody[];
  readonly nextCursor: string | null;
  readonly token: string;
  readonly person: AnswerBody;
  readonly username: string;
  readonly name: string;
  readonly roles: unknown;
  readonly creditCode: string;
  readonly typeCode: string;
  readonly version: number;
  readonly identifier: string;
  readonly state: string;
  readonly holder: Readonly<Record<'name' | 'code' | 'codeType', string>>;
  readonly documents: readonly { readonly format: string }[];
  readonly esId: string;
  readonly mandate: object;
  readonly indication: string;
  readonly subIndication: string | null;
  readonly statement: string;
  readonly subject: Readonly<Record<'kind' | 'identifier', string>>;
  readonly reports: readonly AnswerBody[];
  readonly licence: string & { readonly fields: unknown };
  readonly inForce: AnswerBody | null;
  readonly timeline: readonly AnswerBody[];
  readonly versions: readonly unknown[];
  readonly uses: readonly AnswerBody[];
  readonly kind: string;
  readonly clerk: string | null;
  readonly purpose: string | null;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else empty. */
  readonly body: AnswerBody;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
}

export interface TestApp {
  readonly city: TestService;
  /** `http://127.0.0.1:…` */
  readonly origin: string;
  /** Lines of the log, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** The log as it was written. */
  readonly logText: () => string;
  /** Sends a request; a path that starts with `/` and a letter is below `/api/v1`, one with `//` is from the origin. */
  send(method: string, path: string, request?: TestRequest): Promise<TestAnswer>;
  tokenOf(name: TestPersonName): Promise<string>;
  remove(): Promise<void>;
}

/** Opens a service with its HTTP face; answers are checked against the API's own description. */
export async function testApp(
  overrides: Partial<AppParts> & Pick<TestServiceOptions, 'clock' | 'config'> = {},
): Promise<TestApp> {
  const { clock, publicUrl, config } = overrides;
  const city = await testService({
    ...(clock === undefined ? {} : { clock }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(config === undefined ? {} : { config }),
  });
  const lines: string[] = [];
  const app = createApp({
    ...city.service,
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    publicRate: null,
    retentionYears: 10,
    isProduction: false,
    webRoot: join(city.config.dataDir, 'no-web'),
    readiness: () => [],
    ...overrides,
  });
  const server = createApiServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (name: TestPersonName): Promise<string> => {
    const token = tokens.get(name) ?? addSession(city, name);
    tokens.set(name, token);
    return token;
  };
  return {
    ...{ city, origin, tokenOf },
    get log() {
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    logText: () => lines.join(''),
    async send(method, path, request = {}) {
      const token = request.as === undefined ? undefined : await tokenOf(request.as);
      const url = path.startsWith('//') ? origin + path.slice(1) : `${origin}/api/v1${path}`;
      return await sendRequest(method, url, { ...request, token });
    },
    async remove() {
      server.closeAllConnections();
      server.close();
      await city.remove();
    },
  };
}

/** Sends bytes that no client library would. @returns what the server answered, whole. */
export async function sendRawPath(
  app: TestApp,
  path: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return await new Promise((resolve, reject) => {
    const request = httpRequest(app.origin, { path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    request.on('error', reject).end();
  });
}

/** A form with one file and text fields. */
export function formOf(
  file: Uint8Array<ArrayBuffer> | string,
  fields: Readonly<Record<string, string>> = {},
  name = '证照文件.bin',
): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  form.set('file', new Blob([file]), name);
  return form;
}

/** Signs in without a password: hashing one takes long. @returns a token, for an hour. */
export async function addSession(
  { service, people }: TestService,
  name: TestPersonName,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const createdAt = service.clock.now();
  await service.store.sessions.add({
    tokenHash: createHash('sha256').update(token).digest('hex'),
    accountId: people[name].id,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + 3_600_000),
  });
  return token;
}

async function sendRequest(
  method: string,
  url: string,
  request: Omit<TestRequest, 'as'> & { readonly token: string | undefined },
): Promise<TestAnswer> {
  const { json, form, raw, token } = request;
  const body = form ?? raw ?? (json === undefined ? null : JSON.stringify(json));
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    body,
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...request.headers,
    },
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = Buffer.from(bytes).toString('utf8');
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : {}) as AnswerBody, // as far as a test looks
    bytes,
    text,
  };
}
