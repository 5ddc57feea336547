/** Writes the types of the API, as it describes itself, for the console. Routes are described without a service behind them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import openapi, { astToString } from 'openapi-typescript';
import { describeApi } from '../service/src/http/openApi.ts';
import type { AppParts } from '../service/src/http/parts.ts';
import { apiRoutes } from '../service/src/http/routes.ts';

const FILE = join(import.meta.dirname, '../web/generated/api.d.ts');

/** Whatever is asked of it, it is itself: describing a route calls none of its parts. */
const nothing: unknown = new Proxy(() => nothing, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => 0 : nothing),
});

const description = JSON.stringify(describeApi(apiRoutes(nothing as AppParts))); // see above
mkdirSync(dirname(FILE), { recursive: true });
writeFileSync(FILE, astToString(await openapi(description)));
