import { z } from 'zod';
import { importMatters, type MatterImport } from '../matters/importMatters.ts';
import { writeMatterTable } from '../matters/matterTable.ts';
import { defineRoute, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { upload } from './payload.ts';

const codes = z.array(z.string());
const importShape = z
  .strictObject({
    dryRun: z.boolean(),
    added: codes,
    changed: codes,
    unchanged: codes,
    faults: z
      .array(
        z.strictObject({
          row: z.int().min(1).meta({ description: 'From 1, without the header' }),
          pointer: z.string(),
          detail: z.string(),
        }),
      )
      .meta({ description: 'Of a dry run; a real import with faults is refused whole' }),
  })
  .meta({ id: 'MatterImport' });

/** The catalogue of matters as files, out and in. */
export function matterFileRoutes({ store, licences }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/matters/export',
      summary: 'All matters as a file: JSON, or CSV with a row a material',
      access: ['operator', 'issuer', 'approver', 'auditor', 'clerk'],
      query: z.strictObject({ format: z.enum(['json', 'csv']).default('json') }),
      answers: { 200: { mediaTypes: ['application/json', 'text/csv'] } },
      async run({ query: { format } }) {
        const matters = await store.matters.list();
        const entries = matters.map(({ code, name, definition }) => ({ code, name, definition }));
        const isCsv = format === 'csv';
        return {
          status: 200,
          bytes: isCsv
            ? writeMatterTable(matters)
            : `${JSON.stringify({ matters: entries }, null, 2)}\n`,
          headers: {
            'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/json',
            'content-disposition': `attachment; filename="matters.${format}"`,
          },
        };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/matters/import',
      summary: 'Take over matters from such a file: all, or none if one has a fault',
      access: ['operator'],
      query: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
      payload: upload(z.strictObject({})),
      answers: { 200: importShape },
      async run({ principal, query, body: { file } }) {
        const order = { file, isDryRun: query.dryRun === 'true' };
        return {
          status: 200,
          json: presentImport(await importMatters(licences, principal, order)),
        };
      },
    }),
  ];
}

function presentImport({
  isDryRun,
  codes: { added, changed, unchanged },
  faults,
}: MatterImport): z.input<typeof importShape> {
  return {
    dryRun: isDryRun,
    ...{ added: [...added], changed: [...changed], unchanged: [...unchanged] },
    faults: faults.map((fault) => ({ ...fault })),
  };
}
