import Koa from 'koa';
import type { AppParts } from './http/parts.ts';

export type { AppParts } from './http/parts.ts';

/**
 * Puts the HTTP face together. Listens on nothing and keeps nothing outside of the parts it is given.
 *
 * Hand `app.callback()` to a server made by {@link createApiServer}, which bounds headers and slow requests.
 */
export function createApp(parts: AppParts): Koa {
  const app = new Koa();
  app.silent = parts.isProduction;
  return app;
}
