import { z } from 'zod';
import { copyForReceipt } from '../copies/copyForReceipt.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';

const MEDIA_TYPES = { ofd: 'application/ofd', pdf: 'application/pdf' } as const;

const request = z.strictObject({
  receiptId: z.string().min(1).max(64),
  identifier: z.string().min(1).max(200),
  format: z.enum(['ofd', 'pdf']),
});

export function copyRoutes({ licences, verification }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/annotated-copies',
      summary:
        'Make an annotated copy (加注件) of a licence in a receipt: the fields that were disclosed, a watermark, the ' +
        'window’s service seal. Files are not kept: asked again, another copy is made',
      access: ['clerk'],
      payload: json(request),
      answers: { 201: { mediaTypes: Object.values(MEDIA_TYPES) } },
      async run({ principal, body, language }) {
        const copy = await copyForReceipt({ licences, verification }, principal, {
          ...body,
          language,
        });
        return {
          status: 201,
          bytes: copy.bytes,
          headers: {
            'content-type': MEDIA_TYPES[copy.format],
            'content-disposition': `attachment; filename="${copy.id}.${copy.format}"`,
            'x-copy-id': copy.id,
            'x-copy-valid-until': copy.validUntil.toISOString(),
          },
        };
      },
    }),
  ];
}
