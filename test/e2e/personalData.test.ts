/** Neither ledger, nor store, nor log holds a name or a code of a holder that anybody can read. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createApp } from '../../service/src/app.ts';
import { systemClock } from '../../service/src/clock.ts';
import { readConfig, type Config } from '../../service/src/config.ts';
import { demoCity } from '../../service/src/demo/demoCity.ts';
import { seedDemo, type DemoCredentials } from '../../service/src/demo/seedDemo.ts';
import { createApiServer } from '../../service/src/http/server.ts';
import { openService, type Service } from '../../service/src/composition/openService.ts';
import { disguisesOf, withInflated } from '../support/disguises.ts';

const PUBLIC_URL = 'http://127.0.0.1:8080';
const { holders, types } = demoCity('2026-01-01');

let folder: string;
let config: Config;
let service: Service;
let server: Server;
let credentials: DemoCredentials;
let lines = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-personal-'));
  config = readConfig({ YINXIN_DATA_DIR: join(folder, 'run'), YINXIN_DEMO: 'off' });
  const log = pino({ level: 'debug' }, { write: (line: string) => void (lines += line) });
  service = await openService(config, { clock: systemClock, log, publicUrl: PUBLIC_URL });
  credentials = await seedDemo(service, config.dataDir);
  const parts = {
    ...service,
    log,
    publicRate: null,
    retentionYears: 10,
    isProduction: false,
    readiness: () => [],
  };
  server = createApiServer(createApp({ ...parts, webRoot: join(folder, 'none') }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  service.startJobs();
  await live();
  await service.close();
}, 60_000);

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function send(
  method: string,
  path: string,
  { token, json }: { readonly token?: string; readonly json?: unknown } = {},
): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

async function signIn(username: string): Promise<string> {
  const password = credentials[username];
  const { body } = await send('POST', '/sessions', { json: { username, password } });
  return (body as { token: string }).token;
}

/** A day in the city: issues, faults with names in them, searches, verifications, a revocation, a look at the trail. */
async function live(): Promise<void> {
  const [maker, checker, holder, clerk, auditor] = await Promise.all(
    ['maker', 'checker', 'holder', 'clerk', 'auditor'].map(signIn),
  );
  const [type] = types;
  const [first] = holders;
  const draft = {
    ...{ typeCode: type!.typeCode, fields: type!.sampleFields, holder: first },
    ...{ validFrom: '2026-01-01', validUntil: '2030-12-31' },
  };
  const statuses: number[] = [];
  const say = async (...request: Parameters<typeof send>): Promise<Answer> => {
    const answer = await send(...request);
    statuses.push(answer.status);
    return answer;
  };
  const made = await say('POST', '/licences', { token: maker!, json: draft });
  const { identifier } = made.body as { identifier: string };
  await say('POST', `/licences/${identifier}/approve`, { token: checker!, json: {} });
  const wrong = { ...draft, holder: { ...first, code: `${first!.code.slice(0, -1)}0` } };
  await say('POST', '/licences', { token: maker!, json: wrong });
  await say('POST', '/licences', { token: maker!, json: { ...draft, [first!.name]: first!.code } });
  await say('GET', `/licences?holderCode=${first!.code}`, { token: maker! });
  await say('GET', `/${encodeURIComponent(first!.name)}?code=${first!.code}`);
  await say('GET', '/licences', { token: holder! });
  for (const token of [undefined, clerk!, holder!]) {
    const json = { identifier };
    await say('POST', '/verifications', token === undefined ? { json } : { token, json });
  }
  await say('POST', '/verifications', { json: { code: first!.name } });
  await say('POST', `/licences/${identifier}/revoke`, {
    token: maker!,
    json: { reason: 'other', note: `${first!.name} ${first!.code}` },
  });
  await say('POST', '/verifications', { json: { identifier } });
  await say('GET', `/licences/${identifier}/uses`, { token: holder! });
  await say('GET', '/usage-records', { token: auditor! });
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  expect(statuses.filter((status) => status < 300).length).toBeGreaterThan(8);
}

const NEEDLES = holders.flatMap(({ name, code }) => [
  ...disguisesOf(name).map((one) => ({ ...one, whose: name })),
  ...disguisesOf(code).map((one) => ({ ...one, whose: code })),
]);

function findIn(place: string, bytes: Buffer): readonly string[] {
  return withInflated(bytes).flatMap((part) =>
    NEEDLES.filter((needle) => part.includes(needle.bytes)).map(
      ({ whose, form }) => `${place}: ${whose} as ${form}`,
    ),
  );
}

/** The file, its log, and each value by itself: a value that spans pages is in pieces in the file. */
function findInDatabase(file: string): readonly string[] {
  const files = [file, `${file}-wal`].filter((one) => existsSync(one));
  const database = new Sqlite(file, { readonly: true });
  const tables = database
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
    .pluck()
    .all() as string[];
  const rows = tables.flatMap((table) =>
    (database.prepare(`SELECT * FROM "${table}"`).raw().all() as unknown[][]).map((row) => ({
      place: table,
      bytes: Buffer.concat(row.map(bytesOf)),
    })),
  );
  database.close();
  return [
    ...files.flatMap((one) => findIn(one, readFileSync(one))),
    ...rows.flatMap(({ place, bytes }) => findIn(place, bytes)),
  ];
}

function bytesOf(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  return Buffer.from(value === null ? '' : String(value as string | number));
}

describe('a demo city that has lived for a day', () => {
  it('can be searched: a name that is there is found', () => {
    const { name } = holders[0]!;
    const hidden = Buffer.from(`{"a":"${Buffer.from(`xx${name}`).toString('base64')}"}`);

    expect(findIn('here', hidden)).not.toEqual([]);
  });

  it('has no holder on its ledger', () => {
    expect(new Set(findInDatabase(join(config.dataDir, 'ledger.db')))).toEqual(new Set());
  }, 60_000);

  it('has no holder in the clear in its store', () => {
    expect(new Set(findInDatabase(join(config.dataDir, 'store.db')))).toEqual(new Set());
  }, 60_000);

  it('has no holder in its log', () => {
    expect(lines.split('\n').length).toBeGreaterThan(15);
    expect(findIn('log', Buffer.from(lines))).toEqual([]);
  });
});
