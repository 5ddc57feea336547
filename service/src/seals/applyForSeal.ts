import { ulid } from '../ulid.ts';
import type { Mandate } from '@yinxin/chaincode/model';
import {
  hasRole,
  hasRoleIn,
  notAuthorised,
  organisationOf,
  organisationsOf,
  type Principal,
} from '../access.ts';
import { ServiceError } from '../errors.ts';
import { pictureOf } from '../sealing/issuingSeal.ts';
import type { SealKind } from '../sealing/sealKinds.ts';
import type { Page, PageRequest, Seal, SealApplication } from '../store/store.ts';
import {
  createSeal,
  OPEN_MANDATE,
  requirePeriod,
  requireSeal,
  type SealRequest,
} from './makeSeal.ts';
import type { SealParts } from './parts.ts';

export interface SealApplicationRequest extends SealRequest {
  /** First mandate; null: open. */
  readonly mandate: Mandate | null;
  /** The seal it shall take the place of; null: none. */
  readonly predecessor: string | null;
  readonly grounds: string;
}

const OPEN_STATES = ['applied'] as const;

/**
 * Applies for a seal: an issuer for their own organisation, a seal maker for any.
 *
 * @throws ServiceError `NOT_AUTHORISED`, `SEAL_PERIOD_INVALID`, `GLYPH_MISSING`, `REQUEST_MALFORMED` (a name no picture
 * takes), `SEAL_NOT_FOUND` (no such predecessor of this holder).
 */
export async function applyForSeal(
  parts: SealParts,
  principal: Principal,
  request: SealApplicationRequest,
): Promise<SealApplication> {
  const { creditCode } = request.holder;
  const isHolders = hasRoleIn(principal, creditCode, 'issuer');
  if (!isHolders && !hasRole(principal, 'sealMaker')) {
    throw notAuthorised('apply for seals of your own organisation');
  }
  requirePeriod(request);
  pictureOf({ ...request, esId: '00000000000000' });
  await parts.signersOf(creditCode); // a holder without keys could not use it
  if (request.predecessor !== null) {
    const { holder } = await requireSeal(parts, request.predecessor);
    if (holder.creditCode !== creditCode) {
      throw new ServiceError('SEAL_NOT_FOUND', `no seal ${request.predecessor} of ${creditCode}`);
    }
  }
  const createdAt = parts.clock.now();
  const application: SealApplication = {
    ...request,
    id: ulid(createdAt),
    organisation: isHolders ? creditCode : organisationOf(principal, 'sealMaker'),
    ...{ state: 'applied', applicantId: principal.id, createdAt },
    ...{ decidedBy: null, decidedAt: null, note: null, esId: null },
  };
  await parts.store.sealApplications.add(application);
  return application;
}

/**
 * Makes the seal that was applied for. The act names applicant and approver, so two persons stand for it. The approval is
 * staged with the act: where its outcome is not known the application is `approving` until it is.
 *
 * @throws ServiceError `SEAL_APPLICATION_NOT_FOUND`, `APPROVER_IS_MAKER`, `SEAL_APPLICATION_CONFLICT` (decided before);
 * as `makeSeal`.
 */
export async function approveSealApplication(
  parts: SealParts,
  principal: Principal,
  id: string,
): Promise<{ readonly application: SealApplication; readonly seal: Seal }> {
  const application = await requireApplication(parts, id);
  const maker = organisationOf(principal, 'sealMaker');
  requireOther(principal, application);
  if (application.state !== 'applied') throw conflict(application);
  const seal = await createSeal(parts, {
    request: { ...application, kind: application.kind as SealKind }, // checked when it was applied for
    mandate: await mandateOf(parts, application),
    maker,
    makerId: application.applicantId,
    approverId: principal.id,
    predecessor: application.predecessor,
    approval: { id, decidedBy: principal.id, decidedAt: parts.clock.now() },
  });
  return { application: await requireApplication(parts, id), seal };
}

/** @throws ServiceError `SEAL_APPLICATION_NOT_FOUND`, `NOT_AUTHORISED`, `SEAL_APPLICATION_CONFLICT`. */
export async function returnSealApplication(
  parts: SealParts,
  principal: Principal,
  id: string,
  note: string,
): Promise<SealApplication> {
  const application = await requireApplication(parts, id);
  organisationOf(principal, 'sealMaker');
  await decide(parts, principal, application, { to: 'returned', from: OPEN_STATES, note });
  return await requireApplication(parts, id);
}

/** Takes back one's own application. @throws ServiceError `SEAL_APPLICATION_NOT_FOUND`, `SEAL_APPLICATION_CONFLICT`. */
export async function withdrawSealApplication(
  parts: SealParts,
  principal: Principal,
  id: string,
): Promise<void> {
  const application = await requireApplication(parts, id);
  if (application.applicantId !== principal.id) throw notFound(id);
  await decide(parts, principal, application, {
    ...{ to: 'withdrawn', from: ['applied', 'returned'] },
  });
}

/** Applications that someone may see: seal makers and auditors all, others those of their organisations. */
export async function listSealApplications(
  { store }: Pick<SealParts, 'store'>,
  principal: Principal,
  filter: { readonly state?: SealApplication['state'] },
  page: PageRequest,
): Promise<Page<SealApplication>> {
  const scope = seesAll(principal) ? {} : { organisations: organisationsOf(principal, 'issuer') };
  return await store.sealApplications.list({ ...scope, ...filter }, page);
}

/** @throws ServiceError `SEAL_APPLICATION_NOT_FOUND`, also for what someone may not see. */
export async function findSealApplication(
  parts: Pick<SealParts, 'store'>,
  principal: Principal,
  id: string,
): Promise<SealApplication> {
  const application = await requireApplication(parts, id);
  const isVisible = seesAll(principal) || hasRoleIn(principal, application.organisation, 'issuer');
  if (!isVisible) throw notFound(id);
  return application;
}

function seesAll(principal: Principal): boolean {
  return hasRole(principal, 'sealMaker', 'auditor');
}

async function requireApplication(
  { store }: Pick<SealParts, 'store'>,
  id: string,
): Promise<SealApplication> {
  const application = await store.sealApplications.find(id);
  if (application === null) throw notFound(id);
  return application;
}

function notFound(id: string): ServiceError {
  return new ServiceError('SEAL_APPLICATION_NOT_FOUND', `no seal application ${id}`);
}

function requireOther(principal: Principal, { applicantId }: SealApplication): void {
  if (applicantId === principal.id) {
    throw new ServiceError('APPROVER_IS_MAKER', 'somebody else must approve the application');
  }
}

/** A seal that takes another one's place keeps its mandate unless the application names one. */
async function mandateOf(parts: SealParts, application: SealApplication): Promise<Mandate> {
  if (application.mandate !== null) return application.mandate;
  if (application.predecessor === null) return OPEN_MANDATE;
  return (await requireSeal(parts, application.predecessor)).mandate;
}

type Move = Omit<
  Parameters<SealParts['store']['sealApplications']['decide']>[0],
  'id' | 'decidedBy' | 'decidedAt'
>;

/** @throws ServiceError `SEAL_APPLICATION_CONFLICT` if it is in none of the states. */
async function decide(
  { store, clock }: SealParts,
  principal: Principal,
  { id, state }: SealApplication,
  move: Move,
): Promise<void> {
  const decision = { ...move, id, decidedBy: principal.id, decidedAt: clock.now() };
  if (!(await store.sealApplications.decide(decision))) throw conflict({ id, state });
}

function conflict({ id, state }: Pick<SealApplication, 'id' | 'state'>): ServiceError {
  return new ServiceError('SEAL_APPLICATION_CONFLICT', `application ${id} is ${state} already`);
}
