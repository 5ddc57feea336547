import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import { readTrail, type TrailEntry } from '../people/readTrail.ts';
import { administrationProof } from '../proofs/proofs.ts';
import type { AdministrationFilter } from '../store/store.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { instant, moment, pageOf, pageQuery, sha256, shortText, toPageRequest } from './shapes.ts';

const facts = z.record(z.string(), z.unknown()).nullable();

const entryShape = z
  .strictObject({
    number: z.int().min(1).meta({ description: 'Place in the trail; there are no gaps' }),
    id: z.string(),
    at: instant,
    actor: z.strictObject({ id: z.string(), username: z.string().nullable() }),
    action: z.string(),
    subject: z.strictObject({
      kind: z.enum(['person', 'organisation', 'window', 'client']),
      id: z.string(),
      username: z.string().nullable(),
    }),
    before: facts,
    after: facts,
    reason: z.string().nullable().meta({ description: 'Why, as whoever did it wrote' }),
    previous: sha256.nullable().meta({ description: 'leafHash of the entry before' }),
    leafHash: sha256.meta({ description: 'SHA-256(0x00 ‖ salt ‖ record)' }),
    salt: z.string().meta({ description: 'base64' }),
    record: z.string().meta({ description: 'Canonical JSON: what is hashed' }),
    anchor: z.strictObject({
      state: z.enum(['pending', 'anchored']),
      root: sha256.nullable(),
      position: z.int().min(0).nullable(),
    }),
  })
  .meta({ id: 'AdministrationEntry' });

const filters = {
  actor: shortText.optional(),
  subject: shortText.optional(),
  from: moment.optional(),
  to: moment.optional(),
};

/** Who changed what of organisations, windows and people. */
export function administrationRoutes(parts: AppParts): readonly Route[] {
  const { store } = parts;
  return [
    defineRoute({
      method: 'get',
      path: '/audit/administration',
      summary:
        'The administrative trail by actor and subject (user name, account id, credit code, window) and time',
      access: ['auditor'],
      query: pageQuery(filters),
      answers: { 200: pageOf(entryShape) },
      async run({ query }) {
        const { items, nextCursor } = await readTrail(store, toFilter(query), toPageRequest(query));
        return { status: 200, json: { items: items.map(presentEntry), nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/audit/administration/{id}/proof',
      summary: 'Evidence that an entry is anchored on the ledger',
      access: ['auditor'],
      params: z.strictObject({ id: shortText }),
      answers: { 200: z.looseObject({ typ: z.string() }) },
      async run({ params: { id } }) {
        const { trust } = parts.verification;
        return {
          status: 200,
          json: await administrationProof({ store, ledger: parts.ledger, trust }, id),
          headers: { 'content-disposition': 'attachment; filename="administration.proof.json"' },
        };
      },
    }),
  ];
}

interface TrailQuery {
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Both ends are inside; the store's end is outside. */
function toFilter({ actor, subject, from, to }: TrailQuery): AdministrationFilter {
  const until = to === undefined ? null : requireInstant(to, 'end', 'to');
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(subject === undefined ? {} : { subject }),
    ...(from === undefined ? {} : { from: requireInstant(from, 'start', 'from') }),
    ...(until === null ? {} : { until: new Date(until.getTime() + 1) }),
  };
}

function presentEntry(item: TrailEntry): z.input<typeof entryShape> {
  const { entry, before, after, reason = null, previous } = item;
  const { number, id, at, action, leafHash, anchor } = entry;
  return {
    ...{ number, id, at: at.toISOString(), action, before, after, reason, previous, leafHash },
    actor: { id: entry.actor, username: item.actorName },
    subject: { ...entry.subject, username: item.subjectName },
    salt: Buffer.from(entry.salt).toString('base64'),
    record: Buffer.from(entry.record).toString('utf8'),
    anchor:
      anchor === null
        ? { state: 'pending', root: null, position: null }
        : { state: 'anchored', root: anchor.root, position: anchor.position },
  };
}
