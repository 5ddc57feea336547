import { z } from 'zod';
import { findLicence } from '../licences/readLicences.ts';
import { defineRoute, type Route } from './guard.ts';
import { byIdentifier } from './licencePath.ts';
import type { AppParts } from './parts.ts';
import { instant } from './shapes.ts';

const DAY_MS = 86_400_000;
const count = z.int().min(0);

const relianceShape = z
  .strictObject({
    identifier: z.string(),
    since: instant,
    uses: count.meta({ description: 'Answered, with a licence that passed' }),
    windows: count,
    organisations: count.meta({ description: 'Whose windows or systems relied on it' }),
    systems: count.meta({ description: 'Other systems' }),
    cases: count.meta({ description: 'With a receipt since then that shows it' }),
    openCases: count.meta({ description: 'Under way, with a receipt of any time that shows it' }),
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'Reliance' });

/** What an act on a licence would reach, in numbers alone. */
export function relianceRoutes({ clock, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/licences/{identifier}/reliance',
      summary:
        'How many windows, organisations, systems and cases relied on a licence in the last days',
      access: ['issuer', 'approver', 'auditor'],
      params: byIdentifier,
      query: z.strictObject({ days: z.coerce.number().int().min(1).max(3650).default(30) }),
      answers: { 200: relianceShape },
      async run({ principal, params, query: { days } }) {
        const { identifier, holderHash } = await findLicence(
          { store },
          principal,
          params.identifier,
        );
        const since = new Date(clock.now().getTime() - days * DAY_MS);
        const { lastUsedAt, ...counts } = await store.reliance.count({
          ...{ identifier, holderHash, since },
        });
        return {
          status: 200,
          json: {
            ...{ identifier, since: since.toISOString(), ...counts },
            lastUsedAt: lastUsedAt?.toISOString() ?? null,
          },
        };
      },
    }),
  ];
}
