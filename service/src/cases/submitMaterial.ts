import { notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Language } from '../language.ts';
import type { Case, CaseMaterialDemand, CaseSubmission } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import { verify } from '../verification/verifier.ts';
import { findCase, type Standing } from './caseAccess.ts';
import { isOpen } from './caseStates.ts';
import type { CaseParts } from './parts.ts';
import { useContextOf } from './readCase.ts';

/** What is handed in: an earlier file of the holder's space, or a form that one signed oneself. */
export type HandedIn =
  | { readonly kind: 'file'; readonly documentId: string }
  | { readonly kind: 'signedForm'; readonly documentId: string };

export interface SubmissionRequest {
  readonly caseId: string;
  readonly materialCode: string;
  readonly document: HandedIn;
  readonly language: Language;
}

/**
 * Hands something in for a case. Earlier files are used again by the holder alone: a clerk proposes, the holder confirms. A
 * signed form is taken from who signed it, once its signature was verified.
 *
 * @returns what was handed in; the same document once more changes nothing.
 * @throws ServiceError `CASE_NOT_FOUND`, `MATERIAL_NOT_IN_CASE`, `CASE_STATE_CONFLICT`, `NOT_AUTHORISED`,
 * `MATERIAL_NOT_FOUND`, `PERSONAL_SIGNATURE_NOT_FOUND`, `MATERIAL_UNFIT` (the signature does not verify).
 */
export async function submitMaterial(
  parts: CaseParts,
  principal: Principal,
  { caseId, materialCode, document, language }: SubmissionRequest,
): Promise<CaseSubmission> {
  const { found, standing } = await findCase(parts, principal, caseId);
  const { code } = requireDemand(found, materialCode);
  if (document.kind === 'file') {
    await requireOwnFile(parts, principal, { found, standing, id: document.documentId });
  } else {
    await requireSignedForm(parts, principal, {
      found,
      standing,
      id: document.documentId,
      language,
    });
  }
  return await submit(parts, caseId, {
    ...{ materialCode: code, ...document, by: principal.id, requestId: null },
  });
}

/**
 * The material of an open case by its code.
 *
 * @throws ServiceError `MATERIAL_NOT_IN_CASE`, `CASE_STATE_CONFLICT` (nothing that asks for it is open).
 */
export function requireDemand(found: Case, materialCode: string): CaseMaterialDemand {
  const demand = found.materials.find(({ code }) => code === materialCode);
  if (demand === undefined) {
    throw new ServiceError('MATERIAL_NOT_IN_CASE', `case ${found.id} does not ask for it`, {
      faults: [{ pointer: '/materialCode', detail: 'is no material of this case' }],
    });
  }
  const isAsked = (code: string): boolean =>
    demand.askedBy.includes(code) || demand.askedBy.includes(found.bundle?.code ?? '');
  if (!found.subCases.some((one) => isOpen(one) && isAsked(one.matter.code))) {
    throw new ServiceError('CASE_STATE_CONFLICT', `case ${found.id} takes no more of it`);
  }
  return demand;
}

type Handed = Pick<CaseSubmission, 'materialCode' | 'kind' | 'documentId' | 'requestId'> & {
  /** Account id. */
  readonly by: string;
};

/** Writes down that something was handed in, once. */
export async function submit(
  parts: Pick<CaseParts, 'clock' | 'store'>,
  caseId: string,
  { by, ...handed }: Handed,
): Promise<CaseSubmission> {
  const { cases } = parts.store;
  const known = (await cases.submissions(caseId)).find(
    ({ materialCode, documentId }) =>
      materialCode === handed.materialCode && documentId === handed.documentId,
  );
  if (known !== undefined) return known;
  const at = parts.clock.now();
  const submission = { id: ulid(at), ...handed, submittedBy: by, at };
  await cases.submit(caseId, submission);
  return submission;
}

interface Document {
  readonly found: Case;
  readonly standing: Standing;
  readonly id: string;
}

async function requireOwnFile(
  { store }: CaseParts,
  principal: Principal,
  { found, standing, id }: Document,
): Promise<void> {
  const material = await store.holderMaterials.find(id);
  const isTheirs = material !== null && material.holderHash === found.holderHash;
  const isGiver = isTheirs && material.uploadedBy === principal.id;
  if (standing.isOneself || (standing.isHolder && isGiver)) {
    if (!isTheirs) throw new ServiceError('MATERIAL_NOT_FOUND', `no material ${id}`);
    return;
  }
  throw notAuthorised('earlier files are used again by their holder; propose it instead');
}

async function requireSignedForm(
  parts: CaseParts,
  principal: Principal,
  { found, standing, id, language }: Document & { readonly language: Language },
): Promise<void> {
  if (!standing.isHolder && !standing.isCounter) throw notAuthorised('holder or counter sign');
  const { personalSignatures } = parts.store;
  const signature = await personalSignatures.find(id);
  const bytes = signature?.accountId === principal.id ? await personalSignatures.file(id) : null;
  if (bytes === null) {
    throw new ServiceError('PERSONAL_SIGNATURE_NOT_FOUND', `no personal signature ${id}`);
  }
  const context = useContextOf(principal, found);
  const evidence = { kind: 'file', bytes } as const;
  const report = await verify(parts.verification, { evidence, language, context });
  if (report.indication === 'TOTAL-PASSED') return;
  throw new ServiceError('MATERIAL_UNFIT', `the form is ${report.indication}: ${report.statement}`);
}
