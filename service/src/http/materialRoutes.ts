import { z } from 'zod';
import {
  listMaterials,
  readMaterial,
  readMaterialFile,
  uploadMaterial,
} from '../cases/materialSpace.ts';
import type { HolderMaterial, MaterialFormat } from '../store/store.ts';
import { defineRoute, type Answer, type Route } from './guard.ts';
import type { AppParts } from './parts.ts';
import { upload } from './payload.ts';
import { instant, pageOf, pageQuery, sha256, shortText, toPageRequest } from './shapes.ts';

export const MATERIAL_MEDIA_TYPES: Readonly<Record<MaterialFormat, string>> = {
  ofd: 'application/ofd',
  pdf: 'application/pdf',
  png: 'image/png',
  jpeg: 'image/jpeg',
};
export const materialCode = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const byId = z.strictObject({ id: z.string().min(1).max(64) });

const form = z.strictObject({
  name: shortText,
  materialCode: materialCode.optional(),
  caseId: z.string().min(1).max(64).optional(),
});

const materialShape = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    materialCode: z.string().nullable(),
    format: z.enum(['pdf', 'ofd', 'png', 'jpeg']),
    sha256,
    sm3: sha256,
    size: z.int(),
    uploadedBy: z.string().meta({ description: 'Account id' }),
    uploadedAt: instant,
  })
  .meta({ id: 'Material' });

/** The holder's material space. */
export function materialRoutes(parts: AppParts): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/materials',
      summary:
        'Keep a file (PDF, OFD, PNG or JPEG, at most 20 MiB) in the holder’s space; with `caseId` and `materialCode` it is handed in for that case at once',
      access: ['holder', 'clerk', 'issuer', 'approver'],
      payload: upload(form),
      answers: { 201: materialShape },
      async run({ principal, body: { file, fields } }) {
        const { name, materialCode: code = null, caseId = null } = fields;
        const wish = { bytes: file, name, materialCode: code, caseId };
        const material = await uploadMaterial(parts, principal, wish);
        return { status: 201, json: presentMaterial(material) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/materials',
      summary: 'One’s own files, newest first',
      access: ['holder'],
      query: pageQuery({}),
      answers: { 200: pageOf(materialShape) },
      async run({ principal, query }) {
        const page = await listMaterials(parts, principal, toPageRequest(query));
        const items = page.items.map(presentMaterial);
        return { status: 200, json: { items, nextCursor: page.nextCursor } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/materials/{id}',
      summary: 'What one’s own file is',
      access: ['holder'],
      params: byId,
      answers: { 200: materialShape },
      async run({ principal, params }) {
        return {
          status: 200,
          json: presentMaterial(await readMaterial(parts, principal, params.id)),
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/materials/{id}/file',
      summary: 'One’s own file as it was given',
      access: ['holder'],
      params: byId,
      answers: { 200: { mediaTypes: Object.values(MATERIAL_MEDIA_TYPES) } },
      async run({ principal, params }) {
        const { material, bytes } = await readMaterialFile(parts, principal, params.id);
        return fileAnswer(material.id, material.format, bytes);
      },
    }),
  ];
}

/** A file to be kept, never shown in place. */
export function fileAnswer(id: string, format: MaterialFormat, bytes: Uint8Array): Answer {
  const headers = {
    'content-type': MATERIAL_MEDIA_TYPES[format],
    'content-disposition': `attachment; filename="${id}.${format}"`,
  };
  return { status: 200, bytes, headers };
}

export function presentMaterial(material: HolderMaterial): z.input<typeof materialShape> {
  return {
    id: material.id,
    name: material.name,
    materialCode: material.materialCode,
    format: material.format,
    sha256: material.sha256,
    sm3: material.sm3,
    size: material.size,
    uploadedBy: material.uploadedBy,
    uploadedAt: material.uploadedAt.toISOString(),
  };
}
