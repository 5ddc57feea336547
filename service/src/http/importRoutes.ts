import { z } from 'zod';
import { findImport, listImports } from '../imports/readImports.ts';
import { writeRowTable } from '../imports/writeRowTable.ts';
import { isWorkbook, workbookToCsv } from '../imports/readWorkbook.ts';
import type { TableSource } from '../imports/textEncoding.ts';
import type { Import, ImportRow, ImportRowFilter } from '../store/store.ts';
import { defineRoute, type Headers, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { upload } from './payload.ts';
import { instant, pageOf, pageQuery, toPageRequest } from './shapes.ts';

const OUTCOMES = ['pending', 'issued', 'drafted', 'valid', 'refused'] as const;
const CHUNK_BYTES = 64 * 1024;

const count = z.int().min(0);
const importShape = z
  .strictObject({
    id: z.string(),
    typeCode: z.string().nullable(),
    state: z.enum(['running', 'done', 'failed']),
    dryRun: z.boolean(),
    counts: z.strictObject({
      pending: count,
      issued: count,
      drafted: count.meta({ description: 'Waiting for a second person to approve the import' }),
      valid: count.meta({ description: 'A dry run found nothing wrong' }),
      refused: count,
    }),
    createdBy: z.string().meta({ description: 'Account id' }),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Import' });

const importRowShape = z
  .strictObject({
    row: z.int().min(1).meta({ description: 'From 1, without the header' }),
    outcome: z.enum(OUTCOMES),
    identifier: z.string().nullable(),
    fault: z
      .strictObject({
        code: z.string(),
        message: z.string(),
        pointer: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'ImportRow' });

const faultKindShape = z
  .strictObject({ code: z.string(), pointer: z.string().nullable(), count })
  .meta({ id: 'ImportFaultKind' });

const byId = z.strictObject({ id: z.string().min(1).max(64) });
const READERS = ['issuer', 'approver', 'auditor'] as const;

/** Imports of stock licences from a table. */
export function importRoutes(parts: AppParts): readonly Route[] {
  return [...actRoutes(parts), ...readRoutes(parts), faultRoute(parts)];
}

function actRoutes({ imports, store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/imports',
      summary:
        'Import stock licences from a table, CSV or the first sheet of an XLSX workbook; `typeCode` is that of rows without their own',
      access: ['issuer'],
      query: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
      payload: upload(z.strictObject({ typeCode: z.string().min(1).max(64).optional() })),
      answers: { 202: importShape },
      async run({ principal, query, body: { file, fields } }) {
        const id = await imports.start(principal, {
          source: sourceOf(isWorkbook(file) ? await workbookToCsv(file) : file),
          typeCode: fields.typeCode ?? '',
          isDryRun: query.dryRun === 'true',
        });
        const entry = await findImport({ store }, principal, id);
        return { status: 202, json: presentImport(entry) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/imports/{id}/approve',
      summary: 'Approve an import: its drafts of types with dual approval are issued',
      access: ['approver'],
      params: byId,
      answers: { 202: importShape },
      async run({ principal, params }) {
        await findImport({ store }, principal, params.id);
        await imports.approve(principal, params.id);
        const entry = await findImport({ store }, principal, params.id);
        return { status: 202, json: presentImport(entry) };
      },
    }),
  ];
}

function readRoutes({ store }: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/imports',
      summary:
        'Imports of one’s own and of colleagues; a page can have few items and another behind it',
      access: READERS,
      query: pageQuery({}),
      answers: { 200: pageOf(importShape) },
      async run({ principal, query }) {
        const page = await listImports({ store }, principal, toPageRequest(query));
        const items = page.items.map(presentImport);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/imports/{id}',
      summary: 'How far an import is',
      access: READERS,
      params: byId,
      answers: { 200: importShape },
      async run({ principal, params }) {
        const entry = await findImport({ store }, principal, params.id);
        return { status: 200, json: presentImport(entry) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/imports/{id}/rows',
      summary:
        'What became of an import’s rows, by number; `csv`: all after the cursor, at most 100,000',
      access: READERS,
      params: byId,
      query: pageQuery({
        outcome: z.enum(OUTCOMES).optional(),
        faultCode: z.string().min(1).max(64).optional(),
        faultPointer: z
          .string()
          .max(200)
          .default('')
          .meta({ description: 'With `faultCode`; empty: the fault is the row’s' }),
        format: z.enum(['json', 'csv']).default('json'),
      }),
      answers: { 200: { json: pageOf(importRowShape), mediaTypes: ['text/csv'] } },
      async run({ principal, params, query }) {
        const { id } = await findImport({ store }, principal, params.id);
        const filter = toFilter(query);
        if (query.format === 'csv') {
          const from = { ...filter, cursor: query.cursor };
          const table = await writeRowTable(store.imports, id, from);
          return { status: 200, bytes: table, headers: tableHeaders(`import-${id}.csv`) };
        }
        const page = await store.imports.rows(id, filter, toPageRequest(query));
        const items = page.items.map(presentImportRow);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
  ];
}

function toFilter({
  outcome,
  faultCode: code,
  faultPointer,
}: Readonly<{
  outcome?: ImportRow['outcome'] | undefined;
  faultCode?: string | undefined;
  faultPointer: string;
}>): ImportRowFilter {
  const pointer = faultPointer === '' ? null : faultPointer;
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(code === undefined ? {} : { fault: { code, pointer } }),
  };
}

function faultRoute({ store }: AppParts): Route {
  return defineRoute({
    method: 'get',
    path: '/imports/{id}/faults',
    summary: 'What is wrong with an import’s refused rows by kind, the most frequent first',
    access: READERS,
    params: byId,
    answers: { 200: z.strictObject({ items: z.array(faultKindShape) }) },
    async run({ principal, params }) {
      const { id } = await findImport({ store }, principal, params.id);
      return { status: 200, json: { items: [...(await store.imports.faultKinds(id))] } };
    },
  });
}

function presentImport(entry: Import): z.input<typeof importShape> {
  const { pending, issued, drafted, valid, refused } = entry.counts;
  return {
    id: entry.id,
    typeCode: entry.typeCode === '' ? null : entry.typeCode,
    state: entry.state,
    dryRun: entry.isDryRun,
    counts: { pending, issued, drafted, valid, refused },
    createdBy: entry.createdBy,
    createdAt: entry.createdAt.toISOString(),
    finishedAt: entry.finishedAt?.toISOString() ?? null,
  };
}

function presentImportRow(row: ImportRow): z.input<typeof importRowShape> {
  const { number, outcome, identifier, fault } = row;
  return {
    row: number,
    outcome,
    identifier,
    fault:
      fault === null ? null : { code: fault.code, message: fault.message, pointer: fault.pointer },
  };
}

function tableHeaders(name: string): Headers {
  return {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}"`,
  };
}

function sourceOf(file: Uint8Array): TableSource {
  return async function* () {
    for (let at = 0; at < file.length; at += CHUNK_BYTES) {
      yield await Promise.resolve(file.subarray(at, at + CHUNK_BYTES));
    }
  };
}
