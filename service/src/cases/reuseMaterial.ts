/** Using earlier materials again: what is offered, what a clerk proposes, what the holder confirms. */
import { notAuthorised, type Principal } from '../access.ts';
import { ServiceError } from '../errors.ts';
import type {
  Case,
  CaseMaterialDemand,
  CaseSubmission,
  HolderMaterial,
  MaterialRequest,
} from '../store/store.ts';
import { recordUse } from '../usage/recordUse.ts';
import { ulid } from '../ulid.ts';
import { findCase } from './caseAccess.ts';
import { materialsOf } from './materialStates.ts';
import type { CaseParts } from './parts.ts';
import { useContextOf } from './readCase.ts';
import { requireDemand } from './submitMaterial.ts';

/** Something that the holder gave before and that fits; nothing of its content. */
export interface MaterialOffer {
  readonly kind: CaseSubmission['kind'];
  readonly documentId: string;
  /** Of a file; null: a signed form. */
  readonly name: string | null;
  readonly at: Date;
}

export interface OfferedMaterial {
  readonly code: string;
  readonly name: string;
  readonly offers: readonly MaterialOffer[];
}

const MAX_LOOKED_AT = 200;

/**
 * What the holder gave before that fits what the case still lacks: to the holder, and to the counter, whose look is recorded
 * first.
 *
 * @throws ServiceError `CASE_NOT_FOUND`, `NOT_AUTHORISED`.
 */
export async function readOffers(
  parts: CaseParts,
  principal: Principal,
  caseId: string,
): Promise<readonly OfferedMaterial[]> {
  const { found, standing } = await findCase(parts, principal, caseId);
  if (!standing.isOneself && !standing.isCounter) throw notAuthorised('for holder and counter');
  const materials = await materialsOf(parts, found, false);
  const lacking = materials.filter(({ state }) => state === 'needed');
  if (found.holderHash === null) return [];
  if (!standing.isOneself) await recordLook(parts, principal, found);
  const page = await parts.store.holderMaterials.list(found.holderHash, { limit: MAX_LOOKED_AT });
  const forms = await parts.store.cases.earlierForms(
    found.holderHash,
    lacking.map(({ code }) => code),
  );
  return lacking.map((demand) => ({
    ...{ code: demand.code, name: demand.name },
    offers: [
      ...page.items.filter((one) => fits(one, demand)).map(toOffer),
      ...formsFor(forms, demand, standing.isOneself ? principal.id : null),
    ],
  }));
}

/**
 * A clerk proposes to take an earlier file again.
 *
 * @throws ServiceError `CASE_NOT_FOUND`, `NOT_AUTHORISED`, `MATERIAL_NOT_IN_CASE`, `CASE_STATE_CONFLICT`,
 * `MATERIAL_NOT_FOUND`.
 */
export async function proposeMaterial(
  parts: CaseParts,
  principal: Principal,
  wish: Pick<MaterialRequest, 'caseId' | 'materialCode' | 'materialId'>,
): Promise<MaterialRequest> {
  const { found, standing } = await findCase(parts, principal, wish.caseId);
  if (!standing.isCounter) throw notAuthorised('the counter proposes');
  requireDemand(found, wish.materialCode);
  const material = await parts.store.holderMaterials.find(wish.materialId);
  if (material === null || material.holderHash !== found.holderHash) {
    throw new ServiceError('MATERIAL_NOT_FOUND', `no material ${wish.materialId}`);
  }
  const proposedAt = parts.clock.now();
  const request: MaterialRequest = {
    ...{ id: ulid(proposedAt), ...wish, state: 'proposed' },
    ...{ proposedBy: principal.id, proposedAt, decidedBy: null, decidedAt: null },
  };
  await parts.store.cases.addRequest(request);
  return request;
}

/**
 * The holder, nobody else, confirms or declines a proposal.
 *
 * @throws ServiceError `CASE_NOT_FOUND`, `MATERIAL_REQUEST_NOT_FOUND`, `MATERIAL_REQUEST_CONFLICT` (decided before),
 * `CASE_STATE_CONFLICT`, `NOT_AUTHORISED`.
 */
export async function decideProposal(
  parts: CaseParts,
  principal: Principal,
  decision: Readonly<{ caseId: string; requestId: string; isConfirmed: boolean }>,
): Promise<MaterialRequest> {
  const { caseId, requestId, isConfirmed } = decision;
  const { found, standing } = await findCase(parts, principal, caseId);
  const { cases } = parts.store;
  const request = await cases.findRequest(requestId);
  if (request?.caseId !== caseId) {
    throw new ServiceError('MATERIAL_REQUEST_NOT_FOUND', `no proposal ${requestId}`);
  }
  if (!standing.isOneself) throw notAuthorised('the holder decides');
  const at = parts.clock.now();
  if (isConfirmed) requireDemand(found, request.materialCode);
  const submission: CaseSubmission = {
    ...{ id: ulid(at), materialCode: request.materialCode, kind: 'file' },
    ...{ documentId: request.materialId, submittedBy: principal.id, requestId, at },
  };
  const by = principal.id;
  await cases.decideRequest(request, { by, at, submission: isConfirmed ? submission : null });
  return (await cases.findRequest(requestId)) ?? request;
}

/** By its code, or where that was not said by its name. */
function fits(
  { materialCode, name }: Pick<HolderMaterial, 'materialCode' | 'name'>,
  demand: CaseMaterialDemand,
): boolean {
  const plain = (text: string): string => text.normalize('NFKC').replaceAll(/\s/gu, '');
  if (materialCode !== null) return materialCode === demand.code;
  return plain(name) === plain(demand.name);
}

function toOffer({ id, name, uploadedAt }: HolderMaterial): MaterialOffer {
  return { kind: 'file', documentId: id, name, at: uploadedAt };
}

/** Each form once. @param signer - account whose forms can be handed in again; null: nobody's here. */
function formsFor(
  forms: readonly CaseSubmission[],
  { code }: CaseMaterialDemand,
  signer: string | null,
): readonly MaterialOffer[] {
  const own = forms.filter((one) => one.materialCode === code && one.submittedBy === signer);
  const byId = new Map(own.map((one) => [one.documentId, one]));
  return [...byId.values()].map(({ documentId, at }) => ({
    ...{ kind: 'signedForm', documentId, name: null, at },
  }));
}

async function recordLook(parts: CaseParts, principal: Principal, found: Case): Promise<void> {
  await recordUse(
    { clock: parts.clock, usage: parts.store.usage },
    {
      ...{ kind: 'lookup', outcome: 'answered', reason: null },
      subject: { kind: 'materials', identifier: found.id },
      ...{ licence: null, esId: null, indication: null, holderHash: found.holderHash },
      details: { caseId: found.id },
    },
    useContextOf(principal, found),
  );
}
