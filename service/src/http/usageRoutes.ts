import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import type { UsageFilter } from '../store/store.ts';
import { findOwnUses, findUse, findUses } from '../usage/findUses.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { presentUse, presentUses, usageRecordShape } from './presentUse.ts';
import { identifier, moment, pageOf, pageQuery, shortText, toPageRequest } from './shapes.ts';

const filters = {
  licence: identifier.optional(),
  clerk: shortText.optional(),
  matter: shortText.optional(),
  window: shortText.optional(),
  from: moment.optional(),
  to: moment.optional(),
};

const byId = z.strictObject({ id: shortText });

/** Who used what: for auditors all, for holders what is theirs. */
export function usageRoutes({ store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/usage-records',
      summary: 'Uses by licence, clerk (user name), matter, window and time',
      access: ['auditor'],
      query: pageQuery(filters),
      answers: { 200: pageOf(usageRecordShape) },
      async run({ query, language }) {
        const page = await findUses(store, toFilter(query), toPageRequest(query));
        return { status: 200, json: presentUses(page, language) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/usage-records/{id}',
      summary: 'One use',
      access: ['auditor', 'holder', 'clerk', 'issuer', 'approver'],
      params: byId,
      answers: { 200: usageRecordShape },
      async run({ principal, params, language }) {
        const use = await findUse(store, principal, params.id);
        return { status: 200, json: presentUse(use, language) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/me/uses',
      summary: 'Every use of the licences one holds',
      access: ['holder'],
      query: pageQuery({}),
      answers: { 200: pageOf(usageRecordShape) },
      async run({ principal, query, language }) {
        const page = await findOwnUses(store, principal, toPageRequest(query));
        return { status: 200, json: presentUses(page, language) };
      },
    }),
  ];
}

interface UsageQuery {
  readonly licence?: string | undefined;
  readonly clerk?: string | undefined;
  readonly matter?: string | undefined;
  readonly window?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Both ends are inside; the store's end is outside. */
function toFilter({ from, to, ...asked }: UsageQuery): UsageFilter {
  const named = Object.entries(asked).filter(([name, value]) => {
    return value !== undefined && ['licence', 'clerk', 'matter', 'window'].includes(name);
  });
  const until = to === undefined ? null : requireInstant(to, 'end', 'to');
  return {
    ...Object.fromEntries(named),
    ...(from === undefined ? {} : { from: requireInstant(from, 'start', 'from') }),
    ...(until === null ? {} : { until: new Date(until.getTime() + 1) }),
  };
}
