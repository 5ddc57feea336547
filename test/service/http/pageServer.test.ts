import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ParameterizedContext } from 'koa';
import { createPageServer } from '../../../service/src/http/pageServer.ts';

const folder = mkdtempSync(join(tmpdir(), 'yinxin-page-'));
const root = join(folder, 'dist');

beforeAll(() => {
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), 'page');
  writeFileSync(join(root, 'assets', 'zxing-1a.wasm'), 'wasm');
  writeFileSync(join(root, 'favicon.svg'), 'icon');
  writeFileSync(join(root, 'sw.js'), 'worker');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function serve(
  path: string,
  webRoot = root,
): Promise<{ readonly body: string; readonly headers: Readonly<Record<string, string>> }> {
  const headers: Record<string, string> = {};
  const context = {
    body: Buffer.alloc(0),
    vary: () => undefined,
    acceptsEncodings: () => false,
    set: (name: string, value: string) => {
      headers[name] = value;
    },
  };
  await createPageServer(webRoot, 'index.html')(context as unknown as ParameterizedContext, path); // all that it uses
  return { body: context.body.toString(), headers };
}

describe('createPageServer', () => {
  it.each(['', 'nonsense', 'deep/inside', 'assets', '.hidden', 'a..b/c'])(
    'gives the page for `%s`, fresh each time',
    async (path) => {
      const { body, headers } = await serve(path);

      expect(body).toBe('page');
      expect(headers).toEqual({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      });
    },
  );

  it('lets files be kept whose names change with their content', async () => {
    const { body, headers } = await serve('assets/zxing-1a.wasm');

    expect(body).toBe('wasm');
    expect(headers).toEqual({
      'content-type': 'application/wasm',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  it('lets the service worker stand above the address that codes have', async () => {
    const { body, headers } = await serve('sw.js');

    expect(body).toBe('worker');
    expect(headers).toMatchObject({ 'service-worker-allowed': '/v', 'cache-control': 'no-cache' });
  });

  it('asks again for other files', async () => {
    expect((await serve('favicon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it.each([
    '../secret.txt',
    'assets/../../secret.txt',
    '/etc/passwd',
    '..\\secret.txt',
    'assets/..%2f..%2fsecret.txt',
    'secret.txt\0.html',
  ])('leaves its folder for nobody: %s', async (path) => {
    expect((await serve(path)).body).toBe('page');
  });

  it.each(['assets/none.js', 'secret.txt'])('has no %s', async (path) => {
    await expect(serve(path)).rejects.toThrow('no such page');
  });

  it('says so when the page was not built', async () => {
    await expect(serve('', join(folder, 'none'))).rejects.toThrow('no such page');
  });
});
