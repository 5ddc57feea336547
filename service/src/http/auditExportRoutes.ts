import { z } from 'zod';
import { exportUses } from '../audit/exportUses.ts';
import { requireInstant } from '../civilTime.ts';
import { AUDIT_EXPORT_TYPE, MAX_EXPORT_RECORDS } from '../credentials/auditExport.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { json } from './payload.ts';
import { identifier, moment, shortText } from './shapes.ts';

const request = z.strictObject({
  ...{ from: moment, to: moment },
  licence: identifier.optional(),
  clerk: shortText.optional().meta({ description: 'User name or account id' }),
  matter: shortText.optional(),
  window: shortText.optional(),
});

const exportShape = z
  .looseObject({
    type: z.literal(AUDIT_EXPORT_TYPE),
    version: z.literal(1),
    manifest: z.string().meta({ description: 'JWS of the operator: what the file holds' }),
    evidence: z.looseObject({}).meta({
      description: 'Records with salts and paths to one checkpoint, and the certificates it takes',
    }),
  })
  .meta({ id: 'AuditExport', description: 'Verifies offline: `yinxin verify FILE --trust ROOTS`' });

/** Uses to take away as evidence. */
export function auditExportRoutes(parts: AppParts): readonly Route[] {
  const { clock, store, ledger, receipts, verification } = parts;
  return [
    defineRoute({
      method: 'post',
      path: '/audit/exports',
      summary: `Usage records of a time as a file that verifies by itself, at most ${MAX_EXPORT_RECORDS}; each holder in it sees the export`,
      access: ['auditor'],
      payload: json(request),
      answers: { 201: exportShape },
      async run({ principal, body }) {
        const { from, to, ...filters } = body;
        const { id, file } = await exportUses(
          {
            ...{ clock, store, ledger, trust: verification.trust },
            ...{ signersOf: receipts.signersOf, operator: receipts.operator },
          },
          principal,
          {
            ...filters,
            from: requireInstant(from, 'start', 'from'),
            to: requireInstant(to, 'end', 'to'),
          },
        );
        const headers = { 'content-disposition': `attachment; filename="${id}.audit.json"` };
        return { status: 201, json: file, headers };
      },
    }),
  ];
}
