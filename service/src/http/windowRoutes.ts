import { z } from 'zod';
import {
  addWindow,
  changeWindow,
  closeWindow,
  findWindow,
  reopenWindow,
} from '../people/windows.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { presentWindow, windowShape } from './presentPerson.ts';
import { creditCode, cutPage, pageOf, pageQuery, shortText } from './shapes.ts';

const newWindow = z.strictObject({
  code: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/),
  name: shortText,
  organisation: creditCode,
});

const byCode = z.strictObject({ code: shortText });
const change = z
  .strictObject({ name: shortText.optional(), organisation: creditCode.optional() })
  .refine((given) => Object.keys(given).length > 0, 'names nothing to change');

/** Windows where clerks serve. */
export function windowRoutes(parts: AppParts): readonly Route[] {
  return [...readRoutes(parts), ...changeRoutes(parts)];
}

function readRoutes(parts: AppParts): readonly Route[] {
  const { store } = parts;
  return [
    defineRoute({
      method: 'get',
      path: '/windows',
      summary: 'Windows where clerks serve',
      access: 'signedIn',
      query: pageQuery({ organisation: creditCode.optional() }),
      answers: { 200: pageOf(windowShape) },
      async run({ query }) {
        const all = await store.windows.list();
        const asked = all.filter(
          (window) =>
            query.organisation === undefined || window.organisation === query.organisation,
        );
        const page = cutPage(asked, (window) => window.code, query);
        const items = page.items.map(presentWindow);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/windows/{code}',
      summary: 'One window',
      access: 'signedIn',
      params: byCode,
      answers: { 200: windowShape },
      async run({ params }) {
        return { status: 200, json: presentWindow(await findWindow(parts, params.code)) };
      },
    }),
  ];
}

function changeRoutes(parts: AppParts): readonly Route[] {
  const lifecycle = { close: closeWindow, reopen: reopenWindow } as const;
  return [
    defineRoute({
      method: 'post',
      path: '/windows',
      summary: 'Add a window',
      access: ['operator', 'securityAdmin'],
      payload: json(newWindow),
      answers: { 201: windowShape },
      async run({ principal, body }) {
        return { status: 201, json: presentWindow(await addWindow(parts, principal, body)) };
      },
    }),
    defineRoute({
      method: 'put',
      path: '/windows/{code}',
      summary: 'Rename a window, or give it to another organisation',
      access: ['operator', 'securityAdmin'],
      params: byCode,
      payload: json(change),
      answers: { 200: windowShape },
      async run({ principal, params, body }) {
        const window = await changeWindow(parts, principal, params.code, body);
        return { status: 200, json: presentWindow(window) };
      },
    }),
    ...(['close', 'reopen'] as const).map((action) =>
      defineRoute({
        method: 'post',
        path: `/windows/{code}/${action}`,
        summary:
          action === 'close'
            ? 'Close a window: its clerks are at no window from then on'
            : 'Open a closed window again',
        access: ['operator', 'securityAdmin'],
        params: byCode,
        answers: { 200: windowShape },
        async run({ principal, params }) {
          const window = await lifecycle[action](parts, principal, params.code);
          return { status: 200, json: presentWindow(window) };
        },
      }),
    ),
  ];
}
