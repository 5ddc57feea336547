/** The holder's material space: files once given, kept under the holder's own key. */
import { notAuthorised, type Principal } from '../access.ts';
import { sha256Hex, sm3Hex } from '../documents/digest.ts';
import { ServiceError } from '../errors.ts';
import type { HolderMaterial, Page, PageRequest } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { findCase } from './caseAccess.ts';
import type { CaseParts } from './parts.ts';
import { recogniseMaterial } from './recogniseMaterial.ts';
import { requireDemand, submit } from './submitMaterial.ts';

/** Of one holder. */
const SPACE = { files: 500, bytes: 1024 * 1024 * 1024 };

export interface MaterialUpload {
  /** Attacker-controlled. */
  readonly bytes: Uint8Array;
  readonly name: string;
  /** Code of a material of the catalogue; null: unsaid. */
  readonly materialCode: string | null;
  /** Case for which it is handed in at once; null: it only goes into the space. */
  readonly caseId: string | null;
}

/**
 * Keeps a file in a holder's space: the holder's own, or, in a case, handed in for the holder at the counter.
 *
 * @throws ServiceError `CASE_NOT_FOUND`, `MATERIAL_NOT_IN_CASE`, `CASE_STATE_CONFLICT`, `NOT_AUTHORISED` (no holder, and no
 * case), `DOCUMENT_MALFORMED`, `REQUEST_TOO_LARGE` (also when the space is full).
 */
export async function uploadMaterial(
  parts: CaseParts,
  principal: Principal,
  { bytes, name, materialCode, caseId }: MaterialUpload,
): Promise<HolderMaterial> {
  const target =
    caseId === null ? null : await targetOf(parts, principal, { caseId, materialCode });
  const holderHash = target?.holderHash ?? principal.holderHash;
  if (holderHash === null) throw notAuthorised('files are kept for holders; name the case');
  const format = recogniseMaterial(bytes);
  const uploadedAt = parts.clock.now();
  const material: HolderMaterial = {
    ...{ id: ulid(uploadedAt), holderHash, name, materialCode, format },
    ...{ sha256: sha256Hex(bytes), sm3: sm3Hex(bytes), size: bytes.length },
    ...{ uploadedBy: principal.id, uploadedAt },
  };
  await parts.store.holderMaterials.add(material, bytes, SPACE);
  if (target !== null) {
    const { id, code } = target;
    const handed = { materialCode: code, kind: 'file', documentId: material.id } as const;
    await submit(parts, id, { ...handed, by: principal.id, requestId: null });
  }
  return material;
}

async function targetOf(
  parts: CaseParts,
  principal: Principal,
  { caseId, materialCode }: Readonly<{ caseId: string; materialCode: string | null }>,
): Promise<{ readonly id: string; readonly code: string; readonly holderHash: string }> {
  const { found, standing } = await findCase(parts, principal, caseId);
  if (!standing.isCounter && !standing.isHolder && standing.decides.size === 0) {
    throw notAuthorised('files are handed in by the holder or at the counter');
  }
  const { code } = requireDemand(found, materialCode ?? '');
  if (found.holderHash === null) {
    throw new ServiceError('CASE_STATE_CONFLICT', `the holder of case ${caseId} is erased`);
  }
  return { id: found.id, code, holderHash: found.holderHash };
}

/** One's own files, newest first. @throws ServiceError `NOT_AUTHORISED`. */
export async function listMaterials(
  { store }: Pick<CaseParts, 'store'>,
  principal: Principal,
  page: PageRequest,
): Promise<Page<HolderMaterial>> {
  if (principal.holderHash === null) throw notAuthorised('only holders have a space');
  return await store.holderMaterials.list(principal.holderHash, page);
}

/** One's own file. @throws ServiceError `MATERIAL_NOT_FOUND` also for another one's. */
export async function readMaterial(
  { store }: Pick<CaseParts, 'store'>,
  principal: Principal,
  id: string,
): Promise<HolderMaterial> {
  const material = await store.holderMaterials.find(id);
  if (material === null || material.holderHash !== principal.holderHash) throw notFound(id);
  return material;
}

/** As {@link readMaterial}, with its bytes. */
export async function readMaterialFile(
  parts: Pick<CaseParts, 'store'>,
  principal: Principal,
  id: string,
): Promise<{ readonly material: HolderMaterial; readonly bytes: Uint8Array }> {
  const material = await readMaterial(parts, principal, id);
  const bytes = await parts.store.holderMaterials.file(id);
  if (bytes === null) throw notFound(id);
  return { material, bytes };
}

function notFound(id: string): ServiceError {
  return new ServiceError('MATERIAL_NOT_FOUND', `no material ${id}`);
}
