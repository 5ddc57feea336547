/** Which of the page's requests its service worker answers, and from where. */

/** A file of this version of the page. */
export interface PageFile {
  /** Below the origin: `/v/assets/…`. */
  readonly path: string;
  /** As of the HTML attribute. */
  readonly integrity: string;
}

/** The page itself; every address below `/v` that is no file shows it. */
export const PAGE = '/v/index.html';

/**
 * - `page`: the kept page · `file`: a kept file · `font`: a part of the Chinese font, kept once it was needed
 * - `network`: nothing of it is kept; answers of the API never are.
 */
export type Source = 'page' | 'file' | 'font' | 'network';

/** What of a request matters. */
export interface PageRequest {
  readonly method: string;
  readonly url: string;
  readonly isNavigation: boolean;
}

/** @param paths - of the kept files. */
export function sourceOf(
  { method, url, isNavigation }: PageRequest,
  { origin, paths }: Readonly<{ origin: string; paths: ReadonlySet<string> }>,
): Source {
  const { origin: ofRequest, pathname } = new URL(url);
  const isOfPage = pathname === '/v' || pathname.startsWith('/v/');
  if (method !== 'GET' || ofRequest !== origin || !isOfPage) return 'network';
  if (paths.has(pathname)) return 'file';
  if (isNavigation) return 'page';
  return /^\/v\/assets\/[\w.-]+\.(?:woff2|css)$/.test(pathname) ? 'font' : 'network';
}
