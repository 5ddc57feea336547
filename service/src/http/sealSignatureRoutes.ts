import { z } from 'zod';
import { sealDocument } from '../seals/sealDocument.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { upload } from './payload.ts';

/** Large format paper is 1.2 m long. */
const millimetres = z.coerce.number().min(0).max(2000);

const MEDIA_TYPES = { ofd: 'application/ofd', pdf: 'application/pdf' } as const;

export function sealSignatureRoutes({ seals }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/seal-signatures',
      summary: 'Seal a PDF or OFD of one’s own; `x`, `y` in mm from the page’s top left',
      access: ['issuer'],
      payload: upload(
        z.strictObject({
          esId: z.string().min(1).max(64),
          page: z.coerce.number().int().min(1).max(100_000),
          x: millimetres,
          y: millimetres,
        }),
      ),
      answers: { 201: { mediaTypes: Object.values(MEDIA_TYPES) } },
      async run({ principal, body: { file, fields } }) {
        const { esId, page, x, y } = fields;
        const { signature, bytes } = await sealDocument(seals, principal, {
          bytes: file,
          esId,
          page,
          xMm: x,
          yMm: y,
        });
        return {
          status: 201,
          bytes,
          headers: {
            'content-type': MEDIA_TYPES[signature.format],
            'content-disposition': `attachment; filename="${signature.id}.${signature.format}"`,
            'x-seal-signature-id': signature.id,
          },
        };
      },
    }),
  ];
}
