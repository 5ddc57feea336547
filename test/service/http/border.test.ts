import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../service/src/errors.ts';
import { createMetrics } from '../../../service/src/http/metrics.ts';
import { testApp, type TestApp } from '../../support/testApp.ts';
import { TEST_PASSWORD, TEST_PERSON } from '../../support/testService.ts';

const folder = mkdtempSync(join(tmpdir(), 'yinxin-web-'));
const metrics = createMetrics(() => true);
const reasons: string[] = [];
let nowMs = Date.now();
let app: TestApp;
/** One request a second, ten at once. */
let limited: TestApp;

beforeAll(async () => {
  for (const [room, page] of [
    ['page', 'index'],
    ['console', 'console'],
  ] as const) {
    mkdirSync(join(folder, room, 'assets'), { recursive: true });
    writeFileSync(join(folder, room, `${page}.html`), `<!doctype html><title>${room}</title>`);
    writeFileSync(join(folder, room, 'assets', `${page}-1a2b.js`), 'export {}');
  }
  app = await testApp({
    webRoot: folder,
    metrics,
    readiness: () => reasons,
    publicUrl: 'https://licences.example.cn',
  });
  limited = await testApp({ publicRate: 1, clock: { now: () => new Date(nowMs) } });
});

afterAll(async () => {
  await Promise.all([app.remove(), limited.remove()]);
  rmSync(folder, { recursive: true });
});

describe('every answer', () => {
  it.each(['//healthz', '//v', '/nothing', '/me', '/ledger'])(
    'is safe for browsers: %s',
    async (path) => {
      const { headers } = await app.send('GET', path);

      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/https?:|unsafe-eval' |\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  it('has a request id, which its problem and its log line have too', async () => {
    const { headers, body } = await app.send('GET', '/nothing');

    const id = headers.get('x-request-id');
    expect(body).toMatchObject({ requestId: id, code: 'NOT_FOUND' });
    expect(app.log.filter((line) => line['requestId'] === id)).toHaveLength(1);
  });

  it('marks its cookie for https where that is how it is reached', async () => {
    const json = { username: 'maker', password: TEST_PASSWORD };

    const { headers } = await app.send('POST', '/sessions', { json });

    expect(headers.get('set-cookie')).toMatch(/; Secure$/);
  });
});

describe('what is not there', () => {
  it.each([
    ['an unknown path', 'GET', '/nothing', 404, 'NOT_FOUND'],
    ['a path outside the base', 'GET', '//elsewhere', 404, 'NOT_FOUND'],
    ['another method', 'DELETE', '/licences', 405, 'METHOD_NOT_ALLOWED'],
    ['a method nobody has', 'PATCH', '/licences', 405, 'METHOD_NOT_ALLOWED'],
    ['OPTIONS', 'OPTIONS', '/licences', 405, 'METHOD_NOT_ALLOWED'],
  ])('is a problem: %s', async (_, method, path, status, code) => {
    const answer = await app.send(method, path);

    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('names the methods that are', async () => {
    const { headers } = await app.send('DELETE', '/licences');

    expect((headers.get('allow') ?? '').split(', ').sort()).toEqual(['GET', 'HEAD', 'POST']);
  });
});

describe('what breaks', () => {
  it('says nothing to the client and is logged once, without its message', async () => {
    const { store } = app.city.service;
    const list = (): Promise<readonly []> => Promise.resolve([]);
    Object.assign(store.matters, { list: () => Promise.reject(new TypeError('of 欧阳静宜')) });

    const { status, body } = await app.send('GET', '/matters', { as: 'clerk' });
    Object.assign(store.matters, { list });

    expect([status, body.code, body.detail]).toEqual([500, 'INTERNAL', undefined]);
    const errors = app.log.filter((line) => line['level'] === 50);
    expect(errors).toMatchObject([{ error: 'TypeError', requestId: body.requestId }]);
    expect(app.logText()).not.toContain('欧阳静宜');
  });

  it('says when to come back where that helps, and the log says why', async () => {
    const { ledger } = app.city.service;
    const head = ledger.head.bind(ledger);
    const failure = new ServiceError('LEDGER_UNAVAILABLE', 'the ledger is out of reach', {
      cause: new ServiceError('LEDGER_UNAVAILABLE', 'connection refused'),
    });
    Object.assign(ledger, { head: () => Promise.reject(failure) });

    const { status, body, headers } = await app.send('GET', '/ledger');
    Object.assign(ledger, { head });

    expect([status, body.code, headers.get('retry-after')]).toEqual([
      503,
      'LEDGER_UNAVAILABLE',
      '5',
    ]);
    expect(JSON.stringify(body)).not.toContain('refused');
    expect(app.log).toContainEqual(
      expect.objectContaining({
        level: 40,
        requestId: body.requestId,
        cause: expect.objectContaining({ message: 'connection refused' }),
      }),
    );
  });
});

describe('the log', () => {
  it('has one line a request, with the route and without people, codes, tokens or bodies', async () => {
    const { identifier } = await app.city.issue();
    const before = app.log.length;
    const token = await app.tokenOf('maker');

    await app.send('GET', `/licences?holderCode=${TEST_PERSON.code}`, { as: 'maker' });
    await app.send('GET', `/licences/${identifier}`, { as: 'maker' });
    await app.send('POST', '/verifications', { json: { identifier, purpose: '秘密的目的' } });
    await app.send('GET', `/${encodeURIComponent(TEST_PERSON.name)}`);

    const lines = app.log.slice(before);
    expect(lines.map((line) => [line['method'], line['route'], line['status']])).toEqual([
      ['GET', '/api/v1/licences', 200],
      ['GET', '/api/v1/licences/:identifier', 200],
      ['POST', '/api/v1/verifications', 200],
      ['GET', 'none', 404],
    ]);
    const secrets = [TEST_PERSON.code, TEST_PERSON.name, identifier, token, '秘密的目的'];
    for (const secret of secrets) expect(app.logText()).not.toContain(secret);
    expect(app.logText()).not.toContain(encodeURIComponent(TEST_PERSON.name));
  });
});

describe('health', () => {
  it('is alive, and ready only without reasons against it', async () => {
    const ready = await app.send('GET', '//readyz');
    reasons.push('starting');
    const notReady = await app.send('GET', '//readyz');
    const alive = await app.send('GET', '//healthz');
    reasons.pop();

    expect([ready.status, notReady.status, alive.status]).toEqual([200, 503, 200]);
    expect(notReady.body).toEqual({ status: 'notReady', reasons: ['starting'] });
  });
});

describe('the public page', () => {
  it.each(['//v', '//v/', '//v/anything/else'])('is at %s', async (path) => {
    const { status, text, headers } = await app.send('GET', path);

    expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(text).toContain('<title>page</title>');
  });

  it('has files that may be kept for ever', async () => {
    const { status, headers } = await app.send('GET', '//v/assets/index-1a2b.js');

    expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(headers.get('cache-control')).toContain('immutable');
  });
});

describe('the console', () => {
  it.each(['//', '//sign-in', '//window', '//department/licences/1.2.156'])(
    'is there at %s',
    async (path) => {
      const { status, text, headers } = await app.send('GET', path);

      expect(status).toBe(200);
      expect(text).toContain('<title>console</title>');
      expect(headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('has its own files, which browsers may keep', async () => {
    const { status, headers } = await app.send('GET', '//assets/console-1a2b.js');

    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('immutable');
  });
});

describe('the public rate', () => {
  it('makes whoever is not signed in wait, and nobody else', async () => {
    const ask = async (as?: 'clerk'): Promise<number> =>
      (await limited.send('GET', '/ledger', as === undefined ? {} : { as })).status;

    const statuses: number[] = [];
    for (let request = 0; request < 11; request++) statuses.push(await ask());
    const signedIn = await ask('clerk');
    const page = await limited.send('GET', '//v');
    nowMs += 1000;
    const later = await ask();

    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
    expect([signedIn, page.status, later]).toEqual([200, 429, 200]);
    expect(page.headers.get('retry-after')).toBe('1');
  });

  it('counts wrong tokens', async () => {
    nowMs += 60_000;
    const headers = { authorization: `Bearer ${'A'.repeat(43)}` };

    const statuses: number[] = [];
    for (let request = 0; request < 11; request++) {
      statuses.push((await limited.send('GET', '/me', { headers })).status);
    }

    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
  });

  it('lets health checks pass', async () => {
    for (let request = 0; request < 15; request++) {
      expect((await limited.send('GET', '//readyz')).status).toBe(200);
    }
  });
});

describe('metrics', () => {
  it('count requests by route', async () => {
    await app.send('GET', '/ledger');

    const text = await metrics.registry.metrics();

    expect(text).toMatch(
      /yinxin_http_request_seconds_count\{method="GET",route="\/api\/v1\/ledger",status="200"\} \d+/,
    );
  });
});
