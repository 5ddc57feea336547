import { z } from 'zod';
import {
  licenceFile,
  licenceHistory,
  licenceQr,
  type QrFormat,
} from '../licences/licenceDocuments.ts';
import { findLicence, listLicences, type LicenceQuery } from '../licences/readLicences.ts';
import type { LicenceState } from '../store/store.ts';
import { findUses } from '../usage/findUses.ts';
import { recordLookup } from '../usage/recordLookup.ts';
import { defineRoute, type Headers, type Route } from './guard.ts';
import { byIdentifier } from './licencePath.ts';
import { createNames } from './names.ts';
import type { AppParts } from './parts.ts';
import {
  LICENCE_STATE_NAMES,
  licenceChangeShape,
  licenceShape,
  presentLicenceChange,
} from './presentLicence.ts';
import { presentForReader } from './presentDraft.ts';
import { presentUses, usageRecordShape } from './presentUse.ts';
import { pageOf, pageQuery, toPageRequest } from './shapes.ts';

const READERS = ['issuer', 'approver', 'holder', 'auditor'] as const;

const MEDIA_TYPES = { ofd: 'application/ofd', pdf: 'application/pdf' } as const;
const QR_TYPES: Readonly<Record<QrFormat, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  text: 'text/plain; charset=utf-8',
};

const STATE = LICENCE_STATE_NAMES.join('|');
const flag = z.enum(['true', 'false']).optional();

const filters = {
  holderCode: z.string().min(1).max(64).optional(),
  holderCodeType: z.string().min(1).max(10).optional(),
  typeCode: z.string().min(1).max(64).optional(),
  state: z
    .string()
    .regex(new RegExp(`^(${STATE})(,(${STATE}))*$`))
    .optional()
    .meta({ description: `One or several of ${LICENCE_STATE_NAMES.join(', ')}, with commas` }),
  mine: flag.meta({
    description: 'Drafted by oneself; drafts and returned ones unless `state` says else',
  }),
  awaitingMe: flag.meta({ description: 'Drafts of others that one may approve' }),
};

/** Reading licences. Every look but the holder's own is recorded before anything is shown. */
export function licenceRoutes(parts: AppParts): readonly Route[] {
  return [...entryRoutes(parts), ...documentRoutes(parts), ...trailRoutes(parts)];
}

function entryRoutes({ clock, store }: AppParts): readonly Route[] {
  const names = createNames(store);
  return [
    defineRoute({
      method: 'get',
      path: '/licences',
      summary: 'Licences: departments see their own, holders theirs, auditors all',
      access: READERS,
      query: pageQuery(filters),
      answers: { 200: pageOf(licenceShape) },
      async run({ principal, query }) {
        const page = await listLicences(
          { store },
          principal,
          toLicenceQuery(query),
          toPageRequest(query),
        );
        await recordLookup({ clock, store }, principal, page.items);
        const items = await presentForReader({ names, store, principal }, page.items);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/licences/{identifier}',
      summary: 'A licence',
      access: READERS,
      params: byIdentifier,
      answers: { 200: licenceShape },
      async run({ principal, params }) {
        const licence = await findLicence({ store }, principal, params.identifier);
        await recordLookup({ clock, store }, principal, [licence]);
        const [json] = await presentForReader({ names, store, principal }, [licence]);
        return { status: 200, json };
      },
    }),
  ];
}

type ListQuery = { readonly [K in keyof typeof filters]?: z.output<(typeof filters)[K]> };

function toLicenceQuery({ state, mine, awaitingMe, ...rest }: ListQuery): LicenceQuery {
  return {
    ...rest,
    states: state?.split(',') as LicenceState[] | undefined, // as the pattern says
    isMine: mine === 'true',
    awaitsMe: awaitingMe === 'true',
  };
}

function documentRoutes({ clock, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/licences/{identifier}/document',
      summary: 'The sealed file as it was issued',
      access: READERS,
      params: byIdentifier,
      query: z.strictObject({ format: z.enum(['ofd', 'pdf']).default('ofd') }),
      answers: { 200: { mediaTypes: Object.values(MEDIA_TYPES) } },
      async run({ principal, params, query: { format } }) {
        const licence = await findLicence({ store }, principal, params.identifier);
        const bytes = await licenceFile({ store }, principal, licence.identifier, format);
        await recordLookup({ clock, store }, principal, [licence]);
        const fileName = `${licence.identifier}.${format}`;
        return { status: 200, bytes, headers: download(MEDIA_TYPES[format], fileName) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/licences/{identifier}/qr',
      summary: 'The document code, as picture or text',
      access: READERS,
      params: byIdentifier,
      query: z.strictObject({ format: z.enum(['svg', 'png', 'text']).default('svg') }),
      answers: { 200: { mediaTypes: ['image/svg+xml', 'image/png', 'text/plain'] } },
      async run({ principal, params, query: { format } }) {
        const licence = await findLicence({ store }, principal, params.identifier);
        const bytes = await licenceQr({ store }, principal, licence.identifier, format);
        await recordLookup({ clock, store }, principal, [licence]);
        return { status: 200, bytes, headers: { 'content-type': QR_TYPES[format] } };
      },
    }),
  ];
}

function trailRoutes({ store, ledger }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/licences/{identifier}/history',
      summary: 'The life of a licence on the ledger, newest first',
      access: READERS,
      params: byIdentifier,
      answers: { 200: pageOf(licenceChangeShape) },
      async run({ principal, params }) {
        const changes = await licenceHistory({ store, ledger }, principal, params.identifier);
        const items = changes.map(presentLicenceChange).reverse();
        return { status: 200, json: { items, nextCursor: null } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/licences/{identifier}/uses',
      summary: 'Who verified or saw a licence',
      access: READERS,
      params: byIdentifier,
      query: pageQuery({}),
      answers: { 200: pageOf(usageRecordShape) },
      async run({ principal, params, query, language }) {
        const { identifier } = await findLicence({ store }, principal, params.identifier);
        const page = await findUses(store, { licence: identifier }, toPageRequest(query));
        return { status: 200, json: presentUses(page, { principal, language }) };
      },
    }),
  ];
}

function download(mediaType: string, fileName: string): Headers {
  return {
    'content-type': mediaType,
    'content-disposition': `attachment; filename="${fileName}"`,
  };
}
