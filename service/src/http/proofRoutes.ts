import { z } from 'zod';
import { findLicence } from '../licences/readLicences.ts';
import { licenceProof, usageProof, type ProofParts } from '../proofs/proofs.ts';
import { recordLookup } from '../usage/recordLookup.ts';
import { defineRoute, type Answer, type Route } from './guard.ts';
import { byIdentifier } from './licencePath.ts';
import type { AppParts } from './parts.ts';
import { shortText } from './shapes.ts';

export const proofShape = z
  .looseObject({ typ: z.string(), version: z.int(), subject: z.looseObject({}) })
  .meta({ id: 'Proof', description: 'Verifies offline: `yinxin verify FILE --trust ROOTS`' });

/** Evidence to take away. A proof is its own presentation: its signatures bind every byte. */
export function proofRoutes(parts: AppParts): readonly Route[] {
  const { clock, store } = parts;
  const sources = proofSources(parts);
  return [
    defineRoute({
      method: 'get',
      path: '/licences/{identifier}/proof',
      summary: 'Evidence of every recorded act on a licence',
      access: ['issuer', 'approver', 'holder', 'auditor'],
      params: byIdentifier,
      answers: { 200: proofShape },
      async run({ principal, params: { identifier } }) {
        const licence = await findLicence({ store }, principal, identifier);
        const proof = await licenceProof(sources, principal, identifier);
        await recordLookup({ clock, store }, principal, [licence]);
        return download(proof, `${identifier}.proof.json`);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/usage-records/{id}/proof',
      summary: 'Evidence that a use is anchored on the ledger',
      access: ['issuer', 'approver', 'holder', 'auditor', 'clerk'],
      params: z.strictObject({ id: shortText }),
      answers: { 200: proofShape },
      async run({ principal, params: { id } }) {
        return download(await usageProof(sources, principal, id), `${id}.proof.json`);
      },
    }),
  ];
}

/** What proofs are made from; the trust list is that of the moment. */
export function proofSources(parts: AppParts): ProofParts {
  return {
    ...{ store: parts.store, ledger: parts.ledger },
    get trust() {
      return parts.verification.trust;
    },
  };
}

function download(json: object, fileName: string): Answer {
  const headers = {
    'content-disposition': `attachment; filename="${fileName.replace(/[^\w.-]/g, '_')}"`,
  };
  return { status: 200, json, headers };
}
