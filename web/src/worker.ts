/**
 * The page's service worker: keeps the files of one version of the page, each by its digest, so that the page opens without
 * network. It keeps nothing else, least of all answers of the API.
 */
import { PAGE, sourceOf, type PageFile } from './offline/pageFiles.ts';

// Put in by the build.
declare const __PAGE_FILES__: readonly PageFile[];
declare const __PAGE_VERSION__: string;

interface LifeEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface AskEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope extends EventTarget {
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const worker = globalThis as unknown as WorkerScope; // the DOM's types know no service worker
const PREFIX = 'yinxin-page-';
const FILES = PREFIX + __PAGE_VERSION__;
const FONTS = 'yinxin-fonts';
const paths: ReadonlySet<string> = new Set(__PAGE_FILES__.map(({ path }) => path));

/** All or nothing: a file that is not the one of this version stops the installation. */
async function install(): Promise<void> {
  const cache = await caches.open(FILES);
  await Promise.all(
    __PAGE_FILES__.map(async ({ path, integrity }) => {
      const isNamedByContent = path.startsWith('/v/assets/');
      const request = { integrity, cache: isNamedByContent ? 'default' : 'reload' } as const;
      const response = await fetch(path, { ...request, credentials: 'omit' });
      if (!response.ok) throw new Error(`${path} is not there`);
      await cache.put(path, response);
    }),
  );
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== FILES);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function answerKept(path: string, request: Request): Promise<Response> {
  const kept = await (await caches.open(FILES)).match(path);
  return kept ?? (await fetch(request));
}

async function answerFont(request: Request): Promise<Response> {
  const cache = await caches.open(FONTS);
  const kept = await cache.match(request.url);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request.url, response.clone());
  return response;
}

worker.addEventListener('install', (event) => {
  (event as LifeEvent).waitUntil(install());
});

worker.addEventListener('activate', (event) => {
  (event as LifeEvent).waitUntil(activate());
});

worker.addEventListener('message', (event) => {
  if ((event as MessageEvent<unknown>).data === 'takeOver') {
    (event as unknown as LifeEvent).waitUntil(worker.skipWaiting());
  }
});

worker.addEventListener('fetch', (event) => {
  const ask = event as AskEvent;
  const { request } = ask;
  const { method, url, mode } = request;
  const asked = { method, url, isNavigation: mode === 'navigate' };
  const source = sourceOf(asked, { origin: location.origin, paths });
  if (source === 'network') return;
  const answer =
    source === 'font'
      ? answerFont(request)
      : answerKept(source === 'page' ? PAGE : new URL(url).pathname, request);
  ask.respondWith(answer);
});
