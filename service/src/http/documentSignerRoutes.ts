import { z } from 'zod';
import type { JudgedKey } from '../authorities/importedSigners.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { upload } from './payload.ts';
import { creditCode, cutPage, instant, pageOf, sha256, wholeListQuery } from './shapes.ts';

const byAuthority = z.strictObject({ creditCode });
const byKey = z.strictObject({ creditCode, keyId: sha256 });
const keyImport = z.strictObject({ password: z.string().max(200) });

const documentSignerShape = z
  .strictObject({
    keyId: sha256,
    creditCode,
    algorithm: z.enum(['ES256', 'RS256']),
    subject: z.string(),
    issuer: z.string(),
    notBefore: instant,
    notAfter: instant,
    importedAt: instant,
    importedBy: z.string(),
    fault: z.string().nullable(),
  })
  .meta({
    id: 'DocumentSigner',
    description: 'A key from PKCS#12 that signs an authority’s PDFs; `fault`: why it may not now',
  });

/** Keys that other certification authorities certified for our authorities. */
export function documentSignerRoutes({ documentSigners }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/authorities/{creditCode}/document-signers',
      summary:
        'Take in a key from PKCS#12 (RSA or P-256) that signs the authority’s PDFs under the seals made from now on',
      access: ['securityAdmin'],
      params: byAuthority,
      payload: upload(keyImport),
      answers: { 201: documentSignerShape },
      async run({ principal, params, body: { file, fields } }) {
        const request = { ...params, file, password: fields.password };
        return { status: 201, json: present(await documentSigners.add(principal, request)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/authorities/{creditCode}/document-signers',
      summary: 'Imported keys that sign the authority’s PDFs, newest first',
      access: ['securityAdmin', 'operator', 'auditor'],
      params: byAuthority,
      query: wholeListQuery,
      answers: { 200: pageOf(documentSignerShape) },
      async run({ params, query }) {
        const all = await documentSigners.list(params.creditCode);
        const page = cutPage(all, ({ keyId }) => keyId, query);
        return {
          status: 200,
          json: { items: page.items.map(present), nextCursor: page.nextCursor },
        };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/authorities/{creditCode}/document-signers/{keyId}',
      summary: 'Forget an imported key for good; what it signed stays signed',
      access: ['securityAdmin'],
      params: byKey,
      answers: { 204: null },
      async run({ principal, params }) {
        await documentSigners.remove(principal, params.creditCode, params.keyId);
        return { status: 204 };
      },
    }),
  ];
}

function present(key: JudgedKey): z.input<typeof documentSignerShape> {
  const [leaf = new Uint8Array()] = key.certificationPath;
  const { subject, issuer, notBefore, notAfter } = parseCertificate(leaf);
  return {
    keyId: key.keyId,
    creditCode: key.owner,
    algorithm: key.algorithm,
    subject: subject.text,
    issuer: issuer.text,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    importedAt: key.importedAt.toISOString(),
    importedBy: key.importedBy,
    fault: key.fault,
  };
}
