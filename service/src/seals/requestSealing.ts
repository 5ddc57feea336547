import { hasRole, hasRoleIn, organisationsOf, requireRoleIn, type Principal } from '../access.ts';
import { sha256Hex } from '../documents/digest.ts';
import { ServiceError } from '../errors.ts';
import { readSeal } from '../sealing/sealUses.ts';
import type { Page, PageRequest, SealingRequest } from '../store/store.ts';
import { ulid } from '../ulid.ts';
import type { SealParts } from './parts.ts';
import { pdfSignerOf } from './pdfSigner.ts';
import {
  requireFormat,
  sealAsOrdered,
  type SealedDocument,
  type SealingManner,
} from './sealDocument.ts';
import { requireSealable } from './sealFile.ts';

/** A document handed in for sealing. */
export interface SealingWish {
  /** Attacker-controlled. */
  readonly bytes: Uint8Array;
  readonly esId: string;
  readonly manner: SealingManner;
}

export type SealingAnswer =
  | { readonly kind: 'sealed'; readonly document: SealedDocument }
  | { readonly kind: 'requested'; readonly request: SealingRequest };

/** Roles that approve what a department seals, and see what waits. */
const APPROVERS = ['approver'] as const;
const READERS = ['issuer', 'approver'] as const;

/**
 * Seals a document, or keeps it for a second person where the seal's mandate asks for one.
 *
 * @throws ServiceError as `sealDocument`; what waits has been tried: only approval is missing.
 */
export async function requestSealing(
  parts: SealParts,
  principal: Principal,
  wish: SealingWish,
): Promise<SealingAnswer> {
  const format = requireFormat(wish.bytes);
  const seal = await parts.openSeal(wish.esId);
  const authority = seal.holder.creditCode;
  requireRoleIn(principal, authority, 'issuer');
  const people = { makerId: principal.id, approverId: null };
  const { mandate } = (await readSeal(parts.ledger, wish.esId)).mandate;
  if (!mandate.requiresSecondPerson) {
    const document = await sealAsOrdered(parts, { ...wish, ...people });
    return { kind: 'sealed', document };
  }
  const requestedAt = parts.clock.now();
  const signers = await parts.signersOf(authority);
  const pdfSigner = await pdfSignerOf(parts, { esId: wish.esId, creditCode: authority }, signers);
  await requireOnlyApprovalMissing(parts, principal, wish.esId, requestedAt);
  await requireSealable({
    ...{
      format,
      seal,
      signers,
      pdfSigner,
      signedAt: requestedAt,
      bytes: wish.bytes,
      place: wish.manner,
    },
    ...{ level: wish.manner.level, isClosing: wish.manner.isClosing },
    ...{ timeStamper: parts.timeStamper, textFinder: parts.textFinder },
  });
  const request: SealingRequest = {
    ...{ id: ulid(requestedAt), esId: wish.esId, holder: authority, format },
    ...{ sha256: sha256Hex(wish.bytes), size: wish.bytes.length },
    ...{ place: JSON.stringify(wish.manner), state: 'requested' },
    ...{ requestedBy: principal.id, requestedAt },
    ...{ decidedBy: null, decidedAt: null, note: null, signatureId: null },
  };
  await parts.store.sealingRequests.add(request, wish.bytes);
  return { kind: 'requested', request };
}

/** Asks the rule of the seal as if somebody had approved. */
async function requireOnlyApprovalMissing(
  parts: SealParts,
  principal: Principal,
  esId: string,
  at: Date,
): Promise<void> {
  const { holder } = await parts.openSeal(esId);
  const signers = await parts.signersOf(holder.creditCode);
  const hash = (domain: string): string => parts.store.holders.keyedHash(domain, principal.id);
  const by = {
    authority: holder.creditCode,
    keyId: signers.act.keyId,
    maker: hash('actor'),
    approver: hash('approverToCome'),
  };
  const use = { esId, at: at.toISOString(), by, licenceType: null };
  const documentSigners = [signers.documentSignerSm2, signers.documentSignerEs256];
  await parts.sealUses.use(use, documentSigners, () => Promise.resolve());
}

/**
 * Seals what waits. Of concurrent approvals one seals. The approval is staged with the act: where its outcome is not known
 * the request is `approving` until it is, and nobody seals it a second time.
 *
 * @throws ServiceError `SEALING_REQUEST_NOT_FOUND`, `NOT_AUTHORISED`, `APPROVER_IS_MAKER`, `SEALING_REQUEST_CONFLICT`; as
 * `sealDocument`, after which it waits again, `LEDGER_OUTCOME_UNKNOWN` and `LEDGER_UNAVAILABLE` excepted.
 */
export async function approveSealing(
  parts: SealParts,
  principal: Principal,
  id: string,
): Promise<SealedDocument> {
  const request = await findSealingRequest(parts, principal, id);
  requireRoleIn(principal, request.holder, ...APPROVERS);
  if (request.requestedBy === principal.id) {
    throw new ServiceError('APPROVER_IS_MAKER', 'somebody else must approve the sealing');
  }
  const bytes = await parts.store.sealingRequests.file(id);
  if (bytes === null || request.state !== 'requested') throw conflict(request);
  return await sealAsOrdered(parts, {
    ...{ bytes, esId: request.esId },
    manner: JSON.parse(request.place) as SealingManner, // written by us
    ...{ makerId: request.requestedBy, approverId: principal.id },
    approval: { id, decidedBy: principal.id, decidedAt: parts.clock.now() },
  });
}

/** @throws ServiceError `SEALING_REQUEST_NOT_FOUND`, `NOT_AUTHORISED`, `SEALING_REQUEST_CONFLICT`. */
export async function returnSealing(
  parts: SealParts,
  principal: Principal,
  id: string,
  note: string,
): Promise<SealingRequest> {
  const request = await findSealingRequest(parts, principal, id);
  requireRoleIn(principal, request.holder, ...APPROVERS);
  await decide(parts, principal, request, { from: ['requested'], to: 'returned', note });
  return await findSealingRequest(parts, principal, id);
}

/** Takes back what one asked for oneself. @throws ServiceError `SEALING_REQUEST_NOT_FOUND`, `SEALING_REQUEST_CONFLICT`. */
export async function withdrawSealing(
  parts: SealParts,
  principal: Principal,
  id: string,
): Promise<void> {
  const request = await findSealingRequest(parts, principal, id);
  if (request.requestedBy !== principal.id) throw notFound(id);
  await decide(parts, principal, request, { from: ['requested', 'returned'], to: 'withdrawn' });
}

/** What waits or waited in someone's organisations; auditors see all. */
export async function listSealingRequests(
  { store }: Pick<SealParts, 'store'>,
  principal: Principal,
  filter: { readonly state?: SealingRequest['state'] },
  page: PageRequest,
): Promise<Page<SealingRequest>> {
  const scope = hasRole(principal, 'auditor')
    ? {}
    : { holders: organisationsOf(principal, ...READERS) };
  return await store.sealingRequests.list({ ...scope, ...filter }, page);
}

/** @throws ServiceError `SEALING_REQUEST_NOT_FOUND`, also for what someone may not see. */
export async function findSealingRequest(
  { store }: Pick<SealParts, 'store'>,
  principal: Principal,
  id: string,
): Promise<SealingRequest> {
  const request = await store.sealingRequests.find(id);
  if (request === null) throw notFound(id);
  const isVisible =
    hasRole(principal, 'auditor') || hasRoleIn(principal, request.holder, ...READERS);
  if (!isVisible) throw notFound(id);
  return request;
}

function notFound(id: string): ServiceError {
  return new ServiceError('SEALING_REQUEST_NOT_FOUND', `no sealing request ${id}`);
}

function conflict({ id, state }: SealingRequest): ServiceError {
  return new ServiceError('SEALING_REQUEST_CONFLICT', `sealing request ${id} is ${state} already`);
}

async function decide(
  { store, clock }: SealParts,
  principal: Principal,
  request: SealingRequest,
  move: Omit<
    Parameters<SealParts['store']['sealingRequests']['decide']>[0],
    'id' | 'decidedBy' | 'decidedAt'
  >,
): Promise<void> {
  const decision = { ...move, id: request.id, decidedBy: principal.id, decidedAt: clock.now() };
  if (!(await store.sealingRequests.decide(decision))) throw conflict(request);
}
