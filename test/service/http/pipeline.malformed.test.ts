import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formOf, sendRawPath, testApp, type TestApp } from '../../support/testApp.ts';
import type { TestPersonName } from '../../support/testService.ts';

let app: TestApp;

beforeAll(async () => {
  app = await testApp();
});

afterAll(async () => {
  await app.remove();
});

const RUNS = { numRuns: 60 };
const isClientFault = (status: number): boolean => status >= 400 && status < 500;

describe('a hostile body', () => {
  it.each([
    ['no JSON', '{"code":'],
    ['an empty text', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a prototype', '{"__proto__":{"code":"x"}}'],
    ['a number beyond doubles', '{"code":1e999}'],
    ['a very deep nest', `{"code":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['bad UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ])('is refused: %s', async (_, raw) => {
    const answer = await app.send('POST', '/verifications', { raw });

    expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_MALFORMED']);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('is refused when it is larger than 256 KiB', async () => {
    const json = { code: 'x'.repeat(256 * 1024) };

    const { status, body } = await app.send('POST', '/verifications', { json });

    expect([status, body.code]).toEqual([413, 'REQUEST_TOO_LARGE']);
  });

  it('is refused when it grows too large without saying so', async () => {
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
      },
    });

    const answer = await fetch(`${app.origin}/api/v1/verifications`, {
      method: 'POST',
      body: stream,
      duplex: 'half',
    }).then(
      (response) => response.status,
      () => 413, // the connection was closed before the answer was read
    );

    expect(answer).toBe(413);
  });

  it('never makes a 5xx of random JSON, on any POST', async () => {
    const paths = [
      '/verifications',
      '/sessions',
      '/licences',
      '/seals',
      '/people',
      '/organisations',
    ];
    const people: Readonly<Record<string, TestPersonName>> = {
      '/seals': 'sealMaker',
      '/people': 'security',
      '/organisations': 'operator',
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.oneof(fc.jsonValue(), fc.record({ code: fc.jsonValue(), typeCode: fc.string() })),
        async (path, json) => {
          const as = people[path] ?? 'maker';
          const { status } = await app.send('POST', path, { as, json });
          expect([path, json, isClientFault(status)]).toEqual([path, json, true]);
        },
      ),
      RUNS,
    );
  });

  it('never makes a 5xx of mutated licence requests', async () => {
    const request = {
      typeCode: 'x',
      holder: { name: '甲', code: '1', codeType: '111' },
      fields: { premises: 'x' },
      validFrom: '2026-01-01',
      validUntil: '2027-01-01',
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('typeCode', 'holder', 'fields', 'validFrom', 'validUntil', 'serial'),
        fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })),
        async (member, value) => {
          const json = { ...request, [member]: value };
          const { status } = await app.send('POST', '/licences', { as: 'maker', json });
          expect([member, value, isClientFault(status)]).toEqual([member, value, true]);
        },
      ),
      RUNS,
    );
  });
});

describe('a hostile upload', () => {
  const multipart = { 'content-type': 'multipart/form-data; boundary=b' };

  it.each([
    ['nothing', ''],
    ['no boundary', '--c\r\n\r\n--c--\r\n'],
    ['half a part', '--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nabc'],
    [
      'a field instead of a file',
      '--b\r\ncontent-disposition: form-data; name="at"\r\n\r\n1\r\n--b--\r\n',
    ],
    [
      'another name',
      '--b\r\ncontent-disposition: form-data; name="doc"; filename="x"\r\n\r\nabc\r\n--b--\r\n',
    ],
    [
      'two files',
      '--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nabc\r\n'.repeat(2) +
        '--b--\r\n',
    ],
    [
      'many fields',
      '--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\nabc\r\n' +
        Array.from(
          { length: 30 },
          (_, n) => `--b\r\ncontent-disposition: form-data; name="f${n}"\r\n\r\n1\r\n`,
        ).join('') +
        '--b--\r\n',
    ],
  ])('is refused: %s', async (_, raw) => {
    const answer = await app.send('POST', '/verifications', { raw, headers: multipart });

    expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_MALFORMED']);
  });

  it('is refused without a boundary at all', async () => {
    const headers = { 'content-type': 'multipart/form-data' };

    const { status } = await app.send('POST', '/verifications', { raw: 'x', headers });

    expect(status).toBe(400);
  });

  it('is refused where JSON is wanted, and JSON where a file is wanted', async () => {
    const file = await app.send('POST', '/sessions', { form: formOf('x') });
    const json = await app.send('POST', '/seal-signatures', { as: 'maker', json: {} });

    expect([file.status, json.status]).toEqual([400, 400]);
  });

  it('is refused above 32 MiB', async () => {
    const form = formOf(new Uint8Array(32 * 1024 * 1024 + 1));

    const { status, body } = await app.send('POST', '/verifications', { form });

    expect([status, body.code]).toEqual([413, 'REQUEST_TOO_LARGE']);
  });

  it('is taken up to 32 MiB', async () => {
    const form = formOf(new Uint8Array(32 * 1024 * 1024));

    const { status, body } = await app.send('POST', '/verifications', { form });

    expect([status, body.code]).toEqual([422, 'DOCUMENT_MALFORMED']);
  });

  it('never makes a 5xx of random bytes, whatever they begin with', async () => {
    const heads = ['', '0', '{', 'ey', 'PK\u0003\u0004', '%PDF-1.7\n'].map((head) =>
      Buffer.from(head, 'latin1'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...heads),
        fc.uint8Array({ maxLength: 400 }),
        async (head, tail) => {
          const form = formOf(new Uint8Array(Buffer.concat([head, tail])));
          const { status } = await app.send('POST', '/verifications', { form });
          expect(status).toBeLessThan(500);
        },
      ),
      RUNS,
    );
  });
});

describe('a hostile path or query', () => {
  it.each([
    '/api/v1/licences/%ff',
    '/api/v1/licences/%',
    '/api/v1/licences/%zz',
    '/api/v1/licences/%c0%ae',
    '/v/%ff',
    '/%e0%a4%a',
    '/api/v1/%00',
  ])('%s is the client’s fault', async (path) => {
    expect((await sendRawPath(app, path)).status).toBe(400);
  });

  it.each([
    '/',
    '/..',
    '/v/../../package.json',
    '/v/%2e%2e/%2e%2e/package.json',
    '//evil.example/',
    '/v//',
  ])('%s shows nothing that is not ours to show', async (path) => {
    const { status, text } = await sendRawPath(app, path);

    expect([302, 404]).toContain(status);
    expect(text).not.toContain('devDependencies');
  });

  it('never makes a 5xx of random paths', async () => {
    const character = fc.constantFrom(
      ...'/%.?&=;:@+-_~ab09#[]!$'.split(''),
      '%00',
      '%2f',
      '%e5%8d%b0',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(character, { maxLength: 40 }), async (characters) => {
        const path = `/api/v1/${characters.join('').replaceAll('#', '')}`;
        expect((await sendRawPath(app, path)).status).toBeLessThan(500);
      }),
      RUNS,
    );
  });

  it('never makes a 5xx of random queries', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('limit', 'cursor', 'state', 'typeCode', 'holderCode', '__proto__'),
        fc.string({ maxLength: 80 }),
        async (name, value) => {
          const query = new URLSearchParams({ [name]: value }).toString();
          const { status } = await app.send('GET', `/licences?${query}`, { as: 'maker' });
          expect([name, value, status < 500]).toEqual([name, value, true]);
        },
      ),
      RUNS,
    );
  });
});

describe('a hostile connection', () => {
  it('that is no HTTP is answered 400 and closed', async () => {
    expect(await exchange('hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
  });

  it('with endless headers is closed', async () => {
    const header = `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`;

    expect(await exchange(header)).toMatch(/^HTTP\/1.1 431/);
  });

  it('that hangs up inside a body does no harm', async () => {
    await exchange(
      'POST /api/v1/verifications HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{',
      true,
    );

    expect((await app.send('GET', '/ledger')).status).toBe(200);
    expect(app.log.filter((line) => line['level'] === 50)).toEqual([]);
  });

  async function exchange(bytes: string, hangsUp = false): Promise<string> {
    return await new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(app.origin).port), '127.0.0.1');
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
      socket.on('close', () => {
        resolve(text);
      });
      socket.on('error', reject);
      socket.write(bytes, () => {
        if (hangsUp) setTimeout(() => socket.destroy(), 50);
      });
    });
  }
});
