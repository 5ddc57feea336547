import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { verify, type Answer, type Subject } from '../../web/src/api.ts';
import { buildReport } from './support.ts';

const CODE: Subject = { kind: 'code', code: 'YX1.1' };
const original = globalThis.fetch;
let sent: { address: string; init: RequestInit }[];
let respond: () => Promise<Response>;

beforeEach(() => {
  sent = [];
  globalThis.fetch = async (address, init) => {
    sent.push({ address: address as string, init: init! });
    return await respond();
  };
});
afterEach(() => {
  globalThis.fetch = original;
});

function answer(status: number, body: string, headers: Record<string, string> = {}): void {
  respond = () => Promise.resolve(new Response(body, { status, headers }));
}

function ask(subject: Subject = CODE): Promise<Answer> {
  return verify({ subject, language: 'en', signal: new AbortController().signal });
}

describe('verify', () => {
  it('posts a code with the language asked for', async () => {
    answer(200, JSON.stringify(buildReport()));

    expect(await ask()).toEqual({ kind: 'report', report: buildReport() });
    expect(sent[0]).toMatchObject({
      address: '/api/v1/verifications',
      init: {
        method: 'POST',
        body: '{"code":"YX1.1"}',
        headers: { 'Accept-Language': 'en', 'Content-Type': 'application/json' },
      },
    });
  });

  it('posts an identifier', async () => {
    answer(200, JSON.stringify(buildReport()));

    await ask({ kind: 'identifier', identifier: '1.2' });

    expect(sent[0]!.init.body).toBe('{"identifier":"1.2"}');
  });

  it('uploads a file as a form, whose type the browser sets', async () => {
    answer(200, JSON.stringify(buildReport()));
    const file = new File(['%PDF'], '营业执照.pdf');

    await ask({ kind: 'file', file });

    const { body, headers } = sent[0]!.init;
    expect((body as FormData).get('file')).toMatchObject({ name: '营业执照.pdf' });
    expect(headers).not.toHaveProperty('Content-Type');
  });

  it('passes on a problem as it came', async () => {
    answer(429, '{"code":"RATE_LIMITED","title":"too many","detail":"wait"}', {
      'Retry-After': '7',
    });

    expect(await ask()).toEqual({
      kind: 'problem',
      problem: {
        status: 429,
        code: 'RATE_LIMITED',
        title: 'too many',
        detail: 'wait',
        retryAfterSeconds: 7,
      },
    });
  });

  it.each([
    ['a web page in place of a report', 200, '<html></html>'],
    ['half a report', 200, '{"indication":"TOTAL-PASSED"}'],
    ['an empty answer', 200, ''],
    ['an error that is not the service’s', 502, 'Bad Gateway'],
    ['a list as problem', 500, '[]'],
  ])('takes %s for no answer', async (_, status, body) => {
    answer(status, body);

    expect(await ask()).toEqual({ kind: 'unreachable' });
  });

  it('takes a broken connection for no answer', async () => {
    respond = () => Promise.reject(new TypeError('fetch failed'));

    expect(await ask()).toEqual({ kind: 'unreachable' });
  });

  it('stops asking when nobody waits any more', async () => {
    const waiting = new AbortController();
    respond = () =>
      new Promise((_, reject) => {
        sent[0]!.init.signal!.addEventListener('abort', () => {
          reject(new DOMException('aborted', 'AbortError'));
        });
      });

    const asked = verify({ subject: CODE, language: 'en', signal: waiting.signal });
    waiting.abort();

    expect(await asked).toEqual({ kind: 'unreachable' });
  });
});
