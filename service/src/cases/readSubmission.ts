import { notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type { Case, CaseSubmission, MaterialFormat } from '../store/store.ts';
import { recordUse } from '../usage/recordUse.ts';
import { findCase, type Standing } from './caseAccess.ts';
import type { CaseParts } from './parts.ts';
import { useContextOf } from './readCase.ts';

export interface SubmittedFile {
  readonly submission: CaseSubmission;
  readonly format: MaterialFormat;
  readonly bytes: Uint8Array;
}

/**
 * A file that was handed in for a case: to the holder, to who acts for them, to the counter, and to departments whose matter
 * asks for it. What others than the holder get is recorded first, for the holder to see.
 *
 * @throws ServiceError `CASE_NOT_FOUND`, `MATERIAL_NOT_FOUND`, `NOT_AUTHORISED`.
 */
export async function readSubmission(
  parts: CaseParts,
  principal: Principal,
  { caseId, submissionId }: Readonly<{ caseId: string; submissionId: string }>,
): Promise<SubmittedFile> {
  const { found, standing } = await findCase(parts, principal, caseId);
  const submissions = await parts.store.cases.submissions(caseId);
  const submission = submissions.find(({ id }) => id === submissionId);
  if (submission === undefined) throw notFound(submissionId);
  if (!maySee(found, standing, submission)) throw notAuthorised('not for these eyes');
  const file = await findFile(parts, submission);
  if (file === null) throw notFound(submissionId);
  if (!standing.isOneself) await recordCopy(parts, principal, found, submission);
  return { submission, ...file };
}

function maySee(
  { materials, bundle }: Case,
  { isCounter, isHolder, decides }: Standing,
  { materialCode }: CaseSubmission,
): boolean {
  if (isCounter || isHolder) return true;
  const askedBy = materials.find(({ code }) => code === materialCode)?.askedBy ?? [];
  const isBundles = bundle !== null && askedBy.includes(bundle.code);
  return decides.size > 0 && (isBundles || askedBy.some((matter) => decides.has(matter)));
}

async function findFile(
  { store }: CaseParts,
  { kind, documentId }: CaseSubmission,
): Promise<Pick<SubmittedFile, 'format' | 'bytes'> | null> {
  const subject = kind === 'file' ? store.holderMaterials : store.personalSignatures;
  const document = await subject.find(documentId);
  const bytes = await subject.file(documentId);
  return document === null || bytes === null ? null : { format: document.format, bytes };
}

async function recordCopy(
  parts: CaseParts,
  principal: Principal,
  found: Case,
  { documentId, kind }: CaseSubmission,
): Promise<void> {
  await recordUse(
    { clock: parts.clock, usage: parts.store.usage },
    {
      ...{ kind: 'copy', outcome: 'answered', reason: null },
      subject: { kind: kind === 'file' ? 'material' : 'signed-form', identifier: documentId },
      ...{ licence: null, esId: null, indication: null, holderHash: found.holderHash },
      details: { caseId: found.id },
    },
    useContextOf(principal, found),
  );
}

function notFound(id: string): ServiceError {
  return new ServiceError('MATERIAL_NOT_FOUND', `nothing was handed in as ${id}`);
}
