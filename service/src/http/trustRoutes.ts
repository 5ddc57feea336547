import type { TrustScope } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { requireInstant } from '../civilTime.ts';
import { ServiceError } from '../errors.ts';
import { parseCertificates, type Certificate } from '../pki/certificate.ts';
import { exportTrust, importTrust, type ScopeLimits } from '../trust/exchange.ts';
import {
  approveTrustProposal,
  proposeTrustAnchor,
  proposeWithdrawal,
  TRUST_LIST_ROLES,
  withdrawTrustProposal,
} from '../trust/proposals.ts';
import { TRUST_BUNDLE_TYPE } from '../trust/bundleFormat.ts';
import { MAX_TRUST_EXPORT_LENGTH, TRUST_EXPORT_TYPE } from '../trust/trustExport.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import {
  entryShape,
  importShape,
  limitsRequest,
  presentEntry,
  presentImport,
  presentProposal,
  proposalShape,
  scopeRequest,
} from './presentTrust.ts';
import { cutPage, moment, pageOf, reason, sha256, shortText, wholeListQuery } from './shapes.ts';

const PEM_TYPE = 'application/pem-certificate-chain'; // RFC 8555 §9.1

const byId = z.strictObject({ id: z.string().length(26) });

const proposalRequest = z.discriminatedUnion('act', [
  z.strictObject({
    act: z.literal('put'),
    certificate: z
      .string()
      .max(20_000)
      .meta({ description: 'The CA certificate, PEM or DER in base64' }),
    name: shortText,
    scope: scopeRequest,
  }),
  z.strictObject({
    act: z.literal('withdraw'),
    fingerprint: sha256,
    reason,
    effectiveFrom: moment
      .optional()
      .meta({ description: 'May reach back to the scope’s beginning' }),
  }),
]);

const importRequest = z.strictObject({
  export: z.string().max(MAX_TRUST_EXPORT_LENGTH).meta({ description: 'The other city’s JWS' }),
  limits: limitsRequest
    .optional()
    .meta({ description: 'Stands above what the other city suggests' }),
});

/** CAs of others that this city recognises, and what goes to those who verify offline. */
export function trustRoutes(parts: AppParts): readonly Route[] {
  return [
    ...listRoutes(parts),
    ...proposalRoutes(parts),
    ...decisionRoutes(parts),
    ...exchangeRoutes(parts),
  ];
}

function listRoutes({ trustParts, certificates }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/trust-roots',
      summary:
        'Roots of this city, of every generation, PEM; whoever relies on them compares them elsewhere',
      access: 'public',
      answers: { 200: { mediaTypes: [PEM_TYPE] } },
      run() {
        const { rootsPem } = certificates.parts.pki;
        const headers = { 'content-type': PEM_TYPE, 'cache-control': 'no-cache' };
        return Promise.resolve({ status: 200, bytes: rootsPem, headers });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/trust-list',
      summary: 'CAs of other cities on this city’s trust list, newest first, withdrawn ones too',
      access: 'public',
      query: wholeListQuery,
      answers: { 200: pageOf(entryShape) },
      async run({ query }) {
        await trustParts.trustList.refresh();
        const entries = trustParts.trustList.list.entries.toReversed();
        const page = cutPage(entries, (entry) => entry.fingerprint, query);
        return {
          status: 200,
          json: { items: page.items.map(presentEntry), nextCursor: page.nextCursor },
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/trust-bundle',
      summary:
        'What verifying offline takes: certificates, trust list, revocation and status lists, signed',
      access: 'public',
      answers: { 200: { mediaTypes: [`application/${TRUST_BUNDLE_TYPE}`] } },
      async run() {
        return {
          status: 200,
          bytes: await trustParts.publishBundle(),
          headers: {
            'content-type': `application/${TRUST_BUNDLE_TYPE}`,
            'cache-control': 'public, max-age=60',
          },
        };
      },
    }),
  ];
}

function proposalRoutes({ trustParts, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/trust-list/proposals',
      summary: 'Propose to put a CA of another city on the trust list, or to withdraw one',
      access: TRUST_LIST_ROLES,
      payload: json(proposalRequest),
      answers: { 201: proposalShape },
      async run({ principal, body }) {
        const proposal =
          body.act === 'put'
            ? await proposeTrustAnchor(trustParts, principal, toPut(body), null)
            : await proposeWithdrawal(trustParts, principal, {
                fingerprint: body.fingerprint,
                reason: body.reason,
                effectiveFrom:
                  body.effectiveFrom === undefined
                    ? null
                    : instantOf(body.effectiveFrom, 'start', 'effectiveFrom'),
              });
        return { status: 201, json: presentProposal(proposal) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/trust-list/proposals',
      summary: 'What was proposed of the trust list, newest first',
      access: [...TRUST_LIST_ROLES, 'auditor'],
      query: wholeListQuery,
      answers: { 200: pageOf(proposalShape) },
      async run({ query }) {
        const page = cutPage(await store.trustProposals.list(), (one) => one.id, query);
        return {
          status: 200,
          json: { items: page.items.map(presentProposal), nextCursor: page.nextCursor },
        };
      },
    }),
  ];
}

function decisionRoutes({ trustParts }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/trust-list/proposals/{id}/approve',
      summary: 'Approve somebody else’s proposal: it counts from now on',
      access: TRUST_LIST_ROLES,
      params: byId,
      answers: { 200: proposalShape },
      async run({ principal, params }) {
        const proposal = await approveTrustProposal(trustParts, principal, params.id);
        return { status: 200, json: presentProposal(proposal) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/trust-list/proposals/{id}',
      summary: 'Take back a proposal of one’s own',
      access: TRUST_LIST_ROLES,
      params: byId,
      answers: { 204: null },
      async run({ principal, params }) {
        await withdrawTrustProposal(trustParts, principal, params.id);
        return { status: 204 };
      },
    }),
  ];
}

function exchangeRoutes({ trustParts }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/trust-list/export',
      summary: 'This city’s own CAs for another city to import, signed',
      access: 'public',
      answers: { 200: { mediaTypes: [`application/${TRUST_EXPORT_TYPE}`] } },
      async run() {
        return {
          status: 200,
          bytes: await exportTrust(trustParts),
          headers: { 'content-type': `application/${TRUST_EXPORT_TYPE}` },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/trust-list/imports',
      summary: 'Import another city’s export as proposals, one a CA',
      access: TRUST_LIST_ROLES,
      payload: json(importRequest),
      answers: { 201: importShape },
      async run({ principal, body }) {
        const limits = body.limits === undefined ? {} : toLimits(body.limits);
        const done = await importTrust(trustParts, principal, body.export, limits);
        return { status: 201, json: presentImport(done) };
      },
    }),
  ];
}

function toPut(body: Extract<z.output<typeof proposalRequest>, { act: 'put' }>): {
  readonly certificate: string;
  readonly name: string;
  readonly scope: TrustScope;
} {
  const { der, notBefore } = readCertificate(body.certificate);
  const { purposes } = body.scope;
  return {
    certificate: Buffer.from(der).toString('base64'),
    name: body.name,
    scope: {
      ...{ purposes, sealKinds: null, licenceTypes: null, until: null },
      from: notBefore.toISOString(),
      ...toLimits(body.scope),
    },
  };
}

function toLimits(limits: z.output<typeof limitsRequest>): ScopeLimits {
  const { purposes, sealKinds, licenceTypes, from, until } = limits;
  return {
    ...(purposes === undefined ? {} : { purposes }),
    ...(sealKinds === undefined ? {} : { sealKinds }),
    ...(licenceTypes === undefined ? {} : { licenceTypes }),
    ...(from === undefined ? {} : { from: instantOf(from, 'start', 'from') }),
    ...(until === undefined
      ? {}
      : { until: until === null ? null : instantOf(until, 'end', 'until') }),
  };
}

function instantOf(text: string, edge: 'start' | 'end', member: string): string {
  return requireInstant(text, edge, member).toISOString();
}

/** @throws ServiceError `CERTIFICATE_MALFORMED` unless it is one certificate. */
function readCertificate(text: string): Certificate {
  const pem = text.includes('-----BEGIN')
    ? text
    : `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
  const [certificate, ...others] = parseCertificates(pem);
  if (certificate === undefined || others.length > 0) {
    throw new ServiceError('CERTIFICATE_MALFORMED', 'one CA certificate is needed');
  }
  return certificate;
}
