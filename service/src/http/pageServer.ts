import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ParameterizedContext } from 'koa';
import { ServiceError } from '../errors.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** The page's service worker. */
const WORKER = 'sw.js';
const MAX_KEPT = 300;
const gzipBytes = promisify(gzip) as (bytes: Uint8Array) => Promise<Uint8Array>; // of its overloads, this one
const A_YEAR = 'public, max-age=31536000, immutable';

/** Serves built pages: files by name, the page itself for everything that is no file. */
export type PageServer = (ctx: ParameterizedContext, path: string) => Promise<void>;

/**
 * @param folder - with the page and `assets/`, whose names change with their content.
 * @param page - name of the page in it.
 */
export function createPageServer(folder: string, page: string): PageServer {
  const compressed = compressor();
  return async (ctx, path) => {
    const name = isFile(path) ? normalize(path) : page;
    const bytes = await readOrNull(join(folder, name));
    if (bytes === null) throw new ServiceError('NOT_FOUND', 'no such page');
    const isCompressed = isText(name) && ctx.acceptsEncodings('gzip') === 'gzip';
    if (isText(name)) ctx.vary('accept-encoding');
    if (isCompressed) ctx.set('content-encoding', 'gzip');
    ctx.set('content-type', MEDIA_TYPES[extname(name)] ?? 'application/octet-stream');
    if (name === WORKER) ctx.set('service-worker-allowed', '/v'); // codes point there, without a slash
    ctx.set('cache-control', name.startsWith('assets/') ? A_YEAR : 'no-cache');
    ctx.body = isCompressed ? await compressed(name, bytes) : bytes;
  };
}

function isText(name: string): boolean {
  return ['.html', '.js', '.mjs', '.css', '.json', '.svg', '.wasm', '.webmanifest'].includes(
    extname(name),
  );
}

/** Compresses each file once; named anew by content, `assets/` never change. */
function compressor(): (name: string, bytes: Uint8Array) => Promise<Uint8Array> {
  const kept = new Map<string, Promise<Uint8Array>>();
  return (name, bytes) => {
    const known = kept.get(name);
    if (known !== undefined) return known;
    const compressing = gzipBytes(bytes);
    if (name.startsWith('assets/') && kept.size < MAX_KEPT) kept.set(name, compressing);
    return compressing;
  };
}

/** @param path - below the page's address; attacker-controlled, percent-decoded. */
function isFile(path: string): boolean {
  return /^[\w@./-]{1,200}\.\w{1,12}$/.test(path) && !/(?:^|\/)\.|\/\//.test(path);
}

async function readOrNull(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    throw error;
  }
}
