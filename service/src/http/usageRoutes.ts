import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import { USAGE_KINDS, USAGE_OUTCOMES } from '../store/usageRecords.ts';
import { findOwnUses, findUse } from '../usage/findUses.ts';
import { searchUses, type UseSearch } from '../usage/searchUses.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { presentUse, presentUses, usageRecordShape } from './presentUse.ts';
import {
  identifier,
  indication,
  moment,
  pageOf,
  pageQuery,
  shortText,
  toPageRequest,
} from './shapes.ts';

const filters = {
  licence: identifier.optional(),
  holderCode: z.string().min(1).max(64).optional().meta({
    description: 'Whose licences; the holder finds the search among the uses',
  }),
  holderCodeType: z.string().min(1).max(10).optional().meta({
    description: 'Absent: told by the code’s form',
  }),
  kind: z.enum(USAGE_KINDS).optional(),
  outcome: z.enum(USAGE_OUTCOMES).optional(),
  indication: indication.optional(),
  clerk: shortText.optional(),
  matter: shortText.optional(),
  window: shortText.optional(),
  from: moment.optional(),
  to: moment.optional(),
};

const byId = z.strictObject({ id: shortText });

/** Who used what: for auditors all, for holders what is theirs. */
export function usageRoutes({ clock, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/usage-records',
      summary:
        'Uses by licence, holder, clerk (user name), matter, window, kind, outcome, verdict and time',
      access: ['auditor'],
      query: pageQuery(filters),
      answers: { 200: pageOf(usageRecordShape) },
      async run({ principal, query, language }) {
        const request = toPageRequest(query);
        const page = await searchUses({ clock, store }, principal, toSearch(query), request);
        return { status: 200, json: presentUses(page, { principal, language }) };
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
        return { status: 200, json: presentUse(use, { principal, language }) };
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
        return { status: 200, json: presentUses(page, { principal, language }) };
      },
    }),
  ];
}

type UsageQuery = z.output<ReturnType<typeof pageQuery<typeof filters>>>;

/** Both ends are inside; the store's end is outside. */
function toSearch({ from, to, ...asked }: UsageQuery): UseSearch {
  const named = Object.entries(asked).filter(([name, value]) => {
    return value !== undefined && name in filters;
  });
  const until = to === undefined ? null : requireInstant(to, 'end', 'to');
  return {
    ...Object.fromEntries(named), // what the guard let through
    ...(from === undefined ? {} : { from: requireInstant(from, 'start', 'from') }),
    ...(until === null ? {} : { until: new Date(until.getTime() + 1) }),
  };
}
