import { z } from 'zod';
import type { StatusListPublisher } from '../licences/statusLists.ts';
import { defineRoute, type Answer, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';

const byList = z.strictObject({ list: z.coerce.number().int().min(0).max(1_000_000_000) });

export function statusListRoutes({ publishStatusList }: AppParts): readonly Route[] {
  return [statusListRoute('/status-lists/{list}', publishStatusList)];
}

/** The same list under the short address that stands in codes. */
export function shortStatusListRoute({ publishStatusList }: AppParts): Route {
  return statusListRoute('/s/{list}', publishStatusList);
}

function statusListRoute(path: string, publish: StatusListPublisher): Route {
  return defineRoute({
    method: 'get',
    path,
    summary: 'Token Status List, as JWT',
    access: 'public',
    params: byList,
    answers: { 200: { mediaTypes: ['application/statuslist+jwt'] } },
    async run({ params }): Promise<Answer> {
      return {
        status: 200,
        bytes: await publish(params.list),
        headers: {
          'content-type': 'application/statuslist+jwt',
          'cache-control': 'public, max-age=60', // the list's own ttl
        },
      };
    },
  });
}
